"""What the input errors mean: the codes of files that cannot be audited, as rules to read about.

They are found while a file is read and built, not by a rule, so they have no ``check``, no options
and no other level. ``kernel-exceeds-input`` goes on as a rule where a file can be built. Examples
that begin with ``cnnaudit: 1`` are whole files, and raise what they are an example of.
"""

from cnnaudit.errors import CODES
from cnnaudit.rules.input_error_docs import DOCS
from cnnaudit.rules.rule import Level, Rule

#: The documentation of every input error, by name, in the order of its code.
INPUT_ERRORS: dict[str, Rule] = {
    name: Rule(code, name, Level.ERROR, DOCS[name], (), None, {}) for name, code in CODES.items()
}
