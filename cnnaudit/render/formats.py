"""Tables of formats: from the name of a format to the function that writes it, loaded when used."""

from collections.abc import Callable, Mapping
from importlib import import_module


def renderer(formats: Mapping[str, str], package: str, name: str) -> Callable[..., str]:
    """The function of a format: ``module:function`` in ``cnnaudit.render.<package>``."""
    module, _, function = formats[name].partition(":")
    render: Callable[..., str] = getattr(
        import_module(f"cnnaudit.render.{package}.{module}"), function
    )
    return render
