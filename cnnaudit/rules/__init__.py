"""The rules of ``check``, one rule a file; ``catalogue.py`` lists them.

A new rule: a module with a docstring (its finding; why it matters, with the source; an example;
what to write instead), ``CODE``, ``NAME``, ``LEVEL``, maybe ``OPTIONS``, and ``check``; a line in
``catalogue.py``; passing and failing networks in ``tests/rules/cases/NAME.yaml``.
"""
