"""Keras files become graphs: bytes become a model's settings (``files``); the settings give each
layer's inputs (``wiring``); a rule of the layer's class (a file per family, joined in ``table``)
translates each call to nodes (``layer``); and a walk over the model builds the graph (``walk``,
``model``).

Nothing of a file is evaluated, imported or unpickled: it is read as JSON. A class without a rule
becomes a node of op ``unknown``.
"""
