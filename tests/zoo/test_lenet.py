"""LeNet-5 against the numbers that its paper prints (LeCun et al. 1998, section II.B)."""

import cnnaudit
from cnnaudit.calculator import Audit

#: Trainable parameters of each layer; C3's 1,516 are those of table I.
PAPER = {"C1": 156, "S2": 12, "C3": 1516, "S4": 32, "C5": 48_120, "F6": 10_164, "output": 0}
#: Sizes of the maps, height, width and how many.
MAPS = {
    "C1": (28, 28, 6),
    "S2.mean": (14, 14, 6),
    "C3.maps": (10, 10, 16),
    "S4.mean": (5, 5, 16),
    "C5": (1, 1, 120),
    "F6": (84,),
    "output": (10,),
}
#: Table I of the paper: the maps of S2 that each map of C3 reads.
TABLE = (
    *((0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5)),
    *((0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5)),
    *((0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5)),
    (0, 1, 2, 3, 4, 5),
)


def audited(name: str) -> Audit:
    return cnnaudit.audit(cnnaudit.load(f"zoo:{name}"))


def test_the_parameters_of_the_paper() -> None:
    audit = audited("lenet-5")
    found = dict.fromkeys(PAPER, 0)
    for row in audit.rows:
        layer = row.node.name.partition(".")[0]
        if row.trainable_params:
            found[layer] += row.trainable_params
    assert found == PAPER
    assert audit.totals.trainable_params == 60_000
    assert audit.totals.non_trainable_params == 84 * 10


def test_the_maps_of_the_paper() -> None:
    shapes = {node.name: node.output_shape for node in audited("lenet-5").graph.nodes}
    assert {name: shapes[name] for name in MAPS} == MAPS
    assert audited("lenet-5").graph.inputs[0].output_shape == (32, 32, 1)


def test_the_connections_of_the_paper() -> None:
    """340,908 in all, a bias counted as one; four inputs and a bias for each unit of S2 and S4."""
    rows = {row.node.name: row for row in audited("lenet-5").rows}
    weighted = sum(
        row.macs + row.bias_adds for name, row in rows.items() if not name.startswith("S")
    )
    subsampled = 5 * (14 * 14 * 6 + 5 * 5 * 16)
    assert weighted + subsampled == 340_908


def test_the_table_of_connections() -> None:
    """Which maps of S2 each map of C3 reads, followed through slices, merges and shuffles."""
    nodes = cnnaudit.load("zoo:lenet-5").nodes
    maps: list[list[tuple[int, ...]]] = []
    for node in nodes:
        channels = [channel for index in node.inputs for channel in maps[index]]
        if node.name.startswith("S2.coefficient"):
            channels = [(index,) for index in range(6)]
        elif node.op == "slice":
            start, stop = node.attributes["range"]
            channels = channels[start:stop]
        elif node.op == "channel_shuffle":
            groups = node.attributes["groups"]
            size = len(channels) // groups
            channels = [channels[group * size + i] for i in range(size) for group in range(groups)]
        elif node.op == "conv" and node.name.startswith("C3"):
            groups, filters = node.attributes["groups"], node.attributes["filters"]
            size = len(channels) // groups
            assert filters == groups
            channels = [
                tuple(sorted(index for (index,) in channels[group * size : (group + 1) * size]))
                for group in range(groups)
            ]
        maps.append(channels)
    names = [node.name for node in nodes]
    assert tuple(maps[names.index("C3.maps")]) == TABLE


def test_the_exercise_is_called_what_it_is() -> None:
    audit = audited("lenet-5-rgb")
    assert audit.graph.inputs[0].output_shape == (32, 32, 3)
    assert audit.totals.params == 62_958
