"""The tables of docs/errors.md: what is written there is said, to each language in its words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.elsewhere import server_without_cors
from tests.pages import PyfacePage
from tests.words import of_javascript, of_python
from tools.assets import ROOT

DOCS = (ROOT / "docs" / "errors.md").read_text("utf-8")
_ROW = re.compile(r"^\| `(?P<code>.+?)` \| `(?P<says>.+?)` \|", re.MULTILINE)

# What else a page can be told, by code that goes wrong: nothing of the tables.
MORE = (
    "faceapi.detectAllFaces([document.getElementById('photo')], tiny)",
    "faceapi.detectAllFaces(document.createElement('canvas'), new faceapi.MtcnnOptions())",
    "faceapi.detectAllFaces(Object.assign(document.createElement('canvas'), { width: 0 }), tiny)",
    "faceapi.detectAllFaces(new Image(), tiny)",
    "faceapi.detectAllFaces(new Blob(['no picture']), tiny)",
    "faceapi.detectAllFaces('photo', tiny).withFaceLandmarks(true)",
    "faceapi.detectAllFaces('photo', tiny).withFaceExpressions()",
    "faceapi.detectAllFaces('photo', tiny).withAgeAndGender()",
    "faceapi.detectAllFaces('photo', new faceapi.TinyYolov2Options())",
    "faceapi.nets.faceRecognitionNet.computeFaceDescriptor('photo')",
    "faceapi.nets.mtcnn.forward('photo')",
    "faceapi.nets.mtcnn.load(new ArrayBuffer(5))",
    "faceapi.nets.mtcnn.load(null)",
    "faceapi.nets.mtcnn.loadFromWeightMap({})",
    "faceapi.nets.mtcnn.loadFromWeightMap({ a: 5 })",
    "faceapi.nets.mtcnn.loadFromUri('files.json')",
    "faceapi.nets.mtcnn.loadFromUri('blank.html')",
    "faceapi.loadWeightMap('models', 'nose')",
    "faceapi.warmup(faceapi.nets.mtcnn)",
    "faceapi.setBackend('webgl', 8)",
    "faceapi.setBackend('wasm', 16)",
    "faceapi.setWaits({ media: 0 })",
    "faceapi.setWaits({ medium: 1 })",
    "faceapi.track('photo', {}).next()",
    "faceapi.track(document.createElement('canvas'), { minIou: 2 }).next()",
    "faceapi.track(document.createElement('canvas'), { detector: 'tiny' }).next()",
    "new faceapi.draw.DrawBox({ x: 0, y: 0, width: 1, height: 1 }, { lineWidth: 'wide' })",
    "new faceapi.draw.DrawFaceLandmarksOptions({ drawLines: 5 })",
    "new faceapi.FaceExpressions([1])",
    "faceapi.euclideanDistance(descriptor, undefined)",
    "faceapi.FaceMatcher.fromJSON([])",
    "faceapi.LabeledFaceDescriptors.fromJSON({})",
    "faceapi.fetchImage('files.json')",
    "faceapi.extractFaces('photo', undefined)",
)

_BEGIN = """async () => {
  const photo = Object.assign(new Image(), { id: "photo", src: "demos/photo.jpg" });
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
  photo.src = canvas.toDataURL();
  await photo.decode();
  document.body.append(photo);
  const { faceapi } = pyface;
  const descriptor = new Float32Array(128);
  const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
  const size = { width: 9, height: 9 };
  const found = new faceapi.FaceDetection(0.5, new faceapi.Rect(0, 0, 1, 1), size);
  Object.assign(globalThis, {
    faceapi, loadPyface, descriptor, nobody: undefined, results: [found],
    matcher: new faceapi.FaceMatcher(descriptor), tiny: new faceapi.TinyFaceDetectorOptions(),
  });
  await faceapi.nets.tinyFaceDetector.loadFromUri("models");
}"""
_TRY = """async (all) => {
  const said = [];
  for (const code of all) {
    try {
      await (0, eval)(`(async () => ${code.startsWith("await ") ? code : `await ${code}`})`)();
      said.push(["", ""]);
    } catch (error) {
      said.push([error.name, error.message]);
    }
  }
  return said;
}"""
_TRY_IN_PYTHON = """
nobody, descriptor = None, np.zeros(128, np.float32)
matcher = faceapi.FaceMatcher(descriptor)
try:
    {code}
    said = "nothing"
