"""`build.py bench`: pyface_web and its rivals in one browser, in turns; counts and ratios.

Counts (draws, GL calls, programs, texture bytes, readbacks) are exact and repeatable. Times are
not, so the sides run alternately and only their ratio is worth quoting.
"""
