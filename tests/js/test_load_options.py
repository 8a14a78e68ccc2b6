"""Options of loadPyface that cannot be: one error that names the option, and nothing is loaded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.pages import BLANK

# What is passed, in JavaScript -> what the error says.
WRONG = {
    "null": "its options: expected an object, got null",
    "5": "its options: expected an object, got 5",
    "{ models: null }": "models: expected a list of names such as ssd_mobilenetv1",
    "{ models: 'mtcnn' }": 'got "mtcnn"; write ["mtcnn"]',
    "{ model: ['mtcnn'] }": 'got "model"; is "models" meant?',
    "{ modelUrl: 'models' }": 'got "modelUrl"; is "modelsURL" meant?',
    "{ modelPath: 'models' }": 'got "modelPath"',
    "{ useWorker: true, nets: [] }": "its options: expected models, prefetch, modelsURL, baseURL",
    "{ models: ['mtcnn', 'nose'] }": 'got "nose"',
    "{ models: [Symbol('nose')] }": "got Symbol(nose)",
    "{ models: [undefined] }": "got undefined",
    "{ prefetch: 'mtcnn' }": "prefetch: expected a list of names such as ssd_mobilenetv1",
    "{ baseURL: 5 }": "baseURL: expected the address of a folder, got 5",
    "{ baseURL: null }": "baseURL: expected the address of a folder, got null",
    "{ baseURL: 'http://[' }": 'got "http://["',
    "{ baseURL: Symbol() }": "got Symbol()",
    "{ modelsURL: {} }": "modelsURL: expected the address of a folder, or an object with",
    "{ modelsURL: 'data:,x' }": 'of each file by its name, got "data:,x"',
    "{ modelsURL: { a: 5 } }": "of each file by its name, got 5",
    "{ baseURL: 'data:,x' }": 'baseURL: expected the address of a folder, got "data:,x"',
    "{ latestFrame: 'yes' }": 'latestFrame: expected true or false, got "yes"',
    "{ worker: 'yes' }": 'worker: expected true or false, got "yes"',
    "{ cache: 0 }": "cache: expected true or false, got 0",
    "{ stackSwitching: {} }": "stackSwitching: expected true or false, got an object",
    "{ backend: 'cuda' }": 'fastest, got "cuda"',
    "{ backend: 5, worker: true }": "backend: expected one of",
    "{ onProgress: 5 }": "onProgress: expected a function, got 5",
    "{ onListing: [] }": "onListing: expected a function, got an array",
    "{ onStopped: 'x', worker: true }": 'onStopped: expected a function, got "x"',
    "{ signal: {} }": "signal: expected an AbortSignal, got an object",
    "{ signal: new AbortController() }": "signal: expected an AbortSignal, got an object",
    "{ waits: { network: Symbol() } }": "Waits.network: expected a number of seconds",
    "{ waits: { media: -1 }, worker: true }": "Waits.media: expected a number of seconds",
    "{ waits: { patience: 1 } }": 'Waits: there is no option "patience"',
}


@pytest.fixture(scope="module")
def page(browser: Browser, site: str) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(site + BLANK)
    yield page
    page.close()


def test_what_cannot_be_is_said(page: Page) -> None:
    found = page.evaluate(
        """async (all) => {
          const uncaught = [];
          addEventListener("unhandledrejection", ({ reason }) => uncaught.push(String(reason)));
          const { loadPyface } = await import(new URL("pyface.js", document.baseURI));
          const said = [];
          for (const code of all) {
            const options = (0, eval)(`(${code})`);
            const told = ({ name, message }) => `${name}: ${message}`;
            said.push(await loadPyface(options).then(() => "nothing", told));
          }
          const asked = performance.getEntriesByType("resource").map(({ name }) => name);
          return [said, uncaught, asked.filter((name) => /\\.wasm|\\.image|models\\//.test(name))];
        }""",
        list(WRONG),
    )
    said, uncaught, asked = found
    for code, text in zip(WRONG, said, strict=True):
        assert text.startswith("OptionsError: ") and WRONG[code] in text, (code, text)
    assert not uncaught
    assert not asked, "of Python or models nothing is asked for"
