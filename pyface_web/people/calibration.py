"""Which distance threshold suits one's own pictures: distances of labelled pairs, and error rates.

Two pictures are a pair: of one person, or of two. `FaceMatcher` calls a face known that is nearer
than the threshold, so a threshold goes wrong in two ways: it takes two people for one (a false
match), or it misses a person (a false non-match). The terms are those of ISO/IEC 19795-1.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from pyface_web.errors import InputError, OptionsError, ShapeError
from pyface_web.host import kind_of
from pyface_web.people.identity import Identity
from pyface_web.people.matcher import (
    Descriptors,
    DescriptorsLike,
    LabeledFaceDescriptors,
    distances_to,
)
from pyface_web.values.alignment import check_alike, together
from pyface_web.values.arrays import array_of
from pyface_web.values.fields import checked_fields, count
from pyface_web.values.given import checked_text, items_of, part, truth
from pyface_web.values.numeric import as_number, as_whole, is_valid_probability, shown

Distances: TypeAlias = npt.NDArray[np.float64]
"""(k,) float64: the distances of k pairs of descriptors."""
Counts: TypeAlias = npt.NDArray[np.int64]
"""(bins,) int64: how many distances are in each bin."""
Known: TypeAlias = LabeledFaceDescriptors | Identity
People: TypeAlias = Mapping[str, DescriptorsLike] | Known | Iterable[Known]
"""People whose names are known: `pair_distances` says what of them."""

ENOUGH_PAIRS = 30
"""Pairs of a kind below which `ErrorRates.warnings` says so: even if none of 30 is wrong, 8 % may
be, as `ErrorRates.false_match_rate_up_to` has it."""
MAX_DESCRIPTORS = 6000
"""Different descriptors that are compared at most: 18 million pairs, 300 MB of memory."""
_FARTHEST = 1e50  # more than descriptors of float32 can lie apart
MOST_BINS = 100_000
_OVERLAP = 0.1  # error rates from which no threshold is good
_BEYOND = 0.05  # how far a threshold lies beyond the largest distance
_Z = 1.645  # standard deviations of the normal distribution below which 95 % lie


@dataclass(frozen=True)
@checked_fields(
    same=count,
    missed=count,
    different=count,
    false_matches=count,
    warnings=lambda value, what: tuple(
        checked_text(text, what) for text in items_of(value, what, "a list of texts")
    ),
)
class ErrorRates:
    """What a threshold does to labelled pairs.

    threshold: pairs nearer than this count as one person, as in `FaceMatcher`.
    same, missed: pairs of one person, and how many of them are not nearer.
    different, false_matches: pairs of two people, and how many of them are nearer.
    warnings: why these numbers say little, in words, each with what to do; often empty.
    """

    threshold: float
    same: int
    missed: int
    different: int
    false_matches: int
    warnings: tuple[str, ...] = field(default=(), repr=False)

    @property
    def false_match_rate(self) -> float:
        """Share of the pairs of two people that are taken for one, 0..1; NaN without a pair."""
        return _rate(self.false_matches, self.different)

    @property
    def false_non_match_rate(self) -> float:
        """Share of the pairs of one person that are missed, 0..1; NaN without a pair."""
        return _rate(self.missed, self.same)

    @property
    def false_match_rate_up_to(self) -> float:
        """What the rate may well be among more such pairs: 95 % upper limit, 0..1.

        Wilson's score interval, one-sided. It takes pairs for independent; those that share a
        picture or a person are not, so the truth is less certain still. 1 without a pair.
        """
        return _up_to(self.false_matches, self.different)

    @property
    def false_non_match_rate_up_to(self) -> float:
        """The same for `false_non_match_rate`."""
        return _up_to(self.missed, self.same)

    def __post_init__(self) -> None:
        for name, some, most in (
            ("missed", self.missed, self.same),
            ("false_matches", self.false_matches, self.different),
        ):
            if some > most:
                raise InputError(f"ErrorRates.{name}: expected at most {most} pairs, got {some}")

    def __str__(self) -> str:
        return (
            f"{self.threshold:g}: {self.missed} of {self.same} pairs of one person missed, "
            f"{self.false_matches} of {self.different} pairs of two people taken for one"
        )


def pair_distances(people: People, *, allow_mixed: bool = False) -> tuple[Distances, Distances]:
    """Distances of all pairs of one person, (k,), and of all pairs of two people, (m,).

    people: {label: descriptors, (n, 128)}, or a list of LabeledFaceDescriptors or Identity, such
        as an IdentityStore. Several of one label are one person.
    allow_mixed: whether descriptors that were cut in two ways are compared all the same.

    ```python
    same, different = faceapi.pair_distances({"Ada": ada, "Grace": grace})  # (n, 128) each
    ```

    A descriptor that a person has twice counts once: the same picture again says nothing. Either
    array is empty where there is no such pair. Raises InputError for other people and for more than
    6,000 different descriptors, its subclass MixedDescriptorsError for those that were cut in two
    ways, ShapeError for descriptors of another shape.
    """
    known = _as_people(people)
    if not truth(allow_mixed, "pair_distances: allow_mixed"):
        cut = together(person.align for person in known)
        check_alike("pair_distances", cut, None)
    rows, owners = _all_rows(known)
    if len(rows) > MAX_DESCRIPTORS:
        raise InputError(
            f"pair_distances: expected at most {MAX_DESCRIPTORS} different descriptors, got "
            f"{len(rows)}; take some of them at random, their pairs say the same"
        )
    same: list[Distances] = [np.empty(0)]
    different: list[Distances] = [np.empty(0)]
    for index, row in enumerate(rows):
        distances = distances_to(row, rows[index + 1 :])
        is_same = owners[index + 1 :] == owners[index]
        same.append(distances[is_same])
        different.append(distances[~is_same])
    return np.concatenate(same), np.concatenate(different)


def distance_histograms(
    same: npt.ArrayLike, different: npt.ArrayLike, bins: int = 24
) -> tuple[Counts, Counts, Distances]:
    """How many distances lie in each of some bins of equal width: for a plot.

    same, different: of `pair_distances`, (k,) and (m,). Returns the counts of both, (bins,) each,
    and the edges, (bins + 1,), from 0 to the largest distance, rounded up to a tenth, at least 1.
    Raises ShapeError for what are no distances, OptionsError for bins that are no whole number
    from 1 to 100,000.
    """
    first, second = _checked(same, "same"), _checked(different, "different")
    number = as_whole(bins)
    if number is None or not 1 <= number <= MOST_BINS:
        raise OptionsError(
            f"distance_histograms: bins: expected a whole number from 1 to {MOST_BINS}, got "
            f"{shown(bins)}"
        )
    largest = max(first.max(initial=0), second.max(initial=0))
    edges = np.linspace(0, max(1.0, math.ceil(largest * 10) / 10), number + 1)
    return np.histogram(first, edges)[0], np.histogram(second, edges)[0], edges


def error_rates(same: npt.ArrayLike, different: npt.ArrayLike, threshold: float) -> ErrorRates:
    """What a threshold does to pairs of one person, (k,), and of two people, (m,).

    Raises ShapeError for what are no distances, OptionsError for a threshold that is no number
    from 0 on.
    """
    first, second = _checked(same, "same"), _checked(different, "different")
    limit = as_number(threshold)
    if limit is None or limit < 0:
        raise OptionsError(
            f"error_rates: threshold: expected a number from 0 on, got {shown(threshold)}"
        )
    found = ErrorRates(
        threshold=limit,
        same=len(first),
        missed=int((first >= limit).sum()),
        different=len(second),
        false_matches=int((second < limit).sum()),
    )
    return _with_warnings(found, None)


def suggest_threshold(
    same: npt.ArrayLike, different: npt.ArrayLike, max_false_match_rate: float | None = None
) -> ErrorRates:
    """A threshold for these pairs, and what it does to them.

    same, different: of `pair_distances`, (k,) and (m,).
    max_false_match_rate: None for the threshold whose two error rates are as equal as can be,
        that is, whose larger one is the smallest. A number, 0..1: of the thresholds that take no
        larger share of pairs of two people for one, that which misses the fewest.

    ```python
    found = faceapi.suggest_threshold(same, different)
    str(found)  # '0.58: 1 of 30 pairs of one person missed, 2 of 160 pairs of two people taken ...'
    matcher = faceapi.FaceMatcher(people, found.threshold)
    ```

    Between two distances all thresholds do the same; the middle is taken, rounded to as few
    decimals as that allows. Of equally good ones, that with the fewest false matches.
    The rates are those of these very pairs, by which the threshold was chosen: expect worse ones
    elsewhere. They hold for a person who is known by one picture; the mean distance to several
    strays less. Raises InputError where there is no pair of one person, or none of two people,
    ShapeError for what are no distances, OptionsError for another rate.
    """
    first, second = _checked(same, "same"), _checked(different, "different")
    if max_false_match_rate is not None and not is_valid_probability(max_false_match_rate):
        raise OptionsError(
            "suggest_threshold: max_false_match_rate: expected None or a number from 0 to 1, got "
            f"{shown(max_false_match_rate)}"
        )
    if not len(first):
        raise InputError(
            "suggest_threshold: expected pairs of one person, got none; add a second picture of "
            "somebody"
        )
    if not len(second):
        raise InputError(
            "suggest_threshold: expected pairs of two people, got none; add a second person"
        )
    # Every threshold in (low, high] does the same; distances up to low are nearer than it.
    found = np.unique(np.concatenate([first, second]))
    low, high = np.append(0.0, found), np.append(found, found[-1] + 2 * _BEYOND)
    matched = np.searchsorted(np.sort(second), high, side="left") / len(second)
    missed = (len(first) - np.searchsorted(np.sort(first), high, side="left")) / len(first)
    if max_false_match_rate is None:
        # The last key of lexsort counts most.
        order = np.lexsort((matched, matched + missed, np.maximum(matched, missed)))
    else:
        is_allowed = matched <= max_false_match_rate
        order = np.lexsort((matched, missed, ~is_allowed))
    best = int(order[0])
    threshold = _rounded(float(low[best]), float(high[best]))
    return _with_warnings(error_rates(first, second, threshold), max_false_match_rate)


def _rounded(low: float, high: float) -> float:
    """The middle, with two decimals or as many more as keep it above low and not above high."""
    middle = (low + high) / 2
    for decimals in range(2, 17):
        if low < (near := round(middle, decimals)) <= high:
            return near
    return high


def _with_warnings(found: ErrorRates, bound: float | None) -> ErrorRates:
    warnings = []
    if found.same < ENOUGH_PAIRS:
        warnings.append(
            f"{_pairs(found.same)} of one person; {ENOUGH_PAIRS} or more say how often somebody is "
            "missed. Add more pictures of each person, taken on other days."
        )
    if found.different < ENOUGH_PAIRS:
        warnings.append(
            f"{_pairs(found.different)} of two people; {ENOUGH_PAIRS} or more say how often two "
            "are taken for one. Add more people."
        )
    elif bound is not None and 0 < bound < 1 and found.different < 3 / bound:
        warnings.append(
            f"A false match rate of {100 * bound:g} % cannot be told by {found.different} pairs of "
            f"two people; that takes {math.ceil(3 / bound)} or more. Add more people."
        )
    both = found.false_match_rate > _OVERLAP and found.false_non_match_rate > _OVERLAP
    if both or (bound is not None and found.false_non_match_rate > 5 * _OVERLAP):
        warnings.append(
            "No threshold tells these pictures apart well. Are all labels right? Use larger, "
            "sharper pictures that show the faces from the front."
        )
    return replace(found, warnings=tuple(warnings))


def _pairs(number: int) -> str:
    if number == 0:
        return "There is no pair"
    return "There is only 1 pair" if number == 1 else f"There are only {number} pairs"


def _all_rows(people: list[LabeledFaceDescriptors]) -> tuple[Descriptors, npt.NDArray[np.intp]]:
    """All descriptors, (N, 128), and for each the number of its person, (N,)."""
    by_label: dict[str, list[Descriptors]] = {}
    for person in people:
        by_label.setdefault(person.label, []).append(person.descriptors)
    sets = [np.unique(np.concatenate(parts), axis=0) for parts in by_label.values()]
    owners = np.repeat(np.arange(len(sets)), [len(rows) for rows in sets])
    return np.concatenate(sets) if sets else np.empty((0, 128), np.float32), owners


def _as_people(people: object) -> list[LabeledFaceDescriptors]:
    if isinstance(people, Mapping):
        try:
            names = list(people)
        except Exception as error:
            what = f"expected labels, got those of {kind_of(people)}, which cannot be read"
            raise InputError(f"pair_distances: {what}") from error
        return [LabeledFaceDescriptors(label, part(people, label)) for label in names]
    expected = "{label: descriptors} or a list of LabeledFaceDescriptors"
    is_list = isinstance(people, Iterable)
    items: list[Any] = items_of(people, "pair_distances", expected) if is_list else [people]
    found = [(part(item, "label"), part(item, "descriptors"), item) for item in items]
    for label, rows, item in found:
        if label is None or rows is None or isinstance(item, Mapping):
            raise InputError(
                f"pair_distances: expected {expected}, got {shown(item)} of {kind_of(people)}"
            )
    return [_labelled(*values) for values in found]


def _labelled(label: Any, rows: Any, item: object) -> LabeledFaceDescriptors:
    if isinstance(item, LabeledFaceDescriptors):
        return item
    if isinstance(item, Identity):
        return item.labeled_descriptors()
    return LabeledFaceDescriptors(label, rows)


def _checked(distances: npt.ArrayLike, what: str) -> Distances:
    expected = "distances, a vector of numbers"
    array = array_of(distances, what, expected)
    if array.ndim != 1:
        raise ShapeError(f"{what}: expected {expected}, got shape {array.shape} of {array.dtype}")
    with np.errstate(over="ignore"):
        values: Distances = array.astype(np.float64)
    if not ((values >= 0) & (values <= _FARTHEST)).all():  # NaN is neither
        raise ShapeError(
            f"{what}: expected finite distances from 0 on, got others; use pair_distances"
        )
    return values


def _rate(count: int, of: int) -> float:
    return count / of if of else math.nan


def _up_to(count: int, of: int) -> float:
    return wilson_interval(count, of, _Z)[1]


def wilson_interval(count: int, of: int, deviations: float) -> tuple[float, float]:
    """Between which rates the true one lies, where `count` of `of` were found; 0 and 1 of none.

    deviations: standard deviations of the normal distribution on either side; 1.96 for 95 % in all.
    Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
    1927.
    """
    if not of:
        return 0.0, 1.0
    share, spread = count / of, deviations * deviations / of
    root = math.sqrt(spread * (share * (1 - share) + spread / 4))
    middle, whole = share + spread / 2, 1 + spread
    return max(0.0, (middle - root) / whole), min(1.0, (middle + root) / whole)
