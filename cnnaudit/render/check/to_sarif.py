"""``check -f sarif``: the Static Analysis Results Interchange Format 2.1.0 (OASIS 2023, errata 01).

Lines and columns count from 1 there too, and the end column is exclusive. Silenced findings are not
listed.
"""

import re
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from cnnaudit.checking.results import CheckResult
from cnnaudit.errors import Diagnostic, ExitCode
from cnnaudit.render import rule_page
from cnnaudit.render.check.findings import explained, from_root
from cnnaudit.render.check.formats import CheckOptions
from cnnaudit.render.json_text import dumps
from cnnaudit.rules.catalogue import catalogue
from cnnaudit.rules.rule import Rule
from cnnaudit.sources.files import printable
from cnnaudit.version import VERSION

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "%SRCROOT%"
_PLACEHOLDER = re.compile(r"\{(\d+)\}")


def render(result: CheckResult, options: CheckOptions) -> str:
    """The result as a log of one run; files are named from the root of the repository."""
    findings = result.findings
    catalogued = catalogue()
    codes = {finding.name: finding.code for finding in findings}
    names = sorted(codes, key=lambda name: codes[name])
    driver = {
        "name": "cnnaudit",
        "version": VERSION,
        "semanticVersion": VERSION,
        "rules": [_descriptor(catalogued[name]) for name in names],
    }
    code = result.code
    run = {
        "tool": {"driver": driver},
        "invocations": [
            {
                "executionSuccessful": code in (ExitCode.OK, ExitCode.FINDINGS),
                "exitCode": int(code),
            }
        ],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": _results(findings, names, options.folder),
    }
    return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, 6)


def _results(
    findings: tuple[Diagnostic, ...], names: list[str], folder: str
) -> list[dict[str, Any]]:
    """An entry for each finding, with a fingerprint that counts those of the same place."""
    indices = {name: index for index, name in enumerate(names)}
    occurrences: dict[str, int] = {}
    entries = []
    for finding in findings:
        key = "\0".join((from_root(finding.path, folder), finding.name, finding.layer or ""))
        occurrences[key] = occurrences.get(key, 0) + 1
        entry = _result(finding, indices[finding.name], folder)
        entry["partialFingerprints"] = {"finding/v1": _fingerprint(key, occurrences[key])}
        entries.append(entry)
    return entries


def _fingerprint(key: str, occurrence: int) -> str:
    """A hash of file, rule and layer with a count, so that moved findings keep it."""
    return f"{sha256(key.encode('utf-8', 'backslashreplace')).hexdigest()[:32]}:{occurrence}"


def _result(finding: Diagnostic, index: int, folder: str) -> dict[str, Any]:
    uri = quote(printable(from_root(finding.path, folder)))
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri, "uriBaseId": _ROOT}}
    region = finding.region
    if region is not None:
        physical["region"] = {
            "startLine": region.line,
            "startColumn": region.column,
            "endLine": region.end_line,
            "endColumn": region.end_column,
        }
    location: dict[str, Any] = {"physicalLocation": physical}
    if finding.layer is not None:
        location["logicalLocations"] = [{"fullyQualifiedName": printable(finding.layer)}]
    return {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.level,
        "message": {"text": _plain("\n".join(explained(finding)))},
        "locations": [location],
    }


def _descriptor(rule: Rule) -> dict[str, Any]:
    """A rule with its documentation."""
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": _plain(rule.doc.summary)},
        "fullDescription": {
            "text": _plain(f"{rule.doc.summary} {rule_page.sentence(rule.doc.why)}")
        },
        "help": {
            "text": _plain(rule_page.as_text(rule)),
            "markdown": rule_page.as_markdown(rule),
        },
        "defaultConfiguration": {"level": rule.level},
    }


def _plain(text: str) -> str:
    """Text in which a viewer finds no embedded link and no placeholder.

    An untrusted text must not become either (SARIF 2.1.0, sections 3.11.5 and 3.11.6).
    """
    return _PLACEHOLDER.sub(r"{{\1}}", text.replace("](", "] ("))
