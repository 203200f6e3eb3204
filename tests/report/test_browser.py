"""The pages in a real browser: no error, clicks, focus, keyboard, narrow screens, dark mode, no network."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser, executable
from small_study import USES, small_result

from proofs.report.status import ancestors
from proofs.report.write import write_report

# Continuous integration installs Chromium, so there it must not be missing.
pytestmark = pytest.mark.skipif(executable() is None and not os.environ.get("CI"), reason="no Chromium")
SHOWN = (
    "[...document.querySelectorAll('.node')].filter(n => getComputedStyle(n).display !== 'none').map(n => n.dataset.id)"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("pages")
    write_report(small_result(), where)
    return where


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = Browser()
    yield found
    found.close()


@pytest.fixture(autouse=True)
def _desktop(browser: Browser) -> None:
    browser.size(1000, 800)
    browser.dark(False)
    browser.complaints.clear()
    browser.requested.clear()


def test_no_page_complains_or_leaves_the_disk(browser: Browser, folder: Path) -> None:
    for page in sorted(folder.glob("*.html")):
        browser.open(page)
    assert browser.complaints == []
    assert browser.requested
    assert all(url.startswith(("file:", "data:")) for url in browser.requested)


def test_clicking_a_node_opens_its_lemma(browser: Browser, folder: Path) -> None:
    for key in USES:
        browser.open(folder / "index.html")
        browser.click_and_load(f"document.querySelector('.node[data-id=\"{key}\"] rect')")
        assert browser.value("location.pathname").endswith(f"/lemma-{key}.html")
        assert browser.value("document.querySelector('h1').textContent").startswith(f"{key} ")


def test_focus_shows_exactly_the_ancestors(browser: Browser, folder: Path) -> None:
    for key in USES:
        browser.open(folder / "constants.html")
        browser.open(folder / "index.html", f"#focus={key}")
        assert set(browser.value(SHOWN)) == {key, *ancestors(small_result(), key)}
        edges = browser.value(
            "[...document.querySelectorAll('.edge')].filter(e => getComputedStyle(e).display !== 'none')"
            ".map(e => e.dataset.to)"
        )
        assert set(edges) <= {key, *ancestors(small_result(), key)}


def test_focus_by_link_and_escape(browser: Browser, folder: Path) -> None:
    browser.open(folder / "index.html")
    browser.value("document.querySelector('a.focus[href=\"#focus=D\"]').click()")
    browser.value("new Promise(r => setTimeout(r, 50))")
    assert set(browser.value(SHOWN)) == {"A", "B", "C", "D"}
    assert browser.value("document.querySelector('.focus-note').textContent").endswith("A, B, C, D")
    browser.key("Escape")
    browser.value("new Promise(r => setTimeout(r, 50))")
    assert set(browser.value(SHOWN)) == set(USES)


def test_unknown_focus_shows_everything(browser: Browser, folder: Path) -> None:
    for fragment in ("#focus=nothing", "#focus=%E0%A4%A"):
        browser.open(folder / "constants.html")
        browser.open(folder / "index.html", fragment)
        assert set(browser.value(SHOWN)) == set(USES)
    assert browser.complaints == []


def test_zoom_by_button_and_key(browser: Browser, folder: Path) -> None:
    browser.open(folder / "index.html")
    width = "document.querySelector('svg.graph').getBoundingClientRect().width"
    before = browser.value(width)
    browser.value("document.querySelector('[data-zoom=in]').click()")
    assert browser.value(width) == pytest.approx(1.25 * before, rel=1e-3)
    browser.key("-")
    assert browser.value(width) == pytest.approx(before, rel=1e-3)


def test_a_node_is_reached_by_keyboard(browser: Browser, folder: Path) -> None:
    browser.open(folder / "index.html")
    focusable = browser.value(
        "[...document.querySelectorAll('.node')].every(n => { n.focus(); return document.activeElement === n; })"
    )
    assert focusable


def test_pages_hold_at_360_pixels(browser: Browser, folder: Path) -> None:
    browser.size(360, 740)
    for page in sorted(folder.glob("*.html")):
        browser.open(page)
        assert browser.value("document.documentElement.scrollWidth") <= 360, page.name


def test_dark_mode_changes_paper_and_ink(browser: Browser, folder: Path) -> None:
    browser.open(folder / "index.html")
    colours = "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    light = browser.value(colours)
    browser.dark(True)
    dark = browser.value(colours)
    assert light[0] == "rgb(255, 255, 255)"
    assert dark[0] == "rgb(13, 17, 23)"
    assert light[1] != dark[1]


def test_mathematics_is_drawn(browser: Browser, folder: Path) -> None:
    browser.open(folder / "lemma-A.html")
    assert browser.value("document.querySelector('.theorem math').getBoundingClientRect().width") > 20


def test_a_tampered_certificate_changes_colours(browser: Browser, folder: Path, tmp_path: Path) -> None:
    given = Path(shutil.copytree(folder / "certificates", tmp_path / "given"))
    body = json.loads((given / "B.json").read_text())
    body["claims"][0]["statement"]["count"] = 4
    (given / "B.json").write_text(json.dumps(body))
    write_report(small_result(), tmp_path / "out", certificates=given)
    fill = "Object.fromEntries([...document.querySelectorAll('.node')].map(n => [n.dataset.id, getComputedStyle(n.querySelector('rect')).fill]))"
    browser.open(folder / "index.html")
    before = browser.value(fill)
    browser.open(tmp_path / "out" / "index.html")
    after = browser.value(fill)
    assert {key for key in USES if before[key] != after[key]} == {"B", "D", "F"}
    assert after["B"] == "rgb(255, 155, 80)"


def test_readable_without_scripts(browser: Browser, folder: Path) -> None:
    browser.call("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.open(folder / "lemma-D.html")
        document = browser.call("DOM.getDocument", {"depth": -1})
        html = browser.call("DOM.getOuterHTML", {"nodeId": document["root"]["nodeId"]})["outerHTML"]
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", {"value": False})
    assert "Statement of D" in html
    assert html.count('class="node ') == 4
