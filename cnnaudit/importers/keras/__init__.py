"""Keras files: bytes become a model's settings (``files``), settings say which layer reads which
(``wiring``), each layer becomes steps of ours (one file a family of layers, put together in
``table``), each call of a layer nodes (``layer``), and a model a graph (``walk``, ``model``).

Nothing of a file is evaluated, imported or unpickled: it is JSON that is looked at. A class that
is not in the table becomes a node of op ``unknown``.
"""
