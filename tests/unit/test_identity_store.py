"""Who is enrolled: labels, expiry, files, and that no message shows a descriptor."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import traceback
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

import pyface_web as faceapi
from pyface_web.errors import (
    IdentityFileError,
    InputError,
    OptionsError,
    PassphraseError,
    ShapeError,
    StorageError,
)
from pyface_web.people import file, identity, turns
from pyface_web.people.identity import MAX_PORTRAIT
from pyface_web.values import outside

START = datetime(2026, 1, 31, 12, tzinfo=UTC)
PORTRAIT = "data:image/jpeg;base64,/9j/4AAQ"


class Clock:
    """A clock that stands until it is told to go on."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def made(seed: int, count: int = 1) -> Any:
    """(count, 128) descriptors, or (128,) of one."""
    rows = np.random.default_rng(seed).normal(0, 0.1, (count, 128)).astype(np.float32)
    return rows[0] if count == 1 else rows


def store_of(*labels: str, **options: Any) -> faceapi.IdentityStore:
    store = faceapi.IdentityStore(clock=Clock(), **options)
    for seed, label in enumerate(labels):
        asyncio.run(store.enrol(label, made(seed)))
    return store


def test_enrolled_people_are_found():
    store = store_of("Ada", "Grace")
    assert [person.label for person in store] == ["Ada", "Grace"] and len(store) == 2
    match = store.find_best_match(made(1))
    assert (match.label, match.distance) == ("Grace", 0)
    assert store.find_best_match(-made(1)).label == "unknown"
    assert store.find_best_match(made(5), distance_threshold=9).label != "unknown"
    assert store.matcher(0.4).distance_threshold == 0.4
    assert store.matcher().labels == ("Ada", "Grace")


def test_matches_follow_every_change():
    store = store_of("Ada", "Grace")
    assert store.find_best_match(made(1)).label == "Grace"
    asyncio.run(store.rename("Grace", "Hopper"))
    assert store.find_best_match(made(1)).label == "Hopper"
    asyncio.run(store.delete("Hopper"))
    assert store.find_best_match(made(1)).label == "unknown"
    asyncio.run(store.delete_all())
    assert len(store) == 0 and store.find_best_match(made(0)).distance == float("inf")


def test_descriptors_of_one_label_are_taken_together():
    store = store_of("Ada")
    asyncio.run(store.enrol("  Ada ", made(7, 3), portrait=PORTRAIT))
    asyncio.run(store.enrol("Ada", made(0)))  # the same again adds nothing
    (person,) = store
    assert (person.count, person.portrait) == (4, PORTRAIT)
    np.testing.assert_array_equal(person.descriptors, [made(0), *made(7, 3)])
    assert not person.descriptors.flags.writeable


@pytest.mark.parametrize(
    ("given", "kept"), [("  Ada \n Lovelace ", "Ada Lovelace"), ("Zoe\u0308", "Zoë"), ("李", "李")]
)
def test_labels_are_cleaned(given: str, kept: str):
    store = store_of(given)
    assert [person.label for person in store] == [kept]
    assert given in store and store[given].label == kept


@pytest.mark.parametrize(
    "label",
    [
        *(
            "",
            "   ",
            "x" * 81,
            "a\0b",
            "A\u200bda",
            "\u202eAda",
            "\u0301",
            "unknown",
            "\uff55nknown",
        ),
        *(None, 7, "\ud800", np.ones(128)),
    ],
)
def test_labels_that_cannot_be(label: Any):
    store = store_of("Ada")
    with pytest.raises(InputError, match="a label: "):
        asyncio.run(store.enrol(label, made(1)))
    with pytest.raises(InputError, match="a label: "):
        asyncio.run(store.rename("Ada", label))
    assert label not in store and len(store) == 1


ALIKE = [
    ("Ada", "ada"), ("Ada", "\u0410DA"), ("Al", "AI"), ("Otto", "0tto"), ("Barney", "Bamey"),
    ("Person 1", "Person l"), ("Ida|", "Idal"), ("Ada", "\uff21da"),
]  # fmt: skip


