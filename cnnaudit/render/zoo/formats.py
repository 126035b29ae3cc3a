"""The formats of ``zoo``: renderers of the audits of the shipped networks by name."""

FORMATS = {
    "table": "to_table:render",
    "json": "to_json:render",
    "markdown": "to_page:render_markdown",
    "latex": "to_page:render_latex",
}
