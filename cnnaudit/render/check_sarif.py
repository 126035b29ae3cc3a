"""``check -f sarif``: the Static Analysis Results Interchange Format 2.1.0 (OASIS 2023, errata 01).

Lines and columns count from 1 there too, and the end column is exclusive. Silenced findings are not
listed.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from cnnaudit import __version__
from cnnaudit.checking.outcome import Located, Outcome
from cnnaudit.errors import ExitCode
from cnnaudit.render.findings import explained, from_root
from cnnaudit.render.json_text import dumps
from cnnaudit.render.sarif_rules import descriptor, plain
from cnnaudit.rules.rule import Rule
from cnnaudit.sources.files import printable

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "%SRCROOT%"


def render(
    outcome: Outcome, rules: Mapping[str, Rule], exit_code: ExitCode, *, folder: str = ""
) -> str:
    """The outcome as a log of one run.

    ``rules`` explain the findings by name; ``exit_code`` is that of the program; ``folder`` is the
    working folder's path from the root of the repository.
    """
    findings = outcome.findings
    met = {finding.name: finding for finding in sorted(findings, key=lambda f: f.code)}
    indices = {name: index for index, name in enumerate(met)}
    occurrences: dict[str, int] = {}
    results = []
    for finding in findings:
        key = "\0".join((from_root(finding.path, folder), finding.name, finding.layer or ""))
        occurrences[key] = occurrences.get(key, 0) + 1
        result = _result(finding, indices[finding.name], folder)
        result["partialFingerprints"] = {"finding/v1": _fingerprint(key, occurrences[key])}
        results.append(result)
    driver = {
        "name": "cnnaudit",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [descriptor(finding, rules.get(name)) for name, finding in met.items()],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [
            {
                "executionSuccessful": exit_code in (ExitCode.OK, ExitCode.FINDINGS),
                "exitCode": int(exit_code),
            }
        ],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, 6)


def _fingerprint(key: str, occurrence: int) -> str:
    """The same for a finding that only moved: its file, rule and layer, and which of several."""
    return f"{sha256(key.encode('utf-8', 'backslashreplace')).hexdigest()[:32]}:{occurrence}"


def _result(finding: Located, index: int, folder: str) -> dict[str, Any]:
    uri = quote(printable(from_root(finding.path, folder)))
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri, "uriBaseId": _ROOT}}
    if finding.line is not None:
        places = (finding.line, finding.column, finding.end_line, finding.end_column)
        names = ("startLine", "startColumn", "endLine", "endColumn")
        physical["region"] = {n: p for n, p in zip(names, places, strict=True) if p is not None}
    location: dict[str, Any] = {"physicalLocation": physical}
    if finding.layer is not None:
        location["logicalLocations"] = [{"fullyQualifiedName": printable(finding.layer)}]
    return {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.level.value,
        "message": {"text": plain("\n".join(explained(finding)))},
        "locations": [location],
    }
