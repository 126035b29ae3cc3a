"""A short run of the fuzzer, and the same grammar in the hands of hypothesis, which shrinks."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnaudit.cli.app import COMMANDS
from cnnaudit.graph.layer_builder import MAX_NODES
from tests.fuzz.bounds import of_calls
from tests.fuzz.cases import FILE, Case, case
from tests.fuzz.chance import Chance, seeded
from tests.fuzz.trial import tried
from tests.fuzz.work import batch, layers_of
from tests.support import ROOT

#: Commands that read no file.
FILELESS = {"rules", "zoo", "schema", "init"}


@pytest.mark.parametrize("first", range(0, 120, 40))
def test_mutated_inputs_end_well(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """`make fuzz` goes on where this stops, with as many inputs as are asked for."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("CNNAUDIT_CACHE_DIR", "")
    done = batch(1, first, first + 40, of_calls)
    assert done.failed == {}, "python -m tests.fuzz --seed 1 --only NUMBER repeats it"


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_choices_end_well(data: st.DataObject, monkeypatch: pytest.MonkeyPatch) -> None:
    def below(bound: int) -> int:
        return data.draw(st.integers(0, bound - 1))

    monkeypatch.setenv("CNNAUDIT_CACHE_DIR", "")
    made = case(Chance(below))
    with TemporaryDirectory() as folder:
        monkeypatch.chdir(folder)
        seen = tried(made, Path(folder), of_calls)
        monkeypatch.chdir(ROOT)
    assert seen.wrong == (), made


@pytest.mark.parametrize(("times", "layers"), [(3, 4), (MAX_NODES, MAX_NODES)])
def test_a_network_that_is_refused_counts_for_what_was_built_of_it(times: int, layers: int) -> None:
    text = f"cnnaudit: 1\ninput: 8x8x3\nlayers: [{{conv: 4, kernel: 1, repeat: {times}}}]\n"
    assert layers_of(Case({FILE: text.encode()}, ()), of_calls) == layers


def test_an_input_is_the_same_whenever_it_is_drawn() -> None:
    assert case(seeded(3, 14)) == case(seeded(3, 14)) != case(seeded(3, 15))


def test_every_command_that_reads_files_is_tried() -> None:
    """The first few hundred inputs call all of them."""
    called = {command[0] for n in range(300) for command in case(seeded(1, n)).commands}
    assert called == COMMANDS.keys() - FILELESS
