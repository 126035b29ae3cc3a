"""What each operation means: shapes, weights and work, one family a file, collected in ``table``.

To add an operation: write its ``Kind`` in the file of its family and list it in that file's
``KINDS``. Its fields give validation, suggestions and the JSON Schema; add its line to
``tests/layers/test_table.py``, which fails until the operation is documented and tested.
"""