@pytest.mark.parametrize(("known", "label"), ALIKE)
def test_labels_that_look_like_another(known: str, label: str):
    """Nobody gets one, by whatever way it would come in; the person's own label can change."""
    store = store_of(known, "Grace")
    other = asyncio.run(store_of(label).export_json())
    both = edited(lambda content: [content["identities"][i].update(label=name)
                                   for i, name in enumerate((known, label))])  # fmt: skip
    attempts = [
        lambda: store.enrol(label, made(1)),
        lambda: store.rename("Grace", label),
        lambda: store.import_json(other),
        lambda: store_of().import_json(both),
        lambda: store.import_json(both, merge=False),
        lambda: store.import_json(json.dumps({"label": label, "descriptors": [[1] * 128]})),
    ]
    for attempt in attempts * 2:
        with pytest.raises(InputError, match="a label: ") as raised:
            asyncio.run(attempt())
        assert f"{label!r} looks like {known!r}, which is there already" in str(raised.value)
        assert {person.label: person.count for person in store} == {known: 1, "Grace": 1}
    assert asyncio.run(store.rename(known, label)).label == label
    asyncio.run(store.rename(label, known))
    asyncio.run(store.import_json(other, merge=False))
    assert [person.label for person in store] == [label]
    asyncio.run(store.delete(label))
    asyncio.run(store.enrol(known, made(1)))


def test_a_label_is_free_again_when_its_time_is_up():
    store = store_of("Ada", expires_after=1)
    with pytest.raises(InputError, match="looks like 'Ada'"):
        asyncio.run(store.enrol("ada", made(1)))
    store._clock.now += timedelta(days=1)  # type: ignore[attr-defined]
    assert asyncio.run(store.enrol("ada", made(1))).label == "ada"


@pytest.mark.parametrize(
    "descriptor", [None, np.ones(127), np.full(128, np.nan), ["x"] * 128, np.ones((2, 3, 128))]
)
def test_descriptors_that_cannot_be(descriptor: Any):
    store = store_of("Ada")
    with pytest.raises(ShapeError):
        asyncio.run(store.enrol("Ada", descriptor))
    with pytest.raises(ShapeError):
        store.find_best_match(descriptor)
    assert store["Ada"].count == 1


@pytest.mark.parametrize(
    "portrait",
    [
        b"bytes",
        "https://example.org/a.jpg",
        "data:image/svg+xml;base64,AAAA",
        "data:image/png;base64,<b>",
        "data:image/png;base64," + "A" * MAX_PORTRAIT,
    ],
    ids=["bytes", "address", "svg", "other characters", "too long"],
)
def test_portraits_that_cannot_be(portrait: Any):
    store = store_of()
    with pytest.raises(InputError, match="a portrait: expected"):
        asyncio.run(store.enrol("Ada", made(0), portrait=portrait))
    assert len(store) == 0


def test_renaming():
    store = store_of("Ada", "Grace")
    with pytest.raises(
        InputError, match="'Ada' is enrolled already; choose another name, or merge"
    ):
        asyncio.run(store.rename("Grace", "Ada"))
    assert len(store) == 2
    assert asyncio.run(store.rename("Grace", "Grace")).count == 1
    both = asyncio.run(store.rename("Grace", "Ada", merge=True))
    assert (both.label, both.count, len(store)) == ("Ada", 2, 1)
    for call in (store.rename("Grace", "Eve"), store.delete("Grace")):
        with pytest.raises(InputError, match=r"nobody with the label 'Grace' .* there is: 'Ada'"):
            asyncio.run(call)
    with pytest.raises(InputError, match="nobody with the label"):
        store["Grace"]


# --- expiry


def test_people_are_forgotten_when_their_time_is_up():
    store = store_of("Ada", expires_after=2)
    clock: Any = store._clock
    assert store["Ada"].expires == START + timedelta(days=2)
    clock.now += timedelta(days=1)
    asyncio.run(store.enrol("Grace", made(1)))
    clock.now += timedelta(days=1)
    for read in (len, lambda s: len(s.identities), lambda s: len(s.matcher().labels)):
        assert read(store) == 1
    assert "Ada" not in store and store.find_best_match(made(0)).label == "unknown"
    assert json.loads(asyncio.run(store.export_json()))["identities"][0]["label"] == "Grace"
    asyncio.run(store.enrol("Grace", made(2)))  # counts from here again
    clock.now += timedelta(days=1)
    assert len(store) == 1
    asyncio.run(store.set_expires_after(0.5))
    assert len(store) == 0


