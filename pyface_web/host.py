"""Where Python runs: a browser or not, values and classes of JavaScript, elements of the page."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from inspect import isawaitable
from typing import Any

from pyface_web.errors import ElementNotFoundError, InputError
from pyface_web.wording import is_for_javascript, quoted, spoken

IN_BROWSER = sys.platform == "emscripten"


@cache
def tell_first_result() -> None:
    """Tell pyface.js, once, that a net has given a result: what no first face needs comes now."""
    try:
        import pyface_rest
    except ImportError:
        return
    pyface_rest.begin()


# Each window has classes of its own, a subclass has any name, and a name may be anybody's. The
# getters of one window read the objects of all others, and refuse what only looks like them.
PROOFS: Mapping[str, str] = {
    "HTMLImageElement": "naturalWidth",
    "HTMLVideoElement": "videoWidth",
    "HTMLCanvasElement": "width",
    "OffscreenCanvas": "width",
    "ImageBitmap": "width",
    "ImageData": "width",
    "VideoFrame": "displayWidth",
    "File": "lastModified",  # before Blob, which it is, too
    "Blob": "size",
    "URL": "href",
    "Request": "url",
    "AbortSignal": "aborted",
}
"""A class of JavaScript -> a property whose getter only reads what is of this class."""

DRAWABLE = (
    "HTMLImageElement",
    "HTMLVideoElement",
    "HTMLCanvasElement",
    "OffscreenCanvas",
    "ImageBitmap",
    "ImageData",
    "VideoFrame",
)
"""Those of them whose objects a canvas can show."""

HOLDERS = ("current", "value", "nativeElement", "elt", "element", "el", "canvas", "target", "0")
"""Where libraries for pages keep the element that an object of theirs stands for: references of
React and Vue, Angular's ElementRef, elements of p5.js, contexts, events, jQuery, lists of nodes."""

_WRAPPERS = ("_dom_element", "_js")  # where pyscript.web keeps it, and kept it once


def is_js(value: object) -> bool:
    """Whether a value is an object of JavaScript."""
    if not IN_BROWSER:
        return False
    from pyodide.ffi import JsProxy

    return isinstance(value, JsProxy)


def js_class(value: object) -> str:
    """Which class of `PROOFS` an object of JavaScript is of, in whatever window it was made; "" for
    any other value."""
    if not is_js(value):
        return ""
    said = _tag(value)
    proofs = _proofs()
    if said in proofs and proofs[said](value):
        return said
    return next((name for name, proves in proofs.items() if proves(value)), "")


@cache
def _proofs() -> dict[str, Callable[[Any], bool]]:
    import js

    nothing, apply = js.Array.new(), js.Reflect.apply

    def proof(getter: Any) -> Callable[[Any], bool]:
        def proves(value: Any) -> bool:
            try:
                apply(getter, value, nothing)
            except Exception:
                return False
            return True

        return proves

    found = {}
    for name, property in PROOFS.items():
        made = getattr(js, name, None)  # a worker has no elements
        if made is not None:
            described = js.Object.getOwnPropertyDescriptor(made.prototype, property)
            found[name] = proof(js.Reflect.get(described, "get"))
    return found


def _tag(value: Any) -> str:
    """What an object calls itself, which need not be true."""
    try:
        said = _writer()(value)
    except Exception:  # a proxy that throws
        return ""
    return str(said)[len("[object ") : -1]


@cache
def _writer() -> Callable[[Any], Any]:
    import js

    nothing, apply, write = js.Array.new(), js.Reflect.apply, js.Object.prototype.toString
    return lambda value: apply(write, value, nothing)


_LONG = 100  # characters of the name of a class that a message shows
_IN_JAVASCRIPT = {  # what JavaScript calls the values that Pyodide makes of its own
    "None": "undefined",
    "bool": "a boolean",
    "int": "a number",
    "float": "a number",
    "str": "a text",
    "list": "an array",
    "tuple": "an array",
    "dict": "an object",
    "_Given": "an object",
    "ndarray": "an array of numbers",
    "bytes": "a buffer",
    "memoryview": "a buffer",
}


def kind_of(value: object) -> str:
    """What a message calls a value: its class of JavaScript, or else of Python.

    It says so where somebody forgot to wait for it.
    """
    name = _of_javascript(value) if is_js(value) else _of_python(value)
    if is_for_javascript():
        name = _IN_JAVASCRIPT.get(name, name)
    return f"{name[:_LONG]}{' (was an await forgotten?)' if _is_promised(value) else ''}"


def _of_python(value: object) -> str:
    if is_missing(value):
        return "None" if value is None else "null"
    return f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__


def _is_promised(value: object) -> bool:
    try:
        return isawaitable(value)
    except Exception:  # whatever a class of the caller's raises
        return False


