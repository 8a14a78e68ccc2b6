"""The people a page knows: enrolled by name, in memory unless the visitor wants them kept.

Every change is awaited: it is written first, where identities are kept, and then made in memory,
so that a store whose browser refuses is as it was.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pyface_web.errors import (
    IdentityFileError,
    InputError,
    OptionsError,
    PassphraseError,
    ShapeError,
    StorageError,
)
from pyface_web.host import IN_BROWSER, kind_of
from pyface_web.loops import Lock
from pyface_web.people import database, file, sealing
from pyface_web.people.identity import (
    Identity,
    Record,
    as_record,
    clean_label,
    expiry,
    from_record,
    gathered,
    make_identity,
    merged,
    to_record,
    until,
)
from pyface_web.people.matcher import (
    UNKNOWN,
    DescriptorLike,
    DescriptorsLike,
    FaceMatch,
    FaceMatcher,
    matching,
)
from pyface_web.people.turns import batches, in_turns, taken_out
from pyface_web.values.alignment import Align, Aligns, aligns_in, check_alike, together
from pyface_web.values.arrays import DISTANCE_THRESHOLD
from pyface_web.values.given import plain_text, truth
from pyface_web.values.labels import Looks
from pyface_web.values.numeric import as_number, shown
from pyface_web.values.outside import Steps, finished

Clock = Callable[[], datetime]
"""What tells the time, with a time zone."""

MIN_PASSPHRASE = 8
_MAX_DAYS = 36_500
_MANY = 2000  # people from which on it takes more than a few milliseconds to get ready for a match

BIOMETRIC_NOTICE = """\
A face descriptor is 128 numbers by which a person can be recognised. In many places that makes it \
biometric data, which the law protects. Ask people before you enrol them, and say what for.
What is stored: the name you type, the descriptors, the time of enrolment and, if one is added, a \
small portrait. The pictures themselves are not stored, and nothing leaves this device.
Where and how long: in this page's memory until it is closed. Only if you choose to keep people, \
also in this browser on this device, readable for whoever uses it, until you delete them or their \
time is up.
How to delete: one person, all people, or stop keeping, which removes everything kept here. An \
exported file is yours to delete; protect it with a passphrase.
A match is a guess. It can be wrong, more often for children and for people unlike those the net \
was trained on, and a photograph passes for a face. Do not decide anything important by it."""
"""What visitors should read before they enrol somebody, in plain words."""


def _now() -> datetime:
    return datetime.now(UTC)


class IdentityStore:
    """Enrolled people by label.

    ```python
    store = await faceapi.IdentityStore.open()
    await store.enrol("Ada", face.descriptor)
    str(store.find_best_match(query))  # 'Ada (0.38)'
    await store.keep()  # only when the visitor asked for it
    ```

    name: of the database, if they are kept; a site may have several.
    expires_after: days after which a person is forgotten, counted from the last enrolment; None
        for never. clock: tells the time.
    allow_mixed: whether descriptors that were cut in two ways are compared all the same, as in
        FaceMatcher; without it people are enrolled, and looked for, with those of one way.
    Raises OptionsError for a name that is no text of 1 to 80 characters, and for other days.
    """

    def __init__(
        self,
        name: str = "identities",
        *,
        expires_after: float | None = None,
        clock: Clock = _now,
        allow_mixed: bool = False,
    ) -> None:
        name = plain_text(name) if isinstance(name, str) else name
        if not isinstance(name, str) or not 1 <= len(name) <= 80:
            raise OptionsError(
                f"IdentityStore: name: expected text of 1 to 80 characters, got {shown(name)}"
            )
        if not callable(clock):
            raise OptionsError(f"IdentityStore: clock: expected a function, got {shown(clock)}")
        self._name = name
        self._clock = clock
        self._expires_after = _checked_days(expires_after)
        self._allow_mixed = truth(allow_mixed, "IdentityStore: allow_mixed")
        self._people: dict[str, Identity] = {}
        self._kept = False
        self._mark: str | None = None  # of what is kept, as it was last seen
        self._over: set[str] = set()  # those kept whose time was up since
        self._matcher: FaceMatcher | None = None
        self._oldest: datetime | None = None  # nobody was enrolled earlier
        self._changes = 0  # of people, since it was made
        self._looks: Looks | None = None  # of all labels; made when needed
        self._changing = Lock()

    @classmethod
    async def open(
        cls,
        name: str = "identities",
        *,
        expires_after: float | None = None,
        clock: Clock = _now,
        allow_mixed: bool = False,
    ) -> IdentityStore:
        """The store that was kept under this name, or an empty one in memory.

        expires_after: days, for a store that is not kept; what was kept has its own.
        Raises StorageError if the browser refuses to say; `IdentityStore()` works in memory then.
        """
        store = cls(name, expires_after=expires_after, clock=clock, allow_mixed=allow_mixed)
        await store.refresh()
        return store

    # --- reading

    @property
    def name(self) -> str:
        """Name of the database, if identities are kept."""
        return self._name

    @property
    def is_kept(self) -> bool:
        """Whether identities are also in the browser's IndexedDB, and changes are written there."""
        return self._kept

    @property
    def expires_after(self) -> float | None:
        """Days after which a person is forgotten; None for never."""
        return self._expires_after

    @property
    def allow_mixed(self) -> bool:
        """Whether descriptors are compared that were cut in two ways."""
        return self._allow_mixed

    @property
    def align(self) -> Aligns | None:
        """How the descriptors of everybody enrolled were cut, as far as it is known.

        "box" of people whom an older version kept, or who came out of its files. Faces that are to
        be found among them, or enrolled beside them, are cut alike with
        `.with_face_descriptor(align=store.align or "upright")`.
        """
        people = self._unexpired()
        if self._matcher is not None:
            return self._matcher.align
        return together(person.align for person in people.values())

    @property
    def identities(self) -> list[Identity]:
        """Everybody enrolled whose time is not up, by label."""
        people = sorted(self._unexpired().values(), key=lambda person: person.label.casefold())
        return [self._with_expiry(person) for person in people]

    def __iter__(self) -> Iterator[Identity]:
        return iter(self.identities)

    def __len__(self) -> int:
        return len(self._unexpired())

    def __contains__(self, label: object) -> bool:
        try:
            return bool(self._known(label))
        except InputError:
            return False

    def __getitem__(self, label: str) -> Identity:
        return self._with_expiry(self._people[self._known(label)])

    def matcher(self, distance_threshold: float = DISTANCE_THRESHOLD) -> FaceMatcher:
        """A FaceMatcher of everybody enrolled now; later changes do not reach it."""
        return finished(self._matching(distance_threshold))

    def find_best_match(
        self, descriptor: DescriptorLike, distance_threshold: float = DISTANCE_THRESHOLD
    ) -> FaceMatch:
        """The nearest person if nearer than the threshold, else `unknown`; descriptor: (128,).

        Raises ShapeError for another descriptor, MixedDescriptorsError for one that was cut in
        another way than those here, OptionsError for a threshold below 0.
        """
        self._unexpired()
        threshold = FaceMatcher(None, distance_threshold).distance_threshold  # checked
        if self._matcher is None:
            self._matcher = self.matcher()
        nearest = self._matcher.match_descriptor(descriptor)
        return nearest if nearest.distance < threshold else FaceMatch(UNKNOWN, nearest.distance)

    # --- changing

    async def enrol(
        self,
        label: str,
        descriptor: DescriptorsLike,
        *,
        portrait: str | None = None,
        align: Align | None = None,
    ) -> Identity:
        """Add descriptors of a person, (128,) or (N, 128), to a new or known label.

        label: 1 to 80 characters; spaces around it are dropped. portrait: a data URL of a small
        PNG, JPEG or WebP (at most 65,536 characters), which replaces an earlier one. align: how
        the descriptors were cut, if they do not say it themselves, as those of results do.
        Gives the person with all their descriptors.
        Raises InputError for a label that cannot be one or looks like another person's (the same in
        capitals, I for l, a Cyrillic letter), and for another portrait, MixedDescriptorsError for
        descriptors that were cut in another way than those here, ShapeError for descriptors
        that cannot be used, StorageError if identities are kept and the browser refuses; nothing
        has changed then.
        """
        added = make_identity(label, descriptor, self._time(), portrait, align)
        async with self._changing.held():
            if not self._allow_mixed:
                check_alike(f"descriptors of {added.label!r}", added.align, self.align)
            known = self._unexpired().get(added.label)
            if known is None:
                await in_turns(self._check_looks([added.label]))
            person = merged(known, added) if known else added
            await self._change([person])
        return self._with_expiry(person)

    async def rename(self, label: str, new_label: str, *, merge: bool = False) -> Identity:
        """Give a person another label. merge: onto a label that is there, as the same person.

        Raises InputError for a label that is not there, for a new one that is (without merge), and
        as for `enrol`; StorageError as for `enrol`.
        """
        new = clean_label(new_label)
        async with self._changing.held():
            old = self._known(label)
            people = self._unexpired()
            renamed = replace(people[old], label=new)
            if new != old:
                if new in people:
                    if not merge:
                        raise InputError(
                            f"rename: {new!r} is enrolled already; choose another name, or "
                            "merge=True if both are the same person"
                        )
                    renamed = merged(renamed, people[new])
                else:
                    await in_turns(self._check_looks([new], besides=old))
                await self._change([renamed], drop=[old])
        return self._with_expiry(renamed)

    async def delete(self, label: str) -> None:
        """Forget a person; InputError if there is no such label, StorageError as for `enrol`."""
        async with self._changing.held():
            await self._change(drop=[self._known(label)])

    async def delete_all(self) -> None:
        """Forget everybody, also what is kept. The store stays kept, empty.

        Raises StorageError as for `enrol`.
        """
        async with self._changing.held():
            await self._change(clear=True)

    async def set_expires_after(self, days: float | None) -> None:
        """Change after how many days a person is forgotten; None for never.

        Raises OptionsError for days that are not above 0 and at most 36,500; StorageError as for
        `enrol`.
        """
        checked = _checked_days(days)
        async with self._changing.held():
            await self._write(settings=_settings(checked))
            self._expires_after = checked
            self._unexpired()
            if self._over:
                await self._write()

    # --- keeping

    async def keep(self) -> None:
        """Keep identities in the browser's IndexedDB, now and after every change.

        Only this origin can read them. Call it when the visitor asks for it. People who are kept
        under this name already, by another tab, are then here too; of one label, those of here.
        Raises StorageError if the browser refuses (a private window, blocked, full), and in
        CPython; everything stays in memory then.
        """
        async with self._changing.held():
            records = _records(list(self._unexpired().values()))
            settings = _settings(self._expires_after)
            await self._take(await database.create(self._name, records, settings))

    async def stop_keeping(self) -> None:
        """Remove the database, also one that cannot be read; identities stay in memory.

        Other tabs do not bring it back. Raises StorageError if the browser refuses.
        """
        async with self._changing.held():
            await database.remove(self._name)
            await self._take(None)

    async def refresh(self) -> None:
        """Read what is kept again, as other tabs may have changed it; nothing if it is not kept.

        Raises StorageError if the browser refuses, or gives what cannot be read.
        """
        async with self._changing.held():
            if IN_BROWSER:
                await self._take(await database.read(self._name))

    # --- files

    async def export_json(self, passphrase: str | None = None) -> str:
        """Everybody enrolled as JSON text; with a passphrase, of 8 characters or more, encrypted.

        Descriptors are exact: float32, little-endian, base64. `pyface_web/people/file.py`
        describes the format: PBKDF2-HMAC-SHA-256 and AES-256-GCM by WebCrypto.
        Raises OptionsError for a passphrase that is too short, StorageError for one in CPython or
        on a page without WebCrypto, IdentityFileError for more than 64 MiB.
        """
        people = list(self._unexpired().values())
        text = await in_turns(file.writing(people, self._time()))
        if passphrase is None:
            return text
        secret = _checked_passphrase(passphrase)
        if len(secret) < MIN_PASSPHRASE:
            raise OptionsError(
                f"export_json: passphrase: expected at least {MIN_PASSPHRASE} characters, got "
                f"{len(secret)}; several words are easy to remember and hard to guess"
            )
        salt, iv = os.urandom(file.SALT_BYTES), os.urandom(file.IV_BYTES)
        beside = file.header(salt, iv)
        sealed = await sealing.seal(
            text.encode(),
            secret,
            file.ITERATIONS,
            salt,
            iv,
            file.additional_data(beside),
        )
        return await in_turns(file.writing_sealed(beside, sealed))

    async def import_json(
        self, text: str | bytes, passphrase: str | None = None, merge: bool = True
    ) -> list[Identity]:
        """Add the people of an exported file, or of face-api.js's JSON, and give them.

        text: what `export_json` made, or the JSON of LabeledFaceDescriptors (one, or a list) or of
        a FaceMatcher. merge: a label that is there gets the new descriptors too; otherwise
        everybody here is replaced. People whose time is up are left out. The page has its turn
        every few milliseconds; nothing of the file is there until all of it is.
        Raises IdentityFileError for a file that cannot be read or has a label that looks like
        another's, MixedDescriptorsError for descriptors that were cut in another way than those
        here (without merge, than others of the file), PassphraseError for a
        passphrase that is missing or wrong, or an altered file, OptionsError for a passphrase that
        is no text, StorageError where there is no WebCrypto and as for `enrol`; nothing was
        imported then.
        """
        now = self._time()
        text = plain_text(text) if isinstance(text, str) else text
        found = await in_turns(file.reading(text, now))
        if isinstance(found, file.Sealed):
            if passphrase is None:
                raise PassphraseError(
                    "a file of identities: it is encrypted; expected the passphrase that it was "
                    "exported with, got none"
                )
            opened = await sealing.unseal(
                found.ciphertext,
                _checked_passphrase(passphrase),
                found.iterations,
                found.salt,
                found.iv,
                found.additional_data,
            )
            found = await in_turns(file.reading(opened, now))
            if isinstance(found, file.Sealed):
                raise PassphraseError(
                    "a file of identities: expected people under the passphrase, got an encrypted "
                    "file again; import what is inside by itself"
                )
        async with self._changing.held():
            added = await in_turns(self._joined(found, merge, now))
            if not self._allow_mixed:
                here = self.align if merge else None
                cut = together(person.align for person in added)
                check_alike("a file of identities, nothing of which was imported", cut, here)
            try:
                labels = [person.label for person in added]
                looks = await in_turns(self._check_looks(labels, merge))
            except InputError as error:
                raise IdentityFileError(
                    f"a file of identities: {error}; nothing was imported"
                ) from None
            is_all_new = not merge or not self._people
            await self._change(added, clear=not merge)
            if is_all_new:
                self._looks = looks
        return await in_turns(self._shown(added))

    def __repr__(self) -> str:
        people = self._unexpired().values()
        where = "kept" if self._kept else "in memory"
        return (
            f"IdentityStore({self._name!r}, {len(people)} people, "
            f"{sum(person.count for person in people)} descriptors, {where})"
        )

    # --- inside

    def _time(self) -> datetime:
        now = self._clock()
        if not isinstance(now, datetime):
            raise OptionsError(f"IdentityStore: clock: expected a time from it, got {shown(now)}")
        return now.astimezone(UTC).replace(microsecond=0)

    def _is_expired(self, person: Identity, now: datetime) -> bool:
        end = expiry(person.enrolled, self._expires_after)
        return end is not None and end <= now

    def _unexpired(self) -> dict[str, Identity]:
        """People whose time is not up; the others are forgotten. Everything that reads calls this.

        What is kept of the others is deleted when it is next read or written.
        """
        if self._expires_after is None:
            return self._people
        now = self._time()
        if not self._oldest or expiry(self._oldest, self._expires_after) > now:  # type: ignore[operator]
            return self._people
        over = [label for label, person in self._people.items() if self._is_expired(person, now)]
        for label in over:
            self._forget(label)
            if self._kept:
                self._over.add(label)
        self._oldest = min((person.enrolled for person in self._people.values()), default=None)
        return self._people

    def _with(
        self, put: list[Identity], drop: list[str], clear: bool
    ) -> Steps[dict[str, Identity]]:
        """People as they are after a change."""
        changes = -1
        while changes != self._changes:  # somebody's time may be up during a rest
            changes = self._changes
            people = {} if clear else dict(self._people)
            for label in drop:
                people.pop(label, None)
            for batch in batches(put):
                people.update((person.label, person) for person in batch)
                self._note_times(batch)
                yield
        return people

    def _note_times(self, people: list[Identity]) -> None:
        times = [person.enrolled for person in people]
        self._oldest = min(times if self._oldest is None else [self._oldest, *times], default=None)

    def _known(self, label: object) -> str:
        people = self._unexpired()
        if isinstance(label, str) and (label := plain_text(label)) in people:
            return label  # perhaps one that an older version kept, and that is none now
        name = clean_label(label)
        if name not in people:
            known = ", ".join(map(repr, list(self._people)[:10])) or "nobody"
            raise InputError(f"nobody with the label {name!r} is enrolled; there is: {known}")
        return name

    def _with_expiry(self, person: Identity) -> Identity:
        return until(person, expiry(person.enrolled, self._expires_after))

    def _joined(self, found: list[Identity], merge: bool, now: datetime) -> Steps[list[Identity]]:
        """Those whose time is not up, each with the descriptors that are here already."""
        people = self._unexpired() if merge else {}
        added: dict[str, Identity] = {}
        twice: list[Record | None] = []
        for batch in batches(taken_out(found)):
            for person in batch:
                if not self._is_expired(person, now):
                    added[person.label] = person
                    if known := people.get(person.label):
                        twice += as_record(known), as_record(person)
            yield
        both = yield from gathered(taken_out(twice))
        added.update((person.label, person) for person in both)
        return list(added.values())

    def _matching(self, threshold: float = DISTANCE_THRESHOLD) -> Steps[FaceMatcher]:
        people = list(self._unexpired().values())
        known = ((person.label, person.descriptors, person.align) for person in people)
        return (yield from matching(known, threshold, self._allow_mixed))

    async def _prepare(self) -> None:
        """Make ready what matching needs, beside the page, where it would take a while."""
        if self._matcher is None and len(self._people) >= _MANY:
            changes = self._changes
            made = await in_turns(self._matching())
            if changes == self._changes:
                self._matcher = made

    def _check_looks(
        self, labels: list[str], merge: bool = True, besides: str | None = None
    ) -> Steps[Looks]:
        """InputError for a label that looks like another, of these or of the people here.

        merge: whether those here stay. besides: a label that does not count. Gives the looks of
        the labels that are new.
        """
        here = Looks()
        if merge:
            if self._looks is None:
                for batch in batches(list(self._people)):
                    for label in batch:
                        here.add(label)
                    yield
                self._looks = here
            here = self._looks
            labels = [label for label in labels if label not in self._people]
        own = Looks()
        for batch in batches(labels):
            for label in batch:
                own.refuse_or_add(label, here, besides=besides)
            yield
        return own

    def _shown(self, people: list[Identity]) -> Steps[list[Identity]]:
        shown_people: list[Identity] = []
        for batch in batches(people):
            shown_people += map(self._with_expiry, batch)
            yield
        return shown_people

    async def _change(
        self, put: Iterable[Identity] = (), drop: Iterable[str] = (), *, clear: bool = False
    ) -> None:
        """Write a change where identities are kept, then make it in memory."""
        put, drop = list(put), list(drop)
        await self._write(_records(put), drop, clear=clear)
        try:
            people = await in_turns(self._with(put, drop, clear))
        except BaseException:  # cancelled
            self._mark = None  # what is kept is to be read again
            raise
        self._people = people
        self._changes += 1
        self._matcher = None
        if clear or len(put) > 1:  # many are sorted in when somebody is enrolled next
            self._looks = None
        elif self._looks is not None:
            for label in drop:
                self._looks.discard(label)
            for person in put:
                self._looks.add(person.label)
        await self._prepare()

    def _forget(self, label: str) -> None:
        if self._people.pop(label, None) is not None:
            self._changes += 1
            self._matcher = None
            if self._looks is not None:
                self._looks.discard(label)

    async def _write(
        self,
        records: Iterable[tuple[str, database.Record]] = (),
        drop: Iterable[str] = (),
        *,
        clear: bool = False,
        settings: database.Record | None = None,
    ) -> None:
        """Write where identities are kept, if they are, and hold what others wrote since."""
        if not self._kept:
            return
        await self._take(
            await database.write(
                self._name,
                records,
                drop,
                settings,
                clear=clear,
                mark=self._mark,
                over=list(self._over),
            )
        )

    async def _take(self, kept: database.Kept | None) -> None:
        """Hold what is kept, and delete there what is over.

        None: nothing is. What the visitor of another tab removed does not come back from here.
        """
        self._kept = kept is not None
        if kept is None or kept.records is None:
            self._mark = kept.mark if kept else None
            self._over.clear()
            return
        self._mark = None  # until all of it is here
        labels = list(kept.records)
        self._expires_after, people = await _read(kept.settings, kept.records, self._time())
        self._oldest = None
        self._people = await in_turns(self._with(people, [], True))
        self._changes += 1
        self._matcher = self._looks = None
        living = self._unexpired()
        is_whole = len(living) == len(labels)
        over = [] if is_whole else [label for label in labels if label not in living]
        self._over.clear()
        self._mark = kept.mark
        if over:
            left = await database.write(self._name, drop=over, mark=self._mark)
            is_known = left is not None and left.records is None
            self._mark = left.mark if left and is_known else None  # None: read all next time
        await self._prepare()


