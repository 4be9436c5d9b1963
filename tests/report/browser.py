"""A real Chromium for tests of the page: started once, closed to everything outside."""

import os
import shutil
from contextlib import contextmanager
from importlib.resources import files

import pytest

from tests.waiting import PATIENCE

# Without these Chromium looks for its maker's hosts at every start; root needs the first.
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
FLAGS += ("--disable-component-update", "--disable-sync")
NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium():
    """Path of the installed browser, or None."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


needs_chromium = pytest.mark.skipif(chromium() is None, reason="no Chromium here: apt-get install chromium")


@contextmanager
def browser():
    """A Chromium that tests share."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield started
        started.close()


@contextmanager
def opened(started, path, **options):
    """A page with what went wrong on it: `page, noise`, the latter filled with console errors and requests."""
    context = started.new_context(**{"viewport": {"width": 1280, "height": 900}, "accept_downloads": True} | options)
    page, noise = context.new_page(), []
    page.set_default_timeout(1000 * PATIENCE)
    page.on("console", lambda said: noise.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on(
        "request", lambda sent: noise.append(sent.url) if not sent.url.startswith(("file:", "blob:", "data:")) else None
    )
    page.goto(path.as_uri())
    yield page, noise
    context.close()


def violations(page):
    """What axe finds to be serious or critical, as `rule: selector`."""
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        f"{one['id']}: {node['target'][0]} {node['failureSummary']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]
