"""Names of people: what one may be made of, and which two look alike.

Somebody who reads "Ada" must be able to rely on who it is. So a label holds nothing that cannot be
seen or that reorders what is seen, is written in one way only (NFC, single spaces), and two labels
that look alike do not stand beside each other. The sets below are for JavaScript as well: the
build writes them into `tables.js`, and `site/faceapi/values/labels.js` goes by the same rules.
"""

# ruff: noqa: RUF001

from __future__ import annotations

import re
import unicodedata

from pyface_web.errors import InputError
from pyface_web.values.given import plain_text
from pyface_web.values.numeric import shown

MAX_LABEL = 1000
"""Longest label in characters; there are pages that put more into it than a name."""

SPACES = "[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+"
"""Pattern of what becomes one space."""

# What joins letters is seen by them alone. Joiners belong into names of these scripts, where they
# choose the form of the letters beside them (RFC 5892, A.1 and A.2), and between emoji.
_EMOJI = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_CURSIVE = "\u0620-\u065f\u066e-\u06d3\u06fa-\u074f\u0750-\u077f\u07ca-\u07ea\u08a0-\u08c9"
_CURSIVE += "\u1820-\u18aa"
_INDIC = "\u0900-\u0dff\u1000-\u109f\u1780-\u17d3\u1b00-\u1b4b\ua8e0-\ua8ff\ua980-\ua9c0"
_VIRAMAS = "\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca\u1039\u103a\u17d2\u1b44"
_VIRAMAS += "\ua9c0"
_IDEOGRAPHS = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
JOINED = (
    f"([{_EMOJI}][\U0001f3fb-\U0001f3ff]?)\ufe0f?\u200d(?=[{_EMOJI}])"
    "|([0-9#*])\ufe0f(?=\u20e3)"
    f"|([{_EMOJI}])[\ufe0e\ufe0f]"
    f"|([{_CURSIVE}])\u200c(?=[{_CURSIVE}])"
    f"|([{_VIRAMAS}])[\u200c\u200d]"
    f"|([{_INDIC}])[\u200c\u200d](?=[{_INDIC}])"
    f"|([{_IDEOGRAPHS}])[\ufe00-\ufe02\U000e0100-\U000e01ef]"
    "|([\u1820-\u18aa])[\u180b-\u180d\u180f]"
)
"""Pattern of the places where a character that cannot be seen by itself may stand."""

