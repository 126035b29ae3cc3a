"""``check -f junit``: JUnit's XML as build servers read it: a suite a file, a case a finding."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from cnnaudit.checking.results import CheckResult, FileResult, report_order
from cnnaudit.errors import Diagnostic
from cnnaudit.render.check.findings import explained, where
from cnnaudit.render.check.formats import CheckOptions
from cnnaudit.sources.files import printable


def render(result: CheckResult, _options: CheckOptions) -> str:
    """The result as XML: findings that fail the run are failures, the others pass with a text.

    A file without findings is one case that has passed.
    """
    suites = [line for file in result.files for line in _suite(file, result)]
    tests = sum(max(1, len(file.findings)) for file in result.files)
    failures = sum(map(result.failures, result.files))
    head = _tag("testsuites", name="cnnaudit", tests=tests, failures=failures, errors=0)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>"]
    return "\n".join(lines) + "\n"


def _suite(file: FileResult, result: CheckResult) -> Iterator[str]:
    tests = max(1, len(file.findings))
    failures = result.failures(file)
    yield _tag(
        "testsuite", name=file.path, tests=tests, failures=failures, errors=0, skipped=0, indent=2
    )
    if not file.findings:
        yield _tag("testcase", classname=file.path, name="no findings", file=file.path, indent=4)
        yield "    </testcase>"
    for finding in sorted(file.findings, key=report_order):
        yield from _case(finding, result.fails(file, finding))
    if file.notes:
        yield f"    <system-out>{_text(*file.notes)}</system-out>"
    yield "  </testsuite>"


def _case(finding: Diagnostic, fails: bool) -> Iterator[str]:
    name = f"{finding.code} {finding.name}"
    if finding.layer is not None:
        name += f": {finding.layer}"
    line = {} if finding.region is None else {"line": finding.region.line}
    yield _tag("testcase", classname=finding.path, name=name, file=finding.path, indent=4, **line)
    text = _text(f"{where(finding)}: {finding.level}", *explained(finding))
    if fails:
        yield _tag("failure", message=finding.message, type=finding.level, indent=6)
        yield f"{text}</failure>"
    else:
        yield f"      <system-out>{text}</system-out>"
    yield "    </testcase>"


def _tag(tag: str, *, indent: int = 0, **attributes: str | int) -> str:
    """A start tag; XML has no way to write most control characters, so they are escaped."""
    texts = (f" {key}={quoteattr(printable(str(v)))}" for key, v in attributes.items())
    return f"{' ' * indent}<{tag}{''.join(texts)}>"


def _text(*lines: str) -> str:
    return escape("\n".join(map(printable, lines)))
