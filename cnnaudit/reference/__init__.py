"""The reference: every operation, key, name and convention as a topic of ``cnnaudit explain``.

What the layer table and the parser know is taken from there; texts that stand nowhere else are
data: the keys of the format in ``keys.py``, examples in ``examples.py``, pages in ``texts/``.
"""
