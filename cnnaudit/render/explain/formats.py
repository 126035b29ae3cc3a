"""The formats of ``explain``, and the values that they render."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # the page of a rule needs none of them
    from cnnaudit.calculator import Audit
    from cnnaudit.errors import Diagnostic
    from cnnaudit.explanation.layer import LayerFormulas
    from cnnaudit.explanation.summary import NetworkSummary

#: Formats of a ``LayerExplanation``.
FORMATS = {
    "table": "to_table:render_layers",
    "json": "to_json:render_layers",
    "markdown": "to_page:render_layers_markdown",
    "latex": "to_page:render_layers_latex",
}
#: Formats of a ``SummaryExplanation``, for calls without a layer.
SUMMARY_FORMATS = {
    "table": "to_table:render_summary",
    "json": "to_json:render_summary",
    "markdown": "to_page:render_summary_markdown",
    "latex": "to_page:render_summary_latex",
}
#: Formats of the page of a ``Rule``.
RULE_FORMATS = {
    "table": "rule_to_text:render",
    "json": "rule_to_json:render",
    "markdown": "rule_to_page:render_markdown",
    "latex": "rule_to_page:render_latex",
}
#: The pages of a word: a renderer is given ``TopicPages``.
TOPIC_FORMATS = {
    "table": "topic_to_text:render",
    "json": "topic_to_json:render",
    "markdown": "topic_to_page:render_markdown",
    "latex": "topic_to_page:render_latex",
}
#: All topics: a renderer is given a list of ``TopicEntry``.
TOPIC_LIST_FORMATS = {
    "table": "topic_to_text:render_list",
    "json": "topic_to_json:render_list",
    "markdown": "topic_to_page:render_list_markdown",
    "latex": "topic_to_page:render_list_latex",
}


class LayerExplanation(NamedTuple):
    """The formulas of some layers of a network, and the findings in the network."""

    audit: "Audit"
    layers: "Sequence[LayerFormulas]"
    findings: "Sequence[Diagnostic]" = ()


class SummaryExplanation(NamedTuple):
    """The summary of a network, and its findings."""

    audit: "Audit"
    summary: "NetworkSummary"
    findings: "Sequence[Diagnostic]" = ()