def test_a_match_is_not_remembered_beyond_its_time():
    store = store_of("Ada", expires_after=1)
    assert store.find_best_match(made(0)).label == "Ada"
    store._clock.now += timedelta(days=1)  # type: ignore[attr-defined]
    assert store.find_best_match(made(0)).label == "unknown"


@pytest.mark.parametrize("days", [0, -1, float("nan"), 1e9, "7", True])
def test_days_that_cannot_be(days: Any):
    with pytest.raises(OptionsError, match="expires_after: expected days above 0"):
        faceapi.IdentityStore(expires_after=days)
    with pytest.raises(OptionsError):
        asyncio.run(store_of().set_expires_after(days))


def test_nobody_is_forgotten_by_default():
    store = store_of("Ada")
    store._clock.now += timedelta(days=99_999)  # type: ignore[attr-defined]
    assert store["Ada"].expires is None


# --- without a browser


def test_keeping_needs_a_browser():
    store = asyncio.run(faceapi.IdentityStore.open(expires_after=3))
    asyncio.run(store.enrol("Ada", made(0)))
    for call in (store.keep, store.stop_keeping):
        with pytest.raises(StorageError, match="there is no browser here; they stay in memory"):
            asyncio.run(call())
    asyncio.run(store.refresh())
    assert not store.is_kept and len(store) == 1 and store.expires_after == 3


def test_a_passphrase_needs_a_browser():
    store = store_of("Ada")
    with pytest.raises(StorageError, match="WebCrypto, and there is no browser here"):
        asyncio.run(store.export_json("a good passphrase"))
    with pytest.raises(StorageError, match="WebCrypto"):
        asyncio.run(store.import_json(sealed_file(), "a good passphrase"))


@pytest.mark.parametrize("name", ["", "x" * 81, 7, None])
def test_names_that_cannot_be(name: Any):
    with pytest.raises(OptionsError, match="IdentityStore: name"):
        faceapi.IdentityStore(name)


# --- files


def test_a_file_brings_everything_back_exactly():
    store = store_of("Ada", "Grace")
    odd = np.array([1e-45, -0.0, 3.4e38, 1 / 3] * 32, np.float32)
    asyncio.run(store.enrol("Ada", odd, portrait=PORTRAIT))
    text = asyncio.run(store.export_json())
    other = store_of()
    other._clock.now += timedelta(days=5)  # type: ignore[attr-defined]
    added = asyncio.run(other.import_json(text))
    assert [person.label for person in added] == ["Ada", "Grace"]
    for mine, theirs in zip(store, other, strict=True):
        assert mine.descriptors.tobytes() == theirs.descriptors.tobytes()
        assert (mine.label, mine.portrait, mine.enrolled) == (
            theirs.label, theirs.portrait, theirs.enrolled,
        )  # fmt: skip
    content = json.loads(text)
    assert (content["format"], content["version"]) == ("pyface_web identities", 1)
    assert content["exported"] == START.isoformat()


def test_importing_merges_or_replaces():
    text = asyncio.run(store_of("Ada", "Grace").export_json())
    store = faceapi.IdentityStore(clock=Clock())
    asyncio.run(store.enrol("Ada", made(8)))
    asyncio.run(store.enrol("Eve", made(9)))
    asyncio.run(store.import_json(text.encode()))
    asyncio.run(store.import_json(text))  # once more changes nothing
    assert [(person.label, person.count) for person in store] == [
        ("Ada", 2), ("Eve", 1), ("Grace", 1),
    ]  # fmt: skip
    asyncio.run(store.import_json(text, merge=False))
    assert [(person.label, person.count) for person in store] == [("Ada", 1), ("Grace", 1)]


