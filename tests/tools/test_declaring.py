"""How declarations are made: from what JavaScript is read to have, hints of Python, comments."""

from __future__ import annotations

import pytest

from tools.types import comments, hints
from tools.types.javascript import Class, Function, Parameter, read_file
from tools.types.table import names_of, parameters_of, read_table

CODE = """
/** A picture. options: { size = 2 }, its size. */
export async function look(input, options = {}, ...rest) {
}
/**
 * Small.
 */
export const small = (value) => value < 2;
const inner = 5;
export class Deep extends Box {
  static count = 3;
  #hidden;
  /** Begins. */
  constructor(a, b = new Point(0, 0)) {
    this.a = a;
  }
  /** How wide it is. */
  get width() { return 1; }
  static of({ a }) { return new Deep(a); }
  _own() {}
  async run(...given) {
    if (given) return 2;
  }
}
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "code.js"
    path.write_text(CODE, "utf-8")
    return read_file(path)


def test_functions_are_read_with_what_they_take_and_what_is_said_of_them(file) -> None:
    given = (Parameter("input"), Parameter("options", True), Parameter("rest", is_rest=True))
    said = "A picture. options: { size = 2 }, its size."
    assert file.declared["look"] == Function("look", given, said, is_async=True)
    assert file.declared["small"] == Function("small", (Parameter("value"),), "Small.")
    assert file.exported == ("look", "small", "Deep")


def test_classes_are_read_with_their_public_members(file) -> None:
    deep = file.declared["Deep"]
    assert isinstance(deep, Class) and deep.base == "Box"
    assert list(deep.members) == ["count", "constructor", "width", "of", "run"]
    assert deep.members["width"].comment == "How wide it is."
    assert deep.members["of"] == Function("of", (Parameter(""),), is_static=True)
    assert deep.members["run"].is_async


@pytest.mark.parametrize(
    ("hint", "type_"),
    [
        ("float | None", "number | null"),
        ("list[Box]", "Box[]"),
        ("Sequence[Box | str]", "(Box | string)[]"),
        ("tuple[str, ...]", "string[]"),
        ("tuple[str, float]", "[string, number]"),
        ("dict[str, int | str]", "Record<string, number | string>"),
        ("Mapping[str, Any]", "Record<string, any>"),
        ("BoxOptions | Mapping[str, Any] | None", "BoxOptions"),
        ("Literal['box', 'upright']", '"box" | "upright"'),
        ("'Box | None'", "Box | null"),
        ("npt.NDArray[np.float32]", "Tensor"),
        ("ClassVar[int]", "number"),
    ],
)
def test_hints_have_types_by_rules(hint: str, type_: str) -> None:
    assert hints.type_of(hint, {"Box", "BoxOptions"}) == type_


def test_a_hint_without_a_rule_says_which_it_is() -> None:
    with pytest.raises(hints.UnknownHintError, match="Strange"):
        hints.type_of("list[Strange]")


def test_docstrings_come_in_the_words_of_javascript() -> None:
    text = """Find faces, or None.

    input: as `detect_all_faces` takes it.
    use_tiny_model: True for `with_face_landmarks()` of the tiny net;
        it is faster. Raises InputError for others.
    ```python
    await nothing()
    ```
    """
    found = comments.from_python(text, ["input", "useTinyModel"])
    assert found.text == "Find faces, or undefined."
    assert found.entries == {
        "input": "as `detectAllFaces` takes it.",
        "useTinyModel": "true for `withFaceLandmarks()` of the tiny net; it is faster.",
    }
    assert found.outcomes == ("@throws InputError for others.",)


def test_comments_are_written_as_editors_read_them() -> None:
    found = comments.read("Looks */ here. a: first. Returns two.", ["a"])
    assert comments.written(found, ["a"], "  ") == (
        "  /**\n   * Looks *\\/ here.\n   *\n   * @param a - first.\n   * @returns two.\n   */\n"
    )
    assert comments.written(comments.read("", []), []) == ""


def test_the_table_is_read_statement_by_statement(tmp_path) -> None:
    path = tmp_path / "table.d.ts"
    path.write_text(
        "// About it.\n/** Said. */\ntype A<T extends B<{}>, U = T> = T;\n"
        "class C extends D {\n  static of(a: A, b?: B): C;\n  readonly e: F;\n}\n",
        "utf-8",
    )
    alias, made = read_table(path)
    assert (alias.name, alias.comment, alias.is_type) == ("A", "/** Said. */", True)
    assert names_of(alias.generics) == ["T", "U"]
    assert [name for name, _ in made.members] == ["of", "e"] and made.tail == "}"
    assert parameters_of(made.members[0][1]) == ["a", "b"]
