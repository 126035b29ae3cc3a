"""Faults that were found by trying; each test says what is right."""

from pathlib import Path

import pytest

from cnnaudit.calculator import Audit
from cnnaudit.errors import AuditError, Diagnostic
from cnnaudit.render.report import to_table
from cnnaudit.render.report.formats import Report, ReportOptions
from tests.counted import growth
from tests.fuzz.bounds import MINUTES, within
from tests.reading import complaint, complaints, inputs, names, place, pointed_at, shapes, write
from tests.support import audit_text, chain, run


def table(audit: Audit) -> str:
    return to_table.render(Report([audit]), ReportOptions())


@pytest.fixture
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


# Crashes ------------------------------------------------------------------------------------------


def test_crash_aliases_nest_deeper_than_any_text() -> None:
    """RecursionError: the depth of 64 is counted in the text, an alias brings its own."""
    lines = [f"  v{n}: &v{n} {'[' * 60}{f'*v{n - 1}' if n else '1'}{']' * 60}" for n in range(30)]
    found = complaint(chain("flatten", more="vars:\n" + "\n".join(lines)))
    assert found.code == "CA910"


@pytest.mark.parametrize(
    "layers",
    [
        ["{upsample: 9223372036854775807, repeat: 300}"],
        ["{upsample: 9223372036854775807, repeat: 300}", "{dense: 3}"],
        ["{depthwise_conv: 1, multiplier: 9223372036854775807, repeat: 300}"],
    ],
)
def test_crash_sizes_grow_beyond_2_63(layers: list[str]) -> None:
    """ValueError (4300 digits) or OverflowError (int too large for a float) in the report.

    With more repetitions each number has millions of digits: memory and time without a bound.
    """
    with pytest.raises(AuditError) as caught:
        table(audit_text(chain(*layers)))
    assert caught.value.diagnostics[0].code == "CA910"


def test_crash_sizes_double_in_every_repetition() -> None:
    """Concatenating a layer with itself needs no large number to get beyond 2^63."""
    more = "blocks: {d: {layers: [{branches: {a: [], b: []}, merge: concat}]}}"
    with pytest.raises(AuditError):
        table(audit_text(chain("{d: , repeat: 5000}", more=more)))


@pytest.mark.parametrize("axes", [20, 300])
def test_crash_input_of_many_large_axes(axes: int) -> None:
    text = chain("relu", input=f"[{', '.join(['9223372036854775807'] * axes)}]")
    with pytest.raises(AuditError):
        table(audit_text(text))


@pytest.mark.usefixtures("_folder")
def test_crash_a_nul_in_the_path_of_the_base() -> None:
    r"""ValueError: embedded null byte, from ``extends: "a\0b"``."""
    assert complaint('cnnaudit: 1\nextends: "a\\0b"\n').code == "CA901"


@pytest.mark.usefixtures("_folder")
def test_crash_a_link_to_itself_as_base() -> None:
    """RuntimeError: Symlink loop from '/absolute/path' (Python 3.11 and 3.12)."""
    Path("loop.yaml").symlink_to("loop.yaml")
    assert complaint("cnnaudit: 1\nextends: loop.yaml\n").code == "CA901"


# Hangs --------------------------------------------------------------------------------------------


def test_hang_repeating_a_block_of_nothing() -> None:
    """10^10 turns without a node: the budget must count what is written out, not only nodes."""
    more = "blocks: {nothing: {layers: []}, many: {layers: [{nothing: , repeat: 100000}]}}"
    with within(MINUTES):
        assert "CA910" in [
            one.code for one in complaints(chain("{many: , repeat: 100000}", more=more))
        ]


def test_hang_blocks_of_blocks_of_nothing() -> None:
    """10^14 uses of an empty block, 16 deep."""
    blocks = "  b0: {layers: []}\n" + "".join(
        f"  b{n}: {{layers: [{', '.join([f'b{n - 1}'] * 10)}]}}\n" for n in range(1, 15)
    )
    with within(MINUTES):
        assert "CA910" in [one.code for one in complaints(chain("b14", more=f"blocks:\n{blocks}"))]


