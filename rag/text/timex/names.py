"""The English names of months and weekdays, also the short ones, in lower case."""

from __future__ import annotations

MONTHS = {
    name: n
    for n, names in enumerate(
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|october oct|"
        "november nov|december dec".split("|"),
        1,
    )
    for name in names.split()
}
"""Name -> number, 1 to 12."""
WEEKDAYS = {name: i for i, name in enumerate("monday tuesday wednesday thursday friday saturday sunday".split())}
"""Name -> number as ``date.weekday()`` gives it, 0 to 6."""
