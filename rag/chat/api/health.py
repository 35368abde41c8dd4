"""Whether this process can answer, for balancers: the index opens, and an article is looked up in it."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from concurrent.futures import Future

from rag.chat.protocols import NewsLike
from rag.errors import UsageError

log = logging.getLogger(__name__)
HOLDS_FOR = 1.0  # seconds for which a finding holds, so that nobody keeps the index busy by asking
LONGEST_LOOKUP = 5.0  # seconds that a lookup may take


class Health:
    """Looks an article up in a thread of its own, one at a time: where it hangs, all that ask share the one."""

    def __init__(self, news: NewsLike) -> None:
        self._news = news
        self._look: Future[bool] | None = None
        self._begun = 0.0

    async def good(self) -> bool:
        """Whether a lookup succeeds, begun now or within the last second."""
        if self._look is None or (self._look.done() and time.monotonic() - self._begun >= HOLDS_FOR):
            self._look, self._begun = Future(), time.monotonic()
            threading.Thread(target=self._find, args=(self._look,), name="health", daemon=True).start()
        try:
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(self._look)), LONGEST_LOOKUP)
        except TimeoutError:
            log.warning("the index did not answer within %g s", LONGEST_LOOKUP)
            return False

    def _find(self, look: Future[bool]) -> None:
        try:
            self._news.article("-")
        except UsageError:
            look.set_result(True)  # there is none of that name: the index has answered
        except Exception as error:
            log.warning("the index does not answer: %s", type(error).__name__)
            look.set_result(False)
        else:
            look.set_result(True)