def test_hang_a_block_that_uses_itself_in_branches() -> None:
    """4^16 uses before all of them are too deep; the budget of 100,000 layers takes seconds."""
    branches = "{branches: {x: [a], y: [a], z: [a], w: [a]}, merge: add}"
    with within(MINUTES):
        found = complaints(chain("a", more=f"blocks: {{a: {{layers: [{branches}]}}}}"))
    assert [one.code for one in found] == ["CA107"]


def test_hang_variables_in_reverse_order() -> None:
    """Each turn settles one variable and looks at all of them: quadratic."""

    def go(count: int) -> None:
        vars = "".join(f"  v{n}: v{n + 1}\n" for n in range(count))
        audit_text(chain("flatten", more=f"vars:\n{vars}  v{count}: 1\n"))

    assert growth(go, 500) < 2.5


def test_hang_looking_for_a_name_that_was_meant() -> None:
    """5,000 dangling names, each compared with 5,000 known ones."""

    def go(count: int) -> list[Diagnostic]:
        return complaints(chain(*[f"{{lrn: 5, from: layer_{n}_x}}" for n in range(count)]))

    assert growth(go, 400) < 2.5
    assert len(go(5000)) >= 1000


def test_hang_looking_for_a_variable_that_was_meant() -> None:
    def go(count: int) -> list[Diagnostic]:
        vars = "".join(f"  variable_{n}: 1\n" for n in range(count))
        layers = [f"{{dense: varaible_{n}}}" for n in range(count)]
        return complaints(chain(*layers, more=f"vars:\n{vars}"))

    assert growth(go, 400) < 2.5
    assert len(go(1500)) >= 1000


def test_hang_the_table_of_a_long_network() -> None:
    """10,000 layers are drawn in a few seconds; 100,000 are allowed."""
    audits = {count: audit_text(chain(*["relu"] * count)) for count in (500, 1000)}
    assert growth(lambda count: table(audits[count]), 500) < 2.5


# A network that is not what was written, without a word -------------------------------------------


def test_silent_a_layer_behind_branches_left_apart_in_a_block_reads_something_else() -> None:
    """The output is -2, which Python takes as the last node but one."""
    more = "blocks: {b: {layers: [{branches: {x: [], y: [lrn]}, merge: none}]}}"
    assert complaint(chain("{b: , activation: relu}", more=more)).code == "CA105"


def test_silent_a_merge_of_branches_left_apart_is_dropped() -> None:
    """`add` and the layer behind it are missing in the result, and nothing is said."""
    inner = "{branches: {p: [], q: [lrn]}, merge: none}"
    text = chain(f"{{branches: {{x: [{inner}], y: [lrn]}}, merge: add}}", "flatten")
    assert complaint(text).code == "CA105"


@pytest.mark.parametrize("layer", ["{from: s, lrn: 5}", "{add: [s, in]}"])
def test_silent_reading_branches_left_apart_drops_the_layer(layer: str) -> None:
    apart = "{name: s, branches: {x: [], y: [lrn]}, merge: none}"
    assert complaint(chain(apart, layer)).code == "CA105"


def test_silent_modifiers_of_branches_left_apart_are_dropped() -> None:
    text = chain("{branches: {a: [lrn], b: []}, merge: none, activation: relu}")
    assert complaint(text).code in ("CA905", "CA906")


@pytest.mark.parametrize(
    "layer",
    [
        "{op: dropout, rate: 0.5, dropout: 0.2}",
        "{op: activation, function: prelu, activation: relu}",
    ],
)
def test_silent_the_long_form_of_a_modifier_given_twice(layer: str) -> None:
    """The attribute of the long form is thrown away."""
    assert complaint(chain(layer)).code in ("CA905", "CA906", "CA907")


def test_silent_first_without_repeat() -> None:
    """`first` speaks of repetitions; without `repeat` it is ignored."""
    assert "repeat" in complaint(chain("{conv: 8, kernel: 3, first: {stride: 2}}")).message


@pytest.mark.parametrize(
    "layer", ["{max_pool: global, stride: 2}", "{avg_pool: 2, keep_dims: false}"]
)
def test_silent_attributes_without_a_meaning(layer: str) -> None:
    """Written on the layer itself they mean nothing there and are ignored."""
    assert complaint(chain(layer)).code in ("CA905", "CA906")