@pytest.mark.parametrize("labels", [1, 7, 10_000], ids=["one", "some", "many"])
def test_importing_takes_no_more_for_each_of_many(labels: int, monkeypatch: pytest.MonkeyPatch):
    """Calls, and bytes that are looked through for repeats, grow with the file, not faster."""
    looked_through = 0
    distinct = identity._distinct

    def counted(parts: list[bytes]) -> Any:
        nonlocal looked_through
        looked_through += sum(map(len, parts))
        return distinct(parts)

    def work(count: int) -> tuple[int, int]:
        nonlocal looked_through
        rows = made(1, count)
        entries = [
            {
                "label": f"Person {i % labels}",
                "enrolled": START.isoformat(),
                "descriptors": row(one),
            }
            for i, one in enumerate(rows)
        ]
        text = edited(lambda content: content.update(identities=entries))
        store, calls, looked_through = store_of(), 0, 0

        def profile(_frame: object, event: str, _argument: object) -> None:
            nonlocal calls
            calls += event in ("call", "c_call")

        sys.setprofile(profile)
        asyncio.run(store.import_json(text))
        store.find_best_match(rows[0])
        asyncio.run(store.export_json())
        sys.setprofile(None)
        assert sum(person.count for person in store) == count
        assert len(store) == min(labels, count)
        return calls, looked_through

    monkeypatch.setattr(identity, "_distinct", counted)
    few, many = work(300), work(1200)
    assert many[0] < 4.4 * few[0] and many[1] == 4 * few[1] == 1200 * 512


@pytest.mark.parametrize("merge", [True, False])
def test_a_file_comes_in_as_a_whole(merge: bool, monkeypatch: pytest.MonkeyPatch):
    """Whoever looks meanwhile sees all of it or nothing, also if it is given up half way."""
    monkeypatch.setattr(turns, "SLICE_SECONDS", 0)
    text = asyncio.run(store_of(*(f"Person {i}" for i in range(300))).export_json())
    store, seen = store_of("Ada"), []

    async def watched(rests: int) -> None:
        work = asyncio.ensure_future(store.import_json(text, merge=merge))
        for _ in range(rests):
            await asyncio.sleep(0)
            seen.append([len(store), "Ada" in store, "Person 299" in store,
                         store.find_best_match(made(299)).label])  # fmt: skip
            if work.done():
                return
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work

    before = [1, True, False, "unknown"]
    after = [300 + merge, merge, True, "Person 299"]
    for rests in (1, 5, 9):
        asyncio.run(watched(rests))
    assert before in seen and all(one in (before, after) for one in seen)
    asyncio.run(watched(10_000))
    assert seen[-1] == after


def test_importing_leaves_out_who_is_over():
    text = asyncio.run(store_of("Ada").export_json())
    store = store_of(expires_after=1)
    store._clock.now += timedelta(days=1)  # type: ignore[attr-defined]
    assert asyncio.run(store.import_json(text)) == [] and len(store) == 0


def test_a_time_to_come_is_now():
    """A file written by a clock that is wrong must not live longer."""
    text = asyncio.run(store_of("Ada").export_json()).replace("2026-01-31", "9999-12-31")
    store = store_of(expires_after=1)
    asyncio.run(store.import_json(text))
    assert store["Ada"].enrolled == START


def test_json_of_face_api_js():
    people = [faceapi.LabeledFaceDescriptors("Ada", made(0, 2)), ("Grace", made(3))]
    matcher = faceapi.FaceMatcher([people[0]])
    matcher.add(*people[1])
    for text, labels in (
        (json.dumps(matcher.to_json()), ["Ada", "Grace"]),
        (json.dumps(people[0].to_json()), ["Ada"]),
        (
            json.dumps([person.to_json() for person in matcher.labeled_descriptors]),
            ["Ada", "Grace"],
        ),
    ):
        store = store_of()
        assert [person.label for person in asyncio.run(store.import_json(text))] == labels
        np.testing.assert_array_equal(store["Ada"].descriptors, made(0, 2))
        assert store["Ada"].enrolled == START


def sealed_file(**changes: Any) -> str:
    """A file that looks encrypted."""
    content = file.header(bytes(16), bytes(12))
    content["encryption"].update(changes)
    return outside.finished(file.writing_sealed(content, bytes(40)))


