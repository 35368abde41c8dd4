#!/usr/bin/env bash
# Packages: gradio 6.31.0, driven by playwright 1.65.2 with the chromium on the PATH (any version: the behaviour is the page's own).
#
# Behaviour: one listener for two buttons (gr.on with trigger_mode="always_last") is still at work for the first button when the
# second one is clicked. What runs when it is done is the FIRST click once more, with the first one's gr.EventData: event.target is
# the first button, and so is whatever a component sent along. The second click is never told. The page puts off an event by the
# number of its listener alone and then sends the event that it has just finished.
#
# Expected by most: that the last event comes last, as the name says and as the documentation of gr.on has it ('"always_last" ...
# would allow a second submission after the pending event is complete').
#
# So where several components share a listener that reads gr.EventData, "multiple" and a check on the server are safe.
set -euo pipefail
command -v chromium >/dev/null || { echo "chromium is needed on the PATH" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check gradio==6.31.0 playwright==1.65.2

cat > try.py <<'PY'
import os
import shutil
import threading

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
import gradio as gr
from playwright.sync_api import expect, sync_playwright

begun, go_on = threading.Semaphore(0), threading.Semaphore(0)
told = []


def work(event: gr.EventData):
    told.append(event.target.value)
    begun.release()
    go_on.acquire(timeout=30)
    return f"{len(told)} told"


with gr.Blocks() as demo:
    first, second = gr.Button("first"), gr.Button("second")
    out = gr.Textbox(label="out")
    gr.on([first.click, second.click], work, None, out, trigger_mode="always_last")
demo.launch(prevent_thread_lock=True, quiet=True)
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
    page = browser.new_page()
    page.goto(demo.local_url)
    page.get_by_role("button", name="first").click()
    assert begun.acquire(timeout=30)
    page.get_by_role("button", name="second").click()  # while the listener is at work
    go_on.release()
    assert begun.acquire(timeout=30)
    go_on.release()
    expect(page.get_by_label("out")).to_have_value("2 told")
    browser.close()
print("clicked: first, second")
print("told:", ", ".join(told))
os._exit(0)
PY
venv/bin/python -u try.py 2>/dev/null | tee seen.txt
cat > expected.txt <<'TXT'
clicked: first, second
told: first, first
TXT
diff expected.txt seen.txt && echo "The finding holds."
