"""The formats of ``rules``; a renderer is given the rules by name."""

FORMATS = {
    "table": "to_table:render",
    "json": "to_json:render",
    "markdown": "to_markdown:render",
}