@pytest.mark.usefixtures("_folder")
@pytest.mark.parametrize("change", ["{remove: []}", "{freeze: []}", "{set: [], to: {stride: 2}}"])
def test_silent_a_change_of_nothing(change: str) -> None:
    """A change that matches nothing is an error, says FORMAT.md."""
    write(Path.cwd(), base=chain("flatten"))
    assert complaint(f"cnnaudit: 1\nextends: base.yaml\nchanges: [{change}]\n").code.startswith(
        "CA"
    )


def test_silent_words_in_conditions() -> None:
    """`no` is a word, and `no and true` holds: any word counts as true in and/or/if."""
    found = complaint(chain("{lrn: 5, when: a and true}", "flatten", more="vars: {a: no}"))
    assert "no" in found.message


@pytest.mark.usefixtures("_folder")
def test_silent_an_empty_operand_is_the_working_folder() -> None:
    """`cnnaudit report "$FILE"` with FILE unset reports every network below the folder."""
    write(Path.cwd(), net=chain("flatten"))
    assert run("report", "").exit_code == 2


# Numbers in variables -----------------------------------------------------------------------------


def test_hexadecimal_numbers_in_variables() -> None:
    """A field takes 0x10; a variable makes it the word '0x10'."""
    audit = audit_text(chain("{conv: w, kernel: 1}", more="vars: {w: 0x10}"))
    assert shapes(audit)["conv1"] == (32, 32, 16)


@pytest.mark.parametrize("number", ["1_000", "1:30", "1,000", "0b11"])
def test_what_only_looks_like_a_number_in_variables(number: str) -> None:
    """Becomes a word, and the complaint stands where the variable is used, without help."""
    quoted = f"'{number}'" if "," in number else number
    found = complaint(chain("{conv: w, kernel: 1}", more=f"vars: {{w: {quoted}}}"))
    assert place(found)[1] == 3
    assert found.help


# Two ways to write the same -----------------------------------------------------------------------


def test_the_long_form_of_scale() -> None:
    """`init` is taken for the initialiser that any layer may carry."""
    short, long = (audit_text(chain(t)) for t in ("{scale: 0.1}", "{op: scale, init: 0.1}"))
    assert short.rows[1].node.attributes == long.rows[1].node.attributes


def test_the_order_of_keys_does_not_name_a_layer() -> None:
    """`{activation: relu, batch_norm: true}` gives a batch normalisation called activation1."""
    one, other = (
        names(audit_text(chain(f"{{{keys}}}")))
        for keys in ("batch_norm: true, activation: relu", "activation: relu, batch_norm: true")
    )
    assert one == other


def test_branches_left_apart_can_be_read() -> None:
    """`merge: none` says `add from: NAME`, and no name in that list reaches a branch."""
    apart = "{name: s, branches: {x: [{name: a, lrn: 5}], y: [{name: b, lrn: 5}]}, merge: none}"
    audit = audit_text(chain(apart, "{name: j, add: [s.x, s.y]}"))
    assert inputs(audit, "j") == ["s.x.a", "s.y.b"]


@pytest.mark.usefixtures("_folder")
def test_the_inputs_of_a_merge_can_be_changed_by_its_key() -> None:
    """`set … to: {add: [...]}`: "'add' takes no value but true"; `from` works."""
    layers = ["{name: a, lrn: 5}", "{name: b, lrn: 5}", "{name: j, add: [a, b]}"]
    write(Path.cwd(), base=chain(*layers))
    text = "cnnaudit: 1\nextends: base.yaml\nchanges: [{set: j, to: {add: [in, b]}}]\n"
    assert inputs(audit_text(text), "j") == ["input", "b"]


@pytest.mark.usefixtures("_folder")
def test_a_base_whose_name_holds_the_variants_mark() -> None:
    """An operand `net@home.yaml` is tried as a file first, `extends` is not."""
    (Path.cwd() / "net@home.yaml").write_text(chain("flatten"))
    assert names(audit_text("cnnaudit: 1\nextends: net@home.yaml\n")) == ["flatten1"]


