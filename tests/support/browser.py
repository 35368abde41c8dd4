"""A headless chromium for tests, and a record of everything a page asks the network for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect, sync_playwright

from tests.support.patience import PATIENCE

expect.set_options(timeout=1000 * PATIENCE)  # a busy machine may take longer than its own five seconds

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def chromium_path() -> str:
    """Where chromium is. Without one the test is skipped, or fails where CI=true: there it must run."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    reason = "no chromium on the PATH; .ci/chromium.sh installs it"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def chromium(profile: Path) -> Iterator[Browser]:
    """A browser with a profile of its own."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, headless=True, args=FLAGS, env={**os.environ, "HOME": str(profile)}
        )
        try:
            yield browser
        finally:
            browser.close()


def emptied(context: BrowserContext, url: str) -> BrowserContext:
    """A context without anything that the pages at ``url`` keep in a browser, but with what it has loaded: a page opens
    in a third of the time of one in a new context."""
    page = context.new_page()
    kinds = "cookies,local_storage,indexeddb,service_workers"
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", {"origin": url, "storageTypes": kinds})
    page.close()
    return context


class Visit:
    """One page in a session of its own, with what it asked for and what went wrong on it."""

    def __init__(self, context: BrowserContext, url: str, ready: str = ".welcome h2, .welcome .trouble") -> None:
        self.requests: list[str] = []
        self.dialogs: list[str] = []
        self.errors: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(1000 * PATIENCE)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("dialog", self._dismiss)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(url)
        self.page.wait_for_selector(ready)

    def _dismiss(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def ask(self, question: str) -> None:
        box = self.page.get_by_label("Your question")
        box.fill(question)
        box.press("Enter")

    @property
    def outside(self) -> list[str]:
        """Requests that left this machine."""
        return [
            url
            for url in self.requests
            if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).hostname != "127.0.0.1"
        ]
