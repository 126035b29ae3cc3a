"""How ``check`` is steered: configuration, budgets, suppressions, baselines, exit codes."""

from cnnaudit.errors import ExitCode
from cnnaudit.reference.topic import Topic, TopicAttribute

_CONFIGURATION = """\
    extends: default            # or strict (notes fail too), or teaching (only errors fail)
    ignore: [misaligned-channels]
    levels: {dense-dominates: note}
    rules: {narrow-layer: {floor: 16}}
    budgets: {max_params: 5M, max_weight_bytes: 20MiB}
    exclude: [legacy]
    overrides:
      - {paths: ["nano/**"], budgets: {max_params: 500K}}"""

_BUDGET = """\
cnnaudit: 1
name: a network with a budget
input: 32x32x3
classes: 10
layers:
  - {conv: 32, kernel: 3, activation: relu}
  - {avg_pool: global, keep_dims: false}
  - {dense: classes, activation: softmax}
expect: {params: 1226, max_macs: 1000000}
"""

_SUPPRESSION = """\
cnnaudit: 1
framework: keras
input: 32x32x3
layers:
  - {conv: 4, kernel: 5, activation: relu}  # cnnaudit: ignore[narrow-layer] four colours are enough
  - {conv: 16, kernel: 3, activation: relu}
"""

#: What each exit code means, in every command.
_EXIT_CODES = {
    ExitCode.OK: "done; of `check`: no finding at or above the failing level (`--fail-on`;"
    " warning); of `diff`: done, whatever differs",
    ExitCode.FINDINGS: "a gate that was asked for: findings of `check`, or a total that grew"
    " beyond what is allowed",
    ExitCode.INPUT_ERROR: "something is wrong with the command, a configuration or a file",
    ExitCode.NOTHING_FOUND: "nothing was found to work on",
    ExitCode.INTERNAL_ERROR: "an internal error",
    ExitCode.INTERRUPTED: "Ctrl-C",
}

TOPICS = (
    Topic(
        "checking",
        "guide",
        "`check` looks for what a reviewer would remark on, and says what to write instead.",
        (
            "`cnnaudit rules` lists all rules. They come from the literature and from practice:"
            " shapes (`CA2xx`: input that no window reads, windows larger than their map),"
            " structure (`CA1xx`: no activation between two layers, a head that does not fit its"
            " loss), cost and practice (`CA3xx`) and claims (`CA4xx`): what `expect` says of the"
            " totals, and what comments such as `# 62,378,344 parameters` do.",
            "In a folder, files that are no architectures, hidden folders and virtual environments"
            " are passed over. Outputs are `text`, `json`, `sarif`, `github`, `junit` and"
            " `markdown`; `-f auto` takes `github` under GitHub Actions. Unchanged files are"
            " answered from a cache in the user's cache folder (`--no-cache`,"
            " `CNNAUDIT_CACHE_DIR`).",
        ),
        commands=("cnnaudit rules", "cnnaudit explain dense-dominates"),
        see_also=("configuration", "suppressions", "baselines", "budgets", "exit-codes", "gates"),
    ),
    Topic(
        "configuration",
        "guide",
        "`.cnnaudit.yaml`: which rules, levels, budgets and folders hold for which files.",
        (
            "The nearest `.cnnaudit.yaml` (or `[tool.cnnaudit]` in `pyproject.toml`) at or above a"
            " file says what holds for it, its failing level and baseline included; `cnnaudit check"
            " --show-config` prints what it comes to:",
            _CONFIGURATION,
        ),
        see_also=("checking", "budgets", "baselines"),
    ),
    Topic(
        "budgets",
        "convention",
        "The most that a network may have: in a file under `expect`, for a folder in a"
        " configuration.",
        (
            "`max_` before a quantity makes it a budget. In `.cnnaudit.yaml`, `budgets:"
            " {max_params: 5M, max_weight_bytes: 20MiB}` holds for every file below. Counts take"
            " K, M, G and T, sizes B, KB, MB, GB, TB and KiB, MiB, GiB, TiB, here and in every"
            " option.",
            "`adapt --fit` finds the largest network within a budget.",
        ),
        example=_BUDGET,
        see_also=("expect", "configuration", "gates", "adapting"),
    ),
    Topic(
        "suppressions",
        "convention",
        "A finding that is right as it is gets a comment with the reason.",
        (
            "The comment stands behind the layer, or above it, or above the first key for the whole"
            " file. One that silences nothing is reported.",
        ),
        example=_SUPPRESSION,
        see_also=("checking", "baselines", "configuration"),
    ),
    Topic(
        "baselines",
        "convention",
        "What was there before goes into a baseline: only new findings fail.",
        (
            "`cnnaudit check nets --write-baseline` writes `.cnnaudit-baseline.json` (or what"
            " `--baseline` names), keyed by file, layer and rule, so moving lines does not matter;"
            " `--prune-baseline` takes out what no longer occurs.",
        ),
        see_also=("checking", "suppressions"),
    ),
    Topic(
        "gates",
        "convention",
        "Stop a pull request that makes a network larger than it was.",
        (
            "`diff --exit-code` fails on any difference, `--fail-on increase` on more parameters,"
            " MACs or activations, `--max-increase params=5%` on more than so much. `check"
            " --against REV --max-increase params=5%` compares every file with what it was.",
        ),
        see_also=("budgets", "exit-codes", "diff"),
    ),
    Topic(
        "exit-codes",
        "convention",
        "What a command tells its caller, the same in every output format.",
        (
            "They hold where nobody can read the output, too: a pipe that has closed is no error,"
            " and a full disk is one.",
        ),
        tuple(TopicAttribute(str(int(code)), _EXIT_CODES.get(code, "")) for code in ExitCode),
        "Codes",
        see_also=("checking", "gates"),
    ),
)

#: Words that lead to a page beside its name.
WORDS = {
    "checking": ("check", "rules", "findings", "cache"),
    "configuration": ("config", "cnnaudit.yaml", "levels", "overrides"),
    "budgets": ("budget",),
    "suppressions": ("suppression", "ignore", "comments"),
    "baselines": ("baseline",),
    "gates": ("gate", "regressions", "against", "max_increase", "ci"),
    "exit-codes": ("exit", "exit-code"),
}