def edited(change: Callable[[dict[str, Any]], object]) -> str:
    content = json.loads(asyncio.run(store_of("Ada", "Grace").export_json()))
    change(content)
    return json.dumps(content)


def second(**values: Any) -> str:
    """A file whose second person is damaged: the first must not come in alone."""
    return edited(lambda content: content["identities"][1].update(values))


def row(values: Any) -> list[str]:
    return [b64encode(np.asarray(values, "<f4").tobytes()).decode()]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("not JSON", "expected JSON, got something else"),
        ("", "expected JSON"),
        ("[" * 200_000, "at most 64 within each other, got more at line 1, column 65; is it the"),
        (b"\xff\xfe\xfa", "expected JSON"),
        ("9" * 5000, "expected whole numbers of at most 308 digits"),
        ('{"format": 1, "format": 2}', "got 'format' twice"),
        (None, "expected its text, got NoneType"),
        (" " * 70_000_000, "expected at most 64 MiB, got 66.8; divide it"),
        ("{}", "expected the format 'pyface_web identities', or labelled"),
        ("7", "JSON of another kind"),
        ('[{"label": "Ada"}]', "expected 'descriptors'"),
        ('{"label": "Ada", "descriptors": [[1, 2]]}', "expected shape"),
        (json.dumps({"label": "Ada", "descriptors": [[float("nan")] * 128]}), "NaN or infinity"),
        (json.dumps({"label": "Ada", "descriptors": []}), "at least one descriptor"),
        (edited(lambda c: c.update(format="contacts")), "got 'contacts'; is it another program"),
        (edited(lambda c: c.update(version=2)), "version 1, got 2; it was written by a newer"),
        (edited(lambda c: c.update(version="1")), "version 1, got '1'; the file is damaged"),
        (edited(lambda c: c.pop("version")), "version 1, got None"),
        (edited(lambda c: c.update(identities={})), "identities: expected a list, got dict"),
        (edited(lambda c: c["identities"].append(3)), "identity 3: expected an object, got int"),
        (second(label=""), "identity 2: a label: expected 1 to 80"),
        (second(label=["x"]), "identity 2: a label: expected text, got list"),
        (second(enrolled="soon"), "identity 2: enrolled of 'Grace': expected a time in ISO 8601"),
        (second(enrolled=7), "expected a time"),
        (second(portrait="javascript:alert(1)"), "identity 2: a portrait: expected a data URL"),
        (second(descriptors=[]), "identity 2: descriptors of 'Grace'"),
        (second(descriptors="AAAA"), "identity 2: descriptors: expected a list, got str"),
        (second(descriptors=[7]), "identity 2: descriptor 1: expected base64 text, got int"),
        (second(descriptors=["%%%"]), "expected base64 text, got other characters"),
        (second(descriptors=row([0] * 127)), r"expected 512 bytes \(128 float32\), got 508"),
        (second(descriptors=row([np.nan] * 128)), "NaN or infinity"),
        (sealed_file(key="MD5"), "encryption: key: expected 'PBKDF2-HMAC-SHA-256', got 'MD5'"),
        (sealed_file(cipher="DES"), "encryption: cipher"),
        (sealed_file(iterations=1), "iterations: expected 600000 to 6000000, got 1"),
        (sealed_file(iterations=10**9), "iterations: expected"),
        (sealed_file(iterations="many"), "iterations: expected"),
        (sealed_file(salt="AAAA"), "encryption: salt: expected 16 bytes, got 3"),
        (sealed_file(iv=None), "encryption: iv: expected base64 text, got NoneType"),
        (edited(lambda c: c.update(ciphertext="AAAA")), "encryption: expected an object"),
        (edited(lambda c: c.update(encryption=[])), "encryption: expected an object, got list"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else None,
)
def test_files_that_cannot_be_read(text: Any, words: str):
    store = store_of("Eve")
    with pytest.raises(IdentityFileError, match=words) as raised:
        asyncio.run(store.import_json(text))
    assert str(raised.value).startswith("a file of identities: ")
    assert [person.label for person in store] == ["Eve"]
    assert len(str(raised.value)) < 400


