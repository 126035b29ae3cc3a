"""What each framework refuses of a layer, as a table of small checks by framework.

A check reads one node and says what is refused and what to write. Only what cannot be built stands
here: what another spelling expresses (Keras: numbers that come to `same`) passes.
"""

from collections.abc import Mapping

from cnnaudit.rules.refusals import caffe, darknet, keras, pytorch
from cnnaudit.rules.refusals.refusal import Checks

#: How the frameworks spell themselves.
LABELS = {"keras": "Keras", "pytorch": "PyTorch", "caffe": "Caffe", "darknet": "Darknet"}

#: By the framework's name in a file.
REFUSALS: Mapping[str, Checks] = {
    "keras": keras.CHECKS,
    "pytorch": pytorch.CHECKS,
    "caffe": caffe.CHECKS,
    "darknet": darknet.CHECKS,
}
