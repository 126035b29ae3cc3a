"""U-Net, against figure 1 of the paper: its sizes give the numbers."""

import cnnaudit

#: Size behind the second convolution of each level, top to bottom and up again.
LEFT = ((568, 64), (280, 128), (136, 256), (64, 512), (28, 1024))
RIGHT = ((52, 512), (100, 256), (196, 128), (388, 64))


def double(size: int, entering: int, filters: int) -> tuple[int, int]:
    """Weights and MACs of two 3x3 convolutions without padding that end at ``size``."""
    first, second = 9 * entering * filters, 9 * filters * filters
    return first + second + 2 * filters, first * (size + 2) ** 2 + second * size**2


def test_the_numbers_of_the_figure() -> None:
    entering, counted = 1, []
    for size, filters in LEFT:
        counted.append(double(size, entering, filters))
        entering = filters
    below, _ = LEFT[-1]
    for size, filters in RIGHT:
        up = 4 * entering * filters
        counted.append((up + filters, up * below**2))
        counted.append(double(size, entering, filters))
        entering, below = filters, size
    counted.append((entering * 2 + 2, entering * 2 * below**2))
    params, macs = (sum(numbers) for numbers in zip(*counted, strict=True))
    assert (params, macs) == (31_030_658, 150_428_424_448)

    totals = cnnaudit.audit(cnnaudit.load("zoo:unet")).totals
    assert (totals.params, totals.macs) == (params, macs)


def test_the_sizes_of_the_figure() -> None:
    """What is copied is cropped to what comes from below; 23 convolutions in all."""
    nodes = cnnaudit.audit(cnnaudit.load("zoo:unet")).graph.nodes
    cropped = [node.output_shape for node in nodes if node.op == "crop"]
    assert cropped == [(56, 56, 512), (104, 104, 256), (200, 200, 128), (392, 392, 64)]
    convolutions = [node for node in nodes if node.op in ("conv", "conv_transpose")]
    assert len(convolutions) == 23
    assert nodes[-1].output_shape == (388, 388, 2)
