"""What a check remarks on about suppressions and baselines, rather than about networks."""

from cnnaudit.rules.rule import Doc, Level, Rule


def _remark(code: str, name: str, level: Level, doc: Doc) -> Rule:
    return Rule(code, name, level, doc, (), None, {})


_ALL = (
    _remark(
        "CA931",
        "unused-suppression",
        Level.WARNING,
        Doc(
            "A comment that silences a rule which finds nothing there.",
            "The network has changed, or the rule has; what the comment says is no longer true, and"
            " it would hide the next finding.",
            "- {conv: 64, kernel: 3}  # cnnaudit: ignore[narrow-layer] four colours are enough",
            "Remove the comment.",
        ),
    ),
    _remark(
        "CA932",
        "unknown-rule",
        Level.WARNING,
        Doc(
            "A comment that names no rule there is.",
            "A misspelt name silences nothing, and its author believes that it does.",
            "- {conv: 4, kernel: 3}  # cnnaudit: ignore[narow-layer]",
            "Write the name or code as `cnnaudit rules` lists it.",
        ),
    ),
    _remark(
        "CA933",
        "unexplained-suppression",
        Level.NOTE,
        Doc(
            "A comment that silences a rule and does not say why.",
            "Whoever reads the file next cannot tell a decision from an oversight.",
            "- {conv: 4, kernel: 3}  # cnnaudit: ignore[narrow-layer]",
            "Write the reason behind the bracket: `# cnnaudit: ignore[narrow-layer] grey images`.",
        ),
    ),
    _remark(
        "CA934",
        "stale-baseline",
        Level.NOTE,
        Doc(
            "A finding of the baseline that no longer occurs.",
            "What has been repaired can come back unseen as long as the baseline excuses it.",
            '{"path": "alexnet.yaml", "layer": "conv1", "rule": "narrow-layer"}',
            "Take it out with `cnnaudit check … --baseline FILE --prune-baseline`.",
        ),
    ),
)

#: The check's own remarks, by name.
REMARKS: dict[str, Rule] = {rule.name: rule for rule in _ALL}
