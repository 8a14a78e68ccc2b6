"""What is drawn over pictures and videos lies on the faces in Safari's engine, too."""

from __future__ import annotations

from tests.safari.tab import Tab
from tests.site.test_overlay_cases import (
    ALL,
    CHANGE,
    CHANGES,
    MODULE,
    SHOW,
    STILLS_OF_EACH_KIND,
    VIDEOS_OF_EACH_KIND,
    complaints,
    named,
)

MOVING = "swinging"  # the one case that never stands still
LOOKS = 5  # at that


def test_the_box_lies_on_the_face(blank: Tab) -> None:
    blank.set_window_size(1300, 2200)
    names = (*STILLS_OF_EACH_KIND, *VIDEOS_OF_EACH_KIND)
    blank.evaluate(SHOW, [MODULE, named(*names)])
    blank.evaluate(CHANGE, [MODULE, [[name, how] for name, (_, how) in CHANGES.items()]])
    assert len(names) <= len(ALL)
    places = blank.evaluate(f"async () => (await import('{MODULE}')).places()")
    assert len(places) == len(names)
    moving = [place for place in places if place[0] == MOVING]
    shot = blank.screenshot()
    assert complaints(shot, [place for place in places if place not in moving]) == []
    # What swings may have moved on between two looks of a busy browser: then it is looked at again.
    wrong = complaints(shot, moving)
    for _ in range(LOOKS - 1):
        if wrong:
            wrong = complaints(blank.screenshot(), moving)
    assert wrong == []
