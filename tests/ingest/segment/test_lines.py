"""Hard-wrapped lines become paragraphs."""

from __future__ import annotations

from rag.ingest.segment.lines import paragraphs

WRAPPED = """\
The harbour board said that it would sell two of its old tugs, on Tues-
day at the latest, because the lease on the dry dock, which was a long-
term one and had been signed by the mayor, had ended and as the govern-
ment would not renew it before the next budget, which is hardly a well-
known one and passes in the spring, and because the money is not there.

The tugs are for harbour use alone, said the chairman on Wednes-
day morning.
"""


def test_a_hyphen_that_only_the_end_of_a_line_made_is_no_part_of_the_word() -> None:
    first, second = (line for line, _ in paragraphs(WRAPPED))
    assert "on Tuesday at the latest" in first and "the government would" in first
    assert "long-term" in first and "well-known" in first
    assert second.endswith("on Wednesday morning.")