def _of_javascript(value: Any) -> str:
    found = js_class(value)
    if found:
        return found
    if seen := seen_from_worker(value):
        return f"an {seen} of the page, seen from a worker (do this in the page)"
    if _tag(value) in PROOFS:
        return f"what only says that it is of {_tag(value)} (a Proxy? pass the object itself)"
    try:
        name = value.constructor.name
    except Exception:  # whatever a class of the caller's raises
        name = ""
    return (name if isinstance(name, str) else "") or _tag(value) or "an object"


def kind_and_remedy(value: object) -> str:
    """The same of what should be an element; where it holds one, with what to pass instead."""
    for name, held in _held_in(value):
        found = js_class(held)
        if found in DRAWABLE:
            place = "[0]" if name == "0" else f".{name}"
            return f"{kind_of(value)} (its {place} is an {found}: pass that)"
    return kind_of(value)


def _held_in(value: Any) -> Iterator[tuple[str, Any]]:
    if not is_js(value):
        try:
            yield from [*vars(value).items()]
            yield "0", unwrapped(value[0])
        except Exception:  # it has none, or will not say
            return
    for name in HOLDERS:
        try:
            import js

            yield name, js.Reflect.get(value, name)
        except Exception:
            continue


def element_of(given: Any) -> Any:
    """What is given where an element is expected: found by its id or selector where it is a text,
    else `unwrapped`. Raises ElementNotFoundError where there is no such element.
    """
    return find_element(given) if isinstance(given, str) else unwrapped(given)


def unwrapped(given: Any) -> Any:
    """The element that an object of `pyscript.web` stands for, or a list of one of them; anything
    else as it is."""
    if not IN_BROWSER or is_js(given):
        return given
    try:
        parts = vars(given)
    except TypeError:
        return given
    listed = parts.get("_elements")
    if isinstance(listed, list) and len(listed) == 1:
        return unwrapped(listed[0])
    held = (parts.get(name) for name in _WRAPPERS)
    return next((element for element in held if is_js(element)), given)


def is_missing(value: object) -> bool:
    """Whether JavaScript gave undefined or null; Pyodide's null is a value of its own."""
    return value is None or type(value).__name__ == "JsNull"


def js_value(value: object) -> Any:
    """A plain value as JavaScript has it: bytes as a Uint8Array, a dict as an object."""
    import js
    from pyodide.ffi import to_js

    return to_js(value, dict_converter=js.Object.fromEntries)


def python_value(value: Any) -> Any:
    """A plain value of JavaScript as Python has it: arrays, typed ones too, and objects without a
    class; anything else as it is."""
    if not is_js(value):
        return value
    try:
        return value.to_py()
    except Exception:  # a buffer that was handed over
        return value


def query(document: Any, id: str) -> Any:
    """The element with an id, or the first that matches a selector beginning with #, or null."""
    if not id.startswith("#"):
        return document.getElementById(id)
    try:
        return document.querySelector(id)
    except Exception as error:
        raise ElementNotFoundError(
            f"{_short(id)} is not a CSS selector; expected the id of an element, or # and what "
            "follows"
        ) from error


def has_page() -> bool:
    """Whether there is a document here; a worker and CPython have none.

    A worker of PyScript may have the name `document`: through it it sees that of the page.
    """
    if not IN_BROWSER:
        return False
    import js

    return hasattr(js, "document") and hasattr(js, "HTMLElement")


def seen_from_worker(value: object) -> str:
    """The class of an object of the page that a worker of PyScript sees through a proxy, each step
    of which waits for the page; "" for any other value."""
    if not is_js(value) or has_page() or not sees_page() or js_class(value):
        return ""
    said = _tag(value)
    return said if said in PROOFS else ""


def sees_page() -> bool:
    """Whether elements can be found by their ids: in a page, and where a worker sees one."""
    if not IN_BROWSER:
        return False
    import js

    return hasattr(js, "document")


def find_element(id: str) -> Any:
    """The element of the page with an id, or the first that matches a selector beginning with #."""
    id = str.__str__(id)
    try:
        from js import document
    except ImportError:
        raise InputError(
            f"{_short(id)} is a text, which names an element of a page by its id, and there is no "
            "page here; pass the element itself, or a picture by its path"
            + (", its address (await faceapi.fetch_image), or its bytes" if IN_BROWSER else "")
        ) from None
    element = query(document, id)
    if is_missing(element):
        named = "for the selector" if id.startswith("#") else "with the id"
        raise ElementNotFoundError(f"the page has no element {named} {_short(id)}; {_remedy(id)}")
    return element


def _remedy(id: str) -> str:
    if any(sign in id for sign in "/.:") and not id.startswith("#"):
        load = spoken("await faceapi.fetch_image(address)", "await faceapi.fetchImage(address)")
        return f"a text is the id of an element; {load} gives the picture at an address"
    return "is it spelt so, and there already? A script before the element runs too early"


def _short(id: str) -> str:
    return quoted(id if len(id) <= _LONG else f"{id[:_LONG]}...")