def test_a_block_cannot_be_called_head() -> None:
    """Accepted, and never reachable: `{head: 64}` is read as a head."""
    text = chain("{head: 64}", more="blocks: {head: {params: [c], layers: [{conv: c, kernel: 1}]}}")
    found = complaints(text)[0]
    assert "cannot be named 'head'" in found.message


def test_a_parameter_named_like_an_operation() -> None:
    """`{b: 3, pad: 1}`: "one layer has one operation, and this has b and pad"."""
    more = "blocks: {b: {params: [k, pad], layers: [{max_pool: k, padding: pad}]}}"
    try:
        audit = audit_text(chain("{b: 3, pad: 1}", more=more))
    except AuditError as error:
        (found,) = error.diagnostics
        assert found.region is not None
        assert found.region.line == 3, "either it works, or the name of the parameter is refused"
    else:
        assert len(audit.rows) == 2


# Complaints that come along -----------------------------------------------------------------------


def test_noise_a_name_used_twice_is_one_mistake() -> None:
    """CA103 twice on one line, once per list and once "when written out"."""
    assert complaint(chain("{name: a, lrn: 5}", "{name: a, lrn: 5}")).code == "CA103"


def test_noise_of_a_parameter_that_has_no_value() -> None:
    """`'a': it has no value here`, `'None' is not a number` beside the one that matters."""
    block = "{params: [a, b: 2*a, c: b == 1], layers: [{conv: a, kernel: 1, bias: c}]}"
    found = complaint(chain("cell", more=f"blocks: {{cell: {block}}}"))
    assert "needs its parameter 'a'" in found.message


def test_noise_behind_a_broken_layer() -> None:
    """`repeat: in_channels` has no value because the layer before it was reported."""
    assert complaint(chain("{dense: 3}", "{lrn: 5, repeat: in_channels}")).code == "CA201"


def test_noise_of_a_wrong_extends() -> None:
    """One wrong value: four complaints, `input`, `layers` and `extends` are said to be missing."""
    found = complaint("cnnaudit: 1\nextends: [base.yaml]\nchanges: [{remove: a}]\n")
    assert pointed_at(found) == "[base.yaml]"


@pytest.mark.usefixtures("_folder")
def test_noise_of_a_change_that_was_refused() -> None:
    """The change is reported, applied all the same, and then what reads the layer is reported."""
    write(Path.cwd(), base=chain("{name: a, lrn: 5}", "{name: b, lrn: 5}", "{from: a, lrn: 5}"))
    text = "cnnaudit: 1\nextends: base.yaml\nchanges: [{remove: a, with: []}]\n"
    assert complaint(text).path == "net.yaml"


@pytest.mark.usefixtures("_folder")
def test_a_missing_base_does_not_hide_the_other_mistakes() -> None:
    text = "cnnaudit: 1\nextends: nowhere.yaml\nnmae: x\nlayers: [{conv: 3, kernal: 3}]\n"
    assert [one.code for one in complaints(text)] == ["CA901", "CA905", "CA905"]


@pytest.mark.usefixtures("_folder")
def test_complaints_about_two_files_are_set_apart() -> None:
    """Within a file an empty line separates complaints, between two files none does."""
    write(Path.cwd(), a=chain("{dense: 3}"), b=chain("{dense: 3}"))
    assert "\n\nb.yaml" in run("report", "a.yaml", "b.yaml").stderr


# Messages -----------------------------------------------------------------------------------------


def test_message_of_an_input_with_commas() -> None:
    """`help: write 28281` for 28,28,1."""
    found = complaint("cnnaudit: 1\ninput: 28,28,1\nlayers: [flatten]\n")
    assert "28281" not in (found.help or "")
    assert "28x28x1" in (found.help or "")


def test_message_of_an_input_with_spaces() -> None:
    assert "28x28x1" in (complaint("cnnaudit: 1\ninput: 28 x 28 x 1\nlayers: [flatten]").help or "")


@pytest.mark.parametrize(("word", "flag"), [("yes", "true"), ("on", "true"), ("no", "false")])
def test_message_of_the_old_booleans(word: str, flag: str) -> None:
    assert flag in (complaint(chain(f"{{conv: 3, kernel: 1, bias: {word}}}")).help or "")