except Exception as error:
    said = str(error)
said
"""


def rows(heading: str) -> list[tuple[str, str]]:
    """(what is written, what is said) of the table below a heading."""
    part = DOCS.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [(row["code"], row["says"]) for row in _ROW.finditer(part)]


@pytest.fixture(scope="module")
def page(bare_page: PyfacePage) -> Iterator[PyfacePage]:
    bare_page.js(_BEGIN)
    yield bare_page


def test_what_the_table_says_of_javascript_is_said_in_its_words(page: PyfacePage) -> None:
    page.expect_error("Failed to load resource|CORS")
    table = rows("In JavaScript")
    assert len(table) > 30
    with server_without_cors() as url:
        said = page.js(_TRY, [code.replace("https://cdn.example/", url) for code, _ in table])
    others = [
        f"{code}: {name}: {text}"
        for (code, says), (name, text) in zip(table, said, strict=True)
        if says not in text or not name.endswith("Error") or of_python(text)
    ]
    assert not others


def test_whatever_goes_wrong_is_said_in_the_words_of_javascript(page: PyfacePage) -> None:
    page.expect_error("Failed to load resource|CORS")
    said = zip(MORE, page.js(_TRY, list(MORE)), strict=True)
    others = [(code, *told) for code, told in said if not told[0] or of_python(told[1])]
    assert not others


def test_what_the_table_says_of_python_is_said_in_its_words(page: PyfacePage) -> None:
    page.expect_error("Failed to load resource")
    table = rows("In Python")
    assert len(table) > 12
    said = [page.run(_TRY_IN_PYTHON.replace("{code}", code)) for code, _ in table]
    others = [
        f"{code}: {text}"
        for (code, says), text in zip(table, said, strict=True)
        if says not in text or of_javascript(text)
    ]
    assert not others


@pytest.mark.parametrize("folder", ["faceapi", "load", "worker"])
def test_no_message_of_the_site_holds_a_name_of_python(folder: str) -> None:
    files = sorted((ROOT / "site" / folder).rglob("*.js"))
    assert files
    texts = re.compile(r"`(?:[^`\\]|\\.)*`|\"(?:[^\"\\\n]|\\.)*\"")
    known = re.compile(r"pyface_web|weights_manifest|content_security_policy.extension_pages")
    for file in files:
        for found in texts.finditer(file.read_text("utf-8")):
            text = known.sub("", found[0])
            if " " in text:
                names = re.findall(r"\b[a-z]+_[a-z_]+\b|\bNone\b|\bTrue\b|\bFalse\b", text)
                assert not names, f"{file.name}: {names} in {found[0]}"


def test_sentences_without_a_line_to_run_are_those_of_the_sources() -> None:
    sentences = other_sentences(" that a page may see")
    assert len(sentences) == 8
    sources = "".join(f.read_text("utf-8") for f in (ROOT / "site" / "load").glob("*.js"))
    for sentence in sentences:
        assert sentence in sources or sentence.startswith("Cannot read properties of "), sentence


def other_sentences(where: str) -> list[str]:
    part = DOCS.partition(f"\nOther sentences{where}")[2].partition("\n## ")[0]
    return re.findall(r"^\| `(.+?)` \|", part, re.MULTILINE)


def test_sentences_of_python_without_a_line_to_run_are_those_of_the_sources() -> None:
    sentences = other_sentences(", outside of a page")
    assert len(sentences) == 5
    sources = "".join(f.read_text("utf-8") for f in (ROOT / "pyface_web").rglob("*.py"))
    texts = re.sub(r'"\n *f?"', "", sources)  # of several parts
    assert [sentence for sentence in sentences if sentence not in texts] == []