def _records(people: list[Identity]) -> Iterator[tuple[str, database.Record]]:
    """As they are written: each is made when its turn comes."""
    return ((person.label, to_record(person)) for person in people)


def _settings(expires_after: float | None) -> dict[str, Any]:
    return {} if expires_after is None else {"expires_after": expires_after}


async def _read(
    settings: database.Record, records: dict[str, dict[str, Any]], now: datetime
) -> tuple[float | None, list[Identity]]:
    """Days and people of what is kept, or StorageError. Records that were read are taken out."""
    names = ("label", "descriptors", "enrolled", "portrait")
    taken = (records.pop(label) for label in list(records))
    parts = (
        (*(record.get(name) for name in names), aligns_in(record, "a record")) for record in taken
    )
    try:
        days = _checked_days(settings.get("expires_after"))
        found = (from_record(*values, now=now, is_kept=True) for values in parts)
        return days, await in_turns(gathered(found))
    except (InputError, OptionsError, ShapeError) as error:
        raise StorageError(
            f"what is kept cannot be read: {error}; stop_keeping() removes it"
        ) from None


def _checked_days(days: object) -> float | None:
    if days is None:
        return None
    number = as_number(days)
    if number is None or not 0 < number <= _MAX_DAYS:
        raise OptionsError(
            f"expires_after: expected days above 0 and at most {_MAX_DAYS}, or None for never, "
            f"got {shown(days)}"
        )
    return number


def _checked_passphrase(passphrase: object) -> str:
    if not isinstance(passphrase, str):
        raise OptionsError(f"passphrase: expected text, got {kind_of(passphrase)}")
    # The same letters typed on another system may arrive in parts; see file.
    return unicodedata.normalize("NFC", plain_text(passphrase))