def test_passphrases_that_cannot_be():
    store = store_of("Ada")
    with pytest.raises(PassphraseError, match="it is encrypted; expected the passphrase"):
        asyncio.run(store.import_json(sealed_file()))
    with pytest.raises(OptionsError, match="at least 8 characters, got 5"):
        asyncio.run(store.export_json("short"))
    with pytest.raises(OptionsError, match="expected text, got bytes"):
        asyncio.run(store.export_json(b"a good passphrase"))  # type: ignore[arg-type]


# --- what is shown


def test_no_message_shows_a_descriptor(capfd: pytest.CaptureFixture[str], monkeypatch: Any):
    """repr, str, errors with their tracebacks, DEBUG: none holds one of the values."""
    monkeypatch.setenv("DEBUG", "5")
    values = np.float32(0.123456) + np.arange(128, dtype=np.float32) / 1000
    store = store_of()
    person = asyncio.run(store.enrol("Ada", values))
    matcher = store.matcher()
    said = [store, person, store.identities, matcher, matcher.labeled_descriptors]
    said += [person.labeled_descriptors(), store.find_best_match(values), vars(matcher).keys()]
    shapes = (values[:100], np.append(values[1:], np.nan), [*values, "x"], [values, [1]])
    text = json.dumps({"label": "Ada", "descriptors": [values.tolist()]})
    attempts: list[Callable[[], Any]] = [
        lambda: asyncio.run(store.enrol(values, "Ada")),  # type: ignore[arg-type]
        lambda: asyncio.run(store.enrol("Ada", "Grace", portrait=values)),  # type: ignore[arg-type]
        lambda: asyncio.run(store.enrol("Ada", values, portrait=values)),  # type: ignore[arg-type]
        lambda: asyncio.run(store.rename("Ada", values.tolist())),  # type: ignore[arg-type]
        lambda: asyncio.run(store.delete(values.tolist())),  # type: ignore[arg-type]
        lambda: asyncio.run(store.import_json(values.tolist())),  # type: ignore[arg-type]
        lambda: asyncio.run(store.import_json(text[:-5])),
        lambda: asyncio.run(store.import_json(text.replace('"Ada"', "[0.123456]"))),
        lambda: asyncio.run(store.import_json(text.replace("0.123456", "1e999, 0.123456"))),
        lambda: faceapi.IdentityStore(expires_after=values),  # type: ignore[arg-type]
        lambda: faceapi.LabeledFaceDescriptors(values, values),  # type: ignore[arg-type]
        lambda: faceapi.FaceMatcher(values, values),  # type: ignore[arg-type]
        lambda: matcher.top_k(values, values),  # type: ignore[arg-type]
        lambda: matcher.remove(values.tolist()),  # type: ignore[arg-type]
        lambda: store.find_best_match(values, values),  # type: ignore[arg-type]
        *(lambda shape=shape: asyncio.run(store.enrol("Ada", shape)) for shape in shapes),
        *(lambda shape=shape: store.find_best_match(shape) for shape in shapes),
        *(lambda shape=shape: faceapi.FaceMatcher(shape) for shape in shapes),
    ]
    for attempt in attempts:
        try:
            attempt()
            raise AssertionError("expected an error")
        except faceapi.PyfaceError as error:
            said.append("".join(traceback.format_exception(error)))
            said.append(repr(error))
    out, err = capfd.readouterr()
    shown = "\n".join([*(f"{thing}\n{thing!r}" for thing in said), out, err])
    # lines of source that a traceback quotes aside, no three digits of a value
    found = [line for line in shown.splitlines() if re.search(r"0\.[12]\d\d", line)]
    assert not [line for line in found if "replace(" not in line and "float32(" not in line], found


def test_what_is_shown():
    store = store_of("Ada", expires_after=2)
    assert repr(store) == "IdentityStore('identities', 1 people, 1 descriptors, in memory)"
    assert repr(store["Ada"]) == (
        "Identity('Ada', 1 descriptors, enrolled 2026-01-31, expires 2026-02-02)"
    )
    assert "Ask people before you enrol them" in faceapi.BIOMETRIC_NOTICE
