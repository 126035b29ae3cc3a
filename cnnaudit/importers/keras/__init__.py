"""Keras files: bytes become a model's settings (``reading``), settings say who reads whom
(``wiring``), each layer becomes steps of ours (one file a family of layers, put together in
``table``), each call of a layer nodes (``counting``), and a model a graph (``walk``, ``model``).

Nothing of a file is evaluated, imported or unpickled: it is JSON that is looked at. A class that
the table does not know becomes a node of the kind ``unknown``.
"""
