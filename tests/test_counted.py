"""The counts that tests bound: the same each time, and larger for more work."""

import pytest

from tests.counted import TooMuchWorkError, calls, counted_calls, counted_steps, growth, steps


def looped(times: int) -> None:
    for _ in range(times):
        pass


def called(times: int) -> None:
    for _ in range(times):
        looped(len([]))


def test_calls_of_python_and_of_built_in_functions_count() -> None:
    assert calls(lambda: called(20)) - calls(lambda: called(10)) == 20
    assert calls(lambda: called(10)) == calls(lambda: called(10))


def test_steps_count_loops_without_calls_from_the_first_run_on() -> None:
    def pairs(times: int) -> None:
        for _ in range(times):
            for _ in range(times):
                pass

    first = steps(lambda: pairs(20))
    assert first == steps(lambda: pairs(20)) > 400
    assert steps(lambda: pairs(40)) > 3 * first


def test_growth_tells_linear_from_quadratic_work() -> None:
    def pairs(times: int) -> None:
        for _ in range(times):
            called(times)

    assert growth(called, 100) < 2.1
    assert growth(pairs, 50) > 3.5


def test_a_limit_ends_what_is_counted() -> None:
    with pytest.raises(TooMuchWorkError), counted_calls(100):
        called(10**9)
    with pytest.raises(TooMuchWorkError), counted_steps(100):
        looped(10**12)
    assert calls(lambda: called(1)) < 20
