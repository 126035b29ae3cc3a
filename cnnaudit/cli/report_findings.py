"""What ``check`` says about the networks of a report: a line below the tables, and wrong claims."""

import shlex
from collections.abc import Sequence

from cnnaudit.calculator import Audit
from cnnaudit.checking.api import check
from cnnaudit.checking.locations import locate
from cnnaudit.errors import AuditError, Diagnostic, UsageError, region_of
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.render.check.findings import tally
from cnnaudit.rules import wrong_claim
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.sources.files import printable


def check_line(operands: Sequence[str], files: Sequence[str]) -> str:
    """The number of findings at warning or above and the command that prints them; empty for none.

    ``operands`` are those of the command line, ``files`` the files that they stand for.
    """
    try:
        findings = check(files).findings
    except (AuditError, UsageError):
        # The configuration cannot be read, which is an error of `check`, and none of a report.
        return ""
    serious = [finding for finding in findings if finding.level != "note"]
    return f"{tally(serious)}: `{check_command(operands)}`" if serious else ""


def check_command(operands: Sequence[str]) -> str:
    """The command that checks some operands, as a shell takes it."""
    return printable(f"cnnaudit check {' '.join(map(shlex.quote, operands))}")


def unmet_claims(audit: Audit, architecture: Architecture) -> AuditError | None:
    """The error of the claims under ``expect`` that do not hold; None if all do."""
    network = AuditedNetwork(audit, architecture)
    diagnostics = []
    for finding in wrong_claim.unmet_expectations(network):
        span = locate(finding, network).shown
        assert span is not None
        diagnostics.append(
            Diagnostic(
                code=wrong_claim.CODE,
                name=wrong_claim.NAME,
                level="error",
                message=finding.message,
                path=span.source.path,
                region=region_of(span),
                help=finding.help,
                notes=finding.notes,
            )
        )
    return AuditError(tuple(diagnostics)) if diagnostics else None
