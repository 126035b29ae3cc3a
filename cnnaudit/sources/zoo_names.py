"""The networks of the zoo by the names that people use for them.

It is loaded for a name under which nothing is shipped. A name is taken if it means one network
alone; what could be several is an error that lists them.
"""

import re
from collections.abc import Callable, Sequence

from cnnaudit.errors import AuditError, input_error

CONVNEXTS = ("tiny", "small", "base", "large", "xlarge")
SHUFFLENETS = ("0.5", "1.0", "1.5", "2.0")

#: Other names, as ``normal_name`` has them, and the network or ``network@variant`` that they mean.
ALIASES = {
    "bninception": "inception-v2",
    **{f"convnext{size}": f"convnext@{size}" for size in CONVNEXTS},
    **{f"efficientnetb{n}": f"efficientnet@b{n}" for n in range(8)},
    "inceptionbn": "inception-v2",
    "inceptionv1": "googlenet",
    "lenet": "lenet-5",
    **{f"regnet{kind}400mf": f"regnet@{kind}-400mf" for kind in "xy"},
    **{f"regnet{kind}1.6gf": f"regnet@{kind}-1.6gf" for kind in "xy"},
    **{f"resnet{depth}v1": f"resnet-{depth}" for depth in (18, 34, 50, 101, 152)},
    **{f"resnet{depth}v1.5": f"resnet-{depth}@v1.5" for depth in (50, 101, 152)},
    "resnext50.32x4d": "resnext-50",
    **{f"shufflenetv2x{width}": f"shufflenet-v2@{width}" for width in SHUFFLENETS},
    "vgg11": "vgg-a",
    "vgg11lrn": "vgg-a-lrn",
    "vgg13": "vgg-b",
    "vgg16": "vgg-d",
    "vgg16c": "vgg-c",
    "vgg16d": "vgg-d",
    "vgg19": "vgg-e",
    "vgg19e": "vgg-e",
    "wideresnet50.2": "wide-resnet-50",
}

#: Families, by how their names begin, with the networks that the name alone could mean.
FAMILIES = {
    "alexnet": ("alexnet", "alexnet-cifar10"),
    "convnext": tuple(f"convnext@{size}" for size in CONVNEXTS),
    "densenet": ("densenet-121", "densenet-161", "densenet-169", "densenet-201"),
    "efficientnet": (*(f"efficientnet@b{n}" for n in range(8)), "efficientnet-v2-s"),
    "googlenet": ("googlenet", "googlenet-torchvision"),
    "inception": (
        "googlenet",
        "inception-v2",
        "inception-v3",
        "inception-v3-keras",
        "inception-v4",
        "inception-resnet-v1",
        "inception-resnet-v2",
        "inception-resnet-v2-keras",
    ),
    "inceptionresnet": (
        "inception-resnet-v1",
        "inception-resnet-v2",
        "inception-resnet-v2-keras",
    ),
    "lenet": ("lenet-5", "lenet-5-rgb"),
    "mobilenet": ("mobilenet-v1", "mobilenet-v2", "mobilenet-v3-small", "mobilenet-v3-large"),
    "mobilenetv3": ("mobilenet-v3-small", "mobilenet-v3-large"),
    "regnet": ("regnet@x-400mf", "regnet@x-1.6gf", "regnet@y-400mf", "regnet@y-1.6gf"),
    "resnet": (
        "resnet-18",
        "resnet-34",
        "resnet-50",
        "resnet-50@v1.5",
        "resnet-50-keras",
        "resnet-101",
        "resnet-101@v1.5",
        "resnet-152",
        "resnet-152@v1.5",
    ),
    "resnext": ("resnext-50",),
    "shufflenet": tuple(f"shufflenet-v2@{width}" for width in SHUFFLENETS),
    "squeezenet": ("squeezenet-1.0", "squeezenet-1.0-caffe", "squeezenet-1.1"),
    "unet": ("unet",),
    "vgg": ("vgg-a", "vgg-a-lrn", "vgg-b", "vgg-c", "vgg-d", "vgg-e"),
    "wideresnet": ("wide-resnet-50",),
    "xception": ("xception",),
}


def normal_name(name: str) -> str:
    """A name in small letters without dashes, blanks and underscores.

    Between two digits they are a point, so that ``1_6gf`` is not ``16gf``.
    """
    joined = re.sub(r"(?<=\d)[-_. ](?=\d)", "#", name.casefold())
    return re.sub(r"[-_. ]", "", joined).replace("#", ".")


def resolve(
    name: str, variant: str | None, shipped: Sequence[str], title: Callable[[str], str]
) -> tuple[str, str | None]:
    """The shipped network and the variant that another name means.

    ``title`` says what a shipped network is called in its file. Raises ``AuditError`` for a name
    that means none, or several.
    """
    key = normal_name(name)
    target = _meanings(shipped).get(key)
    if target is None:
        raise _unknown(name, key, shipped, title)
    network, mark, of_alias = target.partition("@")
    if mark and variant is not None:
        message = f"'{name}' is the variant '{of_alias}' already, and '@{variant}' is another"
        help = f"write `zoo:{network}@{variant}` or `zoo:{target}`"
        raise input_error("unreadable", message, "zoo", help)
    return network, of_alias if mark else variant


def _meanings(shipped: Sequence[str]) -> dict[str, str]:
    """What each normal name means: the shipped networks, and their other names."""
    return {**ALIASES, **{normal_name(network): network for network in shipped}}


def _unknown(
    name: str, key: str, shipped: Sequence[str], title: Callable[[str], str]
) -> AuditError:
    families = [family for family in FAMILIES if key.startswith(family)]
    message = f"there is no network '{name}' in the zoo"
    if families:
        family = max(families, key=len)
        if key == family and len(FAMILIES[family]) > 1:
            message = f"'{name}' could be several networks of the zoo"
        choices = "; ".join(_choice(network, title) for network in FAMILIES[family])
        return input_error("unreadable", message, "zoo", f"write one of these: {choices}")
    help = _suggestion(key, shipped) or "`cnnaudit zoo` lists them"
    return input_error("unreadable", message, "zoo", help)


def _choice(network: str, title: Callable[[str], str]) -> str:
    """How a candidate is listed; a variant's name says what it is."""
    return f"zoo:{network}" if "@" in network else f"zoo:{network} ({title(network)})"


def _suggestion(key: str, shipped: Sequence[str]) -> str | None:
    """The network whose name is spelt nearly so, and has the same numbers: never vgg-19 for 16."""
    from difflib import get_close_matches  # noqa: PLC0415  only for a misspelt name

    meanings = _meanings(shipped)
    numbers = re.findall(r"\d+", key)
    near = [other for other in meanings if re.findall(r"\d+", other) == numbers]
    close = get_close_matches(key, near, n=1, cutoff=0.75)
    return f"did you mean '{meanings[close[0]]}'?" if close else None