UNSEEN = (
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Pattern of characters without a shape that are not of a category of their own (Cc, Cf, ...)."""

JOINERS = "[\u200c\u200d\ufe00-\ufe0f\u180b-\u180f\U000e0100-\U000e01ef]"
"""Pattern of those of them that may stand somewhere; without them a label looks nearly the same."""

# Letters of other scripts in pairs with what they look like; NFKC has brought wide, mathematical
# and circled ones to their plain form before. From Unicode's confusables (UTS 39), those that
# stand for a Latin letter, a digit or a sign in common fonts.
LOOKS = (
    "АAВBЕEЅSІIЈJКKМMНHОOРPСCТTУYҮYХXԌGԚQԜWаaсcԁdеeһhіiјjӏlоoрpԛqѕsԝwхxуyүyѵv"
    "ΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXαaγyιiκkνvοoρpυuχx"
    "ՕOՍUՏSԼLօoսuհhոnցgզq"
    "ᎪAᏴBᏟCᎠDᎬEᎰFᏀGᎻHᎫJᏦKᏞLᎷMᏢPᏒRᏚSᎢTᏙVᎳWᏃZ"
    "ꓐBꓑPꓓDꓔTꓖGꓗKꓙJꓚCꓜZꓝFꓟMꓠNꓡLꓢSꓣRꓦVꓧHꓪWꓫXꓬYꓮAꓰEꓲIꓳOꓴU"
    "ⲞOⲟoⲢPⲣpⲤCⲥcⲦTⲬXⲒIⲔKⲘMⲚNⲎH"
    "ıiɑaɡgɩi"
    "З3Ʒ3"
    "۰٠۱١۲٢۳٣۷٧۸٨۹٩०o০o੦o૦o௦o౦o೦o൦o๐o໐o၀oסo"
    "エ工オ才カ力タ夕ト卜ニ二ハ八ヘへロ口ー一"
    "‘'’'ʼ'ʹ'`'‚,“\"”\"„\"‐-‒-–-—-―-−-⁃-"
)
"""What looks like what, two characters each."""

_JOINED, _UNSEEN, _SPACES = re.compile(JOINED), re.compile(UNSEEN), re.compile(SPACES)
_JOINERS = re.compile(JOINERS)
_LOOKS = str.maketrans(dict(zip(LOOKS[::2], LOOKS[1::2], strict=True)))
# Shapes that are one in many fonts, if case counts.
_SHAPES = (("I", "l"), ("1", "l"), ("|", "l"), ("0", "O"), ("m", "rn"))


def clean_label(label: object, max_length: int = MAX_LABEL) -> str:
    """A label as it is kept: in NFC, without spaces around it and with single ones inside.

    Raises InputError for what is no text, is longer than max_length characters, holds nothing that
    can be seen, or holds something that cannot: control characters, those that change the
    direction of text, of zero width, or that have no meaning. Zero-width joiners may stand where
    they belong to a script or to an emoji.
    """
    if not isinstance(label, str):
        raise InputError(f"a label: expected text, got {shown(label)}")
    label = plain_text(label)
    if len(label) > 4 * max_length:  # not worth a look
        raise _length(len(label), max_length)
    if label.isascii() and label.isprintable():
        clean = " ".join(label.split())
    else:
        clean = unicodedata.normalize("NFC", _SPACES.sub(" ", label).strip(" "))
        _check_seen(clean)
    if not 1 <= len(clean) <= max_length:
        raise _length(len(clean), max_length)
    return clean


def _length(got: int, most: int) -> InputError:
    return InputError(
        f"a label: expected 1 to {most} characters, got {got}; give the name "
        "by which the person is to be shown"
    )


def _check_seen(label: str) -> None:
    seen = _JOINED.sub(lambda found: found[found.lastindex or 0], label)
    for character in seen:
        if unicodedata.category(character)[0] == "C" or _UNSEEN.match(character):
            raise InputError(
                "a label: expected characters that can be seen, got "
                f"U+{ord(character):04X} in {label[:100]!a}; type the name anew"
            )
    if label and unicodedata.category(label[0])[0] == "M":
        raise InputError(
            f"a label: expected a letter, digit or sign first, got a mark in {label[:100]!a}; "
            "put it behind the letter that it belongs to"
        )


def look_of(label: str) -> str:
    """What a clean label looks like; the same for two that a reader cannot tell apart.

    Letters of other scripts are Latin ones that look so, full width and other variants are plain.
    """
    if label.isascii():
        return label
    apart = unicodedata.normalize("NFKD", _JOINERS.sub("", label))
    return unicodedata.normalize("NFKC", apart.translate(_LOOKS))


def looks_of(label: str) -> tuple[str, str]:
    """What a clean label may be taken for: without regard to case, and to I, l, 1, O and 0.

    Two labels that share either look alike to somebody who is in a hurry.
    """
    look = shape = look_of(label)
    for one, other in _SHAPES:
        shape = shape.replace(one, other)
    return f"a{look.lower()}", f"s{shape}"


def alike(label: str, other: str) -> InputError:
    """The error for a label that looks like another one that is there."""
    return InputError(
        f"a label: {label!r} looks like {other!r}, which is there already"
        f"{'' if label.isascii() and other.isascii() else f' ({label!a}, {other!a})'}; use that "
        "one if it is the same person, or choose a name that nobody takes for it"
    )


class Looks:
    """Labels by what they may be taken for."""

    def __init__(self) -> None:
        self._labels: dict[str, str] = {}

    def add(self, label: str) -> None:
        for look in looks_of(label):
            self._labels.setdefault(look, label)

    def refuse_or_add(self, label: str, *others: Looks, besides: str | None = None) -> None:
        """Add a label, or raise InputError if it looks like one of these, or of the others.

        besides: a label that does not count.
        """
        for look in looks_of(label):
            for looks in (*others, self):
                other = looks._labels.get(look)
                if other is not None and other not in (label, besides):
                    raise alike(label, other)
            self._labels[look] = label

    def discard(self, label: str) -> None:
        for look in looks_of(label):
            if self._labels.get(look) == label:
                del self._labels[look]
