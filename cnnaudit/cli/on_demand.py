"""Functions that only some calls of a command need, loaded on first use."""

from collections.abc import Callable
from typing import Any

from cnnaudit.lazy import load_function

#: ``module:function`` by name.
FUNCTIONS = {
    "audit": "cnnaudit.calculator:audit",
    "catalogue": "cnnaudit.rules.catalogue:catalogue",
    "counts": "cnnaudit.counting.count:count_presets",
    "diagnostics": "cnnaudit.render.diagnostics:render",
    "explain_layers": "cnnaudit.cli.explain_network:explain_layer",
    "explain_summary": "cnnaudit.cli.explain_network:explain_summary",
    "input_notes": "cnnaudit.cli.input_notes:print_notes",
    "document_input_notes": "cnnaudit.cli.input_notes:print_document_notes",
    "is_topic": "cnnaudit.reference.catalogue:is_topic",
    "load": "cnnaudit.loading:load",
    "measure": "cnnaudit.analysis.measure:measure",
    "memory_settings": "cnnaudit.cli.memory_settings:read_settings",
    "presets": "cnnaudit.counting.count:parse_presets",
    "rule_called": "cnnaudit.rules.catalogue:rule_called",
    "topics": "cnnaudit.reference.catalogue:topic_entries",
    "topic_pages": "cnnaudit.cli.explain_word:explain_word",
    "check_command": "cnnaudit.cli.report_findings:check_command",
    "check_line": "cnnaudit.cli.report_findings:check_line",
    "unmet_claims": "cnnaudit.cli.report_findings:unmet_claims",
    "waterfall": "cnnaudit.comparison.waterfall:waterfall",
}


def on_demand(name: str) -> Callable[..., Any]:
    """The function of this name."""
    function: Callable[..., Any] = load_function(FUNCTIONS[name])
    return function
