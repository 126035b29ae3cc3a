"""What each operation means: one family a file with every facet of it, collected in ``table``.

To add an operation: write its ``Kind`` in the file of its family and list it in that file's
``KINDS``. Name, family, documentation and output are required; fields give validation, suggestions
and the JSON Schema; the other facets have defaults. Add its line to ``tests/layers/test_table.py``,
which fails until the operation is documented and tested.
"""
