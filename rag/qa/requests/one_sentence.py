"""What one sentence decides, without a language model: yes or no, a claim, who said something."""

from __future__ import annotations

from rag.qa.attribution.claims import Verdict
from rag.qa.conflicts.judged import judged
from rag.qa.conflicts.yes_or_no import yes_or_no
from rag.qa.requests.kinds import RequestKind
from rag.qa.retrieval.reranking import Ranked
from rag.qa.stories.who_said import who_said


def by_one_sentence(kind: RequestKind, question: str, ranked: Ranked) -> Verdict | None:
    """The answer to a request of this kind by the sentence that decides it; None where none does."""
    if kind == "who-says":
        return who_said(question, ranked.sentences)
    if kind in ("yes-no", "check"):
        return yes_or_no(question, ranked.sentences) or judged(ranked)
    return None