def test_message_of_a_sexagesimal_number() -> None:
    """Of 010, 1:30 and 1_000 only the last comes with a help line."""
    assert complaint(chain("{conv: 1:30, kernel: 1}")).help
    assert complaint(chain("{conv: 010, kernel: 1}")).help


@pytest.mark.parametrize("word", ["SAME", "smae", "vaild"])
def test_message_of_a_misspelt_padding(word: str) -> None:
    """Words of a field are not suggested where it may also hold an expression."""
    found = complaint(chain(f"{{conv: 3, kernel: 3, padding: {word}}}"))
    assert (found.help or "").startswith(("did you mean", "write `"))


def test_message_of_a_misspelt_global() -> None:
    assert complaint(chain("{max_pool: globl}")).help == "did you mean 'global'?"


@pytest.mark.parametrize("layer", ["{add: []}", "{conv: 3, kernel: 1, from: []}"])
def test_message_of_no_sources(layer: str) -> None:
    """`'add' reads one layer, not 0`, help: merge them first."""
    found = complaint(chain(layer))
    assert "reads one layer, not 0" not in found.message
    assert found.help != "merge them first"


def test_message_of_an_empty_item() -> None:
    """`there is no operation or block ''`."""
    assert "''" not in complaint("cnnaudit: 1\ninput: 8\nlayers:\n  -\n  - relu\n").message


def test_message_of_a_layer_of_attributes_only() -> None:
    """`there is no operation or block 'kernel'`: the operation is what is missing."""
    found = complaint(chain("{kernel: 3, stride: 2}"))
    assert found.code == "CA908"
    assert "no operation" in found.message


def test_message_of_a_function_as_operation() -> None:
    """`{op: relu}`: did you mean 'relu6'?"""
    try:
        audit = audit_text(chain("{op: relu}"))
    except AuditError as error:
        assert "relu6" not in (error.diagnostics[0].help or "")
    else:
        assert len(audit.rows) == 2


def test_message_suggests_the_own_block_first() -> None:
    """`cel`: did you mean 'celu'? The file has a block `cell`."""
    more = "blocks: {cell: {layers: [{lrn: 5}]}}"
    assert complaint(chain("cel", more=more)).help == "did you mean 'cell'?"


def test_message_of_attributes_of_other_operations_suggests_no_nonsense() -> None:
    """`units` on a convolution: did you mean 'init'? `dilation` on a pool: 'activation'?"""
    found = complaints(chain("{conv: 3, kernel: 1, units: 5}", "{max_pool: 2, dilation: 2}"))
    assert found[0].help == "leave out `units`: `conv: 3` says it"
    assert (found[1].help or "").startswith("'max_pool' has stride, padding, rounding")


def test_message_of_a_zero() -> None:
    """`expected a whole number, 1x7 or [1, 7], not 0`: 0 is a whole number."""
    found = complaint(chain("{conv: 3, kernel: 3, stride: 0}"))
    assert "1 or more" in found.message


def test_message_of_a_negative_padding() -> None:
    found = complaint(chain("{conv: 3, kernel: 3, padding: -1}"))
    assert "0 or more" in found.message


def test_message_of_an_empty_list() -> None:
    """`expected an axis such as -1, or a list of them, not a list`."""
    assert "not a list" not in complaint(chain("{layer_norm: []}")).message


def test_message_of_fractions_in_a_list() -> None:
    """`not [Fraction(1, 2), 1, 2]`."""
    assert "Fraction" not in complaint(chain("{slice: [0.5, 1, 2]}")).message


def test_message_of_arithmetic_with_a_list() -> None:
    """`'(1, 2)' is not a number`."""
    found = complaint(chain("{conv: a + 1, kernel: 1}", more="vars: {a: [1, 2]}"))
    assert "(1, 2)" not in found.message


def test_message_of_a_loss_that_is_a_list() -> None:
    """`expected , not a list`."""
    assert "expected ," not in complaint(chain("flatten", more="training: {loss: [a]}")).message


