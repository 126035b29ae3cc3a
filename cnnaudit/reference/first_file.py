"""The file that ``init`` writes: a small network with a comment at each key."""

import json
import re

_TEXT = """\
# One network, one layer a line. `cnnaudit explain` lists what can stand here,
# `cnnaudit explain conv` says what a layer takes.
cnnaudit: 1             # version of the format
name: {name}
framework: keras        # whose defaults hold: keras, pytorch, caffe or darknet
input: 64x64x3          # HEIGHTxWIDTHxCHANNELS of one image
classes: 10             # how many the last layer must give
vars: {{width: 1}}        # try `cnnaudit report {path} --set width=1/2`

defaults:               # what each layer of an operation starts with
  conv: {{kernel: 3, padding: same, bias: false, batch_norm: true, activation: relu}}

layers:                 # from the input to the output
  - {{name: conv1, conv: 32*width}}                  # 32 filters of 3x3, batch norm, ReLU
  - {{max_pool: 2}}                                  # 32 × 32
  - {{name: conv2, conv: 64*width, repeat: 2}}       # twice, one behind the other
  - {{max_pool: 2}}                                  # 16 × 16
  - {{name: conv3, conv: 128*width, repeat: 2}}
  - {{avg_pool: global, keep_dims: false}}           # the mean of each channel: a vector
  - {{dropout: 0.2}}
  - {{name: logits, dense: classes, activation: softmax}}
"""


def first_file(name: str, path: str) -> str:
    """The text for a network of this name, in a file at this path."""
    plain = re.fullmatch(r"[A-Za-z][\w-]*", name) is not None and name not in _WORDS
    return _TEXT.format(name=name if plain else json.dumps(name, ensure_ascii=False), path=path)


#: What YAML does not read as text.
_WORDS = ("true", "false", "null", "True", "False", "Null", "TRUE", "FALSE", "NULL")
