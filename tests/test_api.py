"""The public functions: what ``import cnnaudit`` offers is what its name says, at every access."""

import cnnaudit


def test_a_public_name_stays_the_function_once_its_module_is_loaded() -> None:
    for name in cnnaudit.__all__:
        assert callable(getattr(cnnaudit, name))
        assert callable(getattr(cnnaudit, name)), f"{name} became a module"