def test_message_of_a_dataset_that_is_no_mapping() -> None:
    """`'training' has no key 'dataset'`."""
    found = complaint(chain("flatten", more="training: {dataset: 5}"))
    assert "no key 'dataset'" not in found.message


def test_message_of_shared_weights_that_are_not_there() -> None:
    """A note `of 'a': ` with nothing behind it."""
    found = complaint(chain("{name: a, lrn: 5}", "{conv: 3, kernel: 1, share: a}"))
    assert not [note for note in found.notes if note.endswith(": ")]


def test_message_of_layers_that_share_in_a_circle() -> None:
    """`these layers read from each other`: they do not, they share weights."""
    layers = ["{name: a, conv: 3, kernel: 1, share: b}", "{name: b, conv: 3, kernel: 1, share: a}"]
    assert "read from each other" not in complaint(chain(*layers)).message


def test_message_of_a_misspelt_argument() -> None:
    """`{b: widht}` is a word, reported inside the block: expected a number, not widht; no hint."""
    more = "vars: {width: 3}\nblocks: {b: {params: [c], layers: [{conv: c, kernel: 1}]}}"
    found = complaint(chain("{b: widht}", more=more))
    assert "line 6" in " ".join(found.notes)


def test_message_of_an_input_without_sizes() -> None:
    """`input: {}`: this network has no layers."""
    found = complaint("cnnaudit: 1\ninput: {}\nlayers: [relu]\n")
    assert found.code != "CA108"


@pytest.mark.usefixtures("_folder")
def test_message_of_a_long_chain_of_files() -> None:
    """Seventeen files are too many; they are not a circle."""
    for n in range(20):
        write(Path.cwd(), **{f"b{n}": f"cnnaudit: 1\nextends: b{n + 1}.yaml\n"})
    write(Path.cwd(), b20=chain("flatten"))
    assert "circle" not in complaint("cnnaudit: 1\nextends: b0.yaml\n").message


def test_message_of_utf_16() -> None:
    """`this looks like a binary file`: Windows editors write UTF-16 with a mark."""
    result = run("report", "-", stdin=chain("flatten").encode("utf-16"))
    assert "UTF-16" in result.stderr


@pytest.mark.usefixtures("_folder")
def test_message_of_a_name_too_long_names_the_file() -> None:
    """`cnnaudit: error: File name too long`."""
    assert "xxx" in run("report", "x" * 5000).stderr


@pytest.mark.parametrize("bracket", ["layers: [{conv: 8, kernel: 3}", "layers:\n  - {conv: 8"])
def test_message_of_an_open_bracket_says_where_it_was_opened(bracket: str) -> None:
    """The complaint stands behind the end of the file, where there is nothing to see."""
    found = complaint(f"cnnaudit: 1\ninput: 8x8x3\n{bracket}\n")
    assert place(found)[1] <= 4 - (bracket.count("\n") == 0) or "opened" in " ".join(found.notes)


def test_message_of_a_long_value_is_cut() -> None:
    """A megabyte in a field makes a megabyte of message."""
    found = complaint(chain(f"{{conv: 3, kernel: 1, activation: {'x' * 100_000}}}"))
    assert len(found.message) < 1000


def test_excerpt_shows_the_line_of_the_complaint() -> None:
    """Lines are counted as YAML does, and shown as Python's splitlines() cuts them."""
    result = run("report", "-", stdin=b"cnnaudit: 1\n# a page\x0c\nname: b\x0c\n")
    assert "  2 | # a page" in result.stderr
    result = run("report", "-", stdin=b"cnnaudit: 1\n# \x1c\nnmae: b\n")
    assert "\\x1c" in result.stderr


def test_a_parameter_named_like_its_block() -> None:
    """`there is no operation or block 'b'` where the block b, which is there, is used."""
    more = "blocks: {b: {params: [a, b: 2], layers: [{conv: a, kernel: b}]}}"
    try:
        audit = audit_text(chain("{b: 3}", more=more))
    except AuditError as error:
        (found,) = error.diagnostics
        assert place(found)[1] == 3, "either it works, or the name of the parameter is refused"
    else:
        assert shapes(audit)["b1.conv1"] == (31, 31, 3)
