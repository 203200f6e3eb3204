"""Reports: states from certificates, pages whose links resolve, a document that compiles."""

from __future__ import annotations

import json
import os
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from small_study import USES, small_result

from proofs.certificates import digest
from proofs.documents.pdf import compile_pdf, has_engine
from proofs.report.content import gather
from proofs.report.document import report_tex
from proofs.report.layout import HEIGHT, WIDTH, layered
from proofs.report.mathematics import mathml, prose_html
from proofs.report.status import State, ancestors, lemma_states
from proofs.report.svg import graph_svg, page_name
from proofs.report.write import write_report
from proofs.studies.certificates import write_study_certificates

needs_tex = pytest.mark.skipif(not has_engine() and not os.environ.get("CI"), reason="no pdflatex")
INTACT = {"A": "complete", "B": "complete", "C": "complete", "D": "proved", "E": "complete", "F": "rechecked"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("report")
    write_report(small_result(), where)
    return where


@pytest.fixture
def certificates(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder / "certificates", tmp_path / "certificates"))


def states(directory: Path) -> dict[str, str]:
    return {key: s.state.value for key, s in lemma_states(small_result(), directory).items()}


def change(path: Path, edit: Any, *, sign: bool = False) -> None:
    body = json.loads(path.read_text())
    edit(body)
    if sign:
        body["digest"] = digest(body)
    path.write_text(json.dumps(body))


# -- states ----------------------------------------------------------------------------------------------------
def test_intact_certificates(certificates: Path) -> None:
    # D has no claims, so it is proved but cannot be rechecked; F rests on it.
    assert states(certificates) == INTACT


def test_a_tampered_certificate_turns_its_node_and_its_descendants(certificates: Path) -> None:
    def widen(body: dict[str, Any]) -> None:
        body["claims"][0]["statement"]["count"] = 4

    change(certificates / "B.json", widen)
    assert states(certificates) == {**INTACT, "B": "stale", "D": "shaken", "F": "shaken"}


@pytest.mark.parametrize("signed", [False, True])
def test_a_false_count_is_stale_with_any_digest(certificates: Path, signed: bool) -> None:
    def count(body: dict[str, Any]) -> None:
        body["claims"][0]["statement"]["count"] = 4

    change(certificates / "B.json", count, sign=signed)
    found = lemma_states(small_result(), certificates)["B"]
    assert found.state is State.STALE
    assert "certificate" in found.reason


def test_a_valid_certificate_of_something_else_does_not_colour_a_lemma(certificates: Path) -> None:
    # C's certificate is true, but it is not what A states; re-signed under A's name it must not count.
    shutil.copyfile(certificates / "C.json", certificates / "A.json")
    change(certificates / "A.json", lambda body: body.update(lemma="A"), sign=True)
    found = lemma_states(small_result(), certificates)["A"]
    assert (found.state, found.reason) == (State.STALE, "the certificate states something else than this run")


def test_a_true_but_weaker_statement_is_not_this_run(certificates: Path) -> None:
    def weaker(body: dict[str, Any]) -> None:
        statement = body["claims"][0]["statement"]
        text = json.dumps(statement)
        (bound,) = statement["bounds"]
        bound["radius"] = "100"
        assert json.dumps(statement) != text

    change(certificates / "A.json", weaker, sign=True)
    assert states(certificates)["A"] == "stale"


def test_missing_and_unreadable_certificates(certificates: Path) -> None:
    (certificates / "A.json").unlink()
    (certificates / "C.json").write_text("{")
    found = lemma_states(small_result(), certificates)
    assert found["A"].state is State.PROVED
    assert found["B"].state is State.RECHECKED
    assert found["C"].state is State.STALE
    assert "not readable" in found["C"].reason
    assert (found["D"].state, found["E"].state) == (State.SHAKEN, State.SHAKEN)


def test_ancestors() -> None:
    assert ancestors(small_result(), "F") == {"A", "B", "C", "D"}
    assert ancestors(small_result(), "A") == set()


def test_every_state_has_its_sentence() -> None:
    assert len({s.sentence for s in State}) == len(State)


# -- pages -----------------------------------------------------------------------------------------------------------
class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.nodes: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {k: v or "" for k, v in attrs}
        self.links += [given[k] for k in ("href", "src") if k in given]
        if "id" in given:
            self.ids.add(given["id"])
        if "node" in given.get("class", "").split():
            self.nodes[given["data-id"]] = given["class"].split()[1]


def test_every_link_resolves_and_nothing_is_asked_of_a_network(folder: Path) -> None:
    pages = sorted(folder.glob("*.html"))
    assert len(pages) == 2 + len(USES)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "http://" not in text.replace("http://www.w3.org/", "")
        assert "https://" not in text
        for link in _Page(text).links:
            file, _, fragment = link.partition("#")
            if link == "data:,":
                continue
            target = folder / file if file else page
            assert target.is_file(), (page.name, link)
            if fragment.startswith("focus="):
                assert fragment.removeprefix("focus=") in USES
            elif fragment:
                assert fragment in _Page(target.read_text(encoding="utf-8")).ids


def test_graph_shows_states_and_each_page_exactly_its_ancestors(folder: Path) -> None:
    whole = _Page((folder / "index.html").read_text(encoding="utf-8")).nodes
    assert whole == {key: f"state-{state}" for key, state in INTACT.items()}
    for key in USES:
        nodes = _Page((folder / page_name(key)).read_text(encoding="utf-8")).nodes
        above = ancestors(small_result(), key)
        assert set(nodes) == ({key, *above} if above else set())


def test_pages_say_what_is_proved(folder: Path) -> None:
    text = (folder / "lemma-A.html").read_text(encoding="utf-8")
    body = json.loads((folder / "certificates" / "A.json").read_text())
    assert body["digest"] in text
    assert "separatrix recheck certificates/A.json" in text
    assert "<math" in text
    assert "Statement of A: |a| &lt;= 13 &amp; more." in text
    words = (folder / "lemma-D.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;tags&lt;/b&gt;" in words
    assert "<b>tags" not in words
    constants = (folder / "constants.html").read_text(encoding="utf-8")
    # a <= is rounded up: the bound 12.625 of one neuron is exact
    assert "12.625" in constants
    assert 'href="lemma-A.html"' in constants


def test_given_certificates_are_judged_and_copied(folder: Path, certificates: Path, tmp_path: Path) -> None:
    (certificates / "E.json").write_text("[]")
    content = write_report(small_result(), tmp_path / "out", certificates=certificates)
    assert content.states["E"].state is State.STALE
    assert (tmp_path / "out" / "certificates" / "E.json").read_text() == "[]"
    page = _Page((tmp_path / "out" / "index.html").read_text(encoding="utf-8"))
    assert page.nodes["E"] == "state-stale"


def test_a_second_report_leaves_no_old_certificate(tmp_path: Path) -> None:
    own = tmp_path / "certificates"
    own.mkdir()
    (own / "D.json").write_text("{}")
    write_report(small_result(), tmp_path)
    assert not (own / "D.json").exists()


# -- layout -----------------------------------------------------------------------------------------------------------
def test_nodes_do_not_overlap_and_stand_below_their_parents() -> None:
    graph = {str(k): tuple(str(p) for p in (k - 1, k - 3, k // 2) if 0 <= p < k) for k in range(14)}
    layout = layered(graph)
    places = list(layout.places.values())
    for i, p in enumerate(places):
        assert 0 <= p.x <= layout.width - WIDTH
        assert 0 <= p.y <= layout.height - HEIGHT
        for q in places[:i]:
            assert abs(p.x - q.x) >= WIDTH or abs(p.y - q.y) >= HEIGHT
    for child, parents in graph.items():
        assert all(layout.places[p].y + HEIGHT < layout.places[child].y for p in parents)


def test_long_edges_pass_beside_the_nodes_of_the_rows_between() -> None:
    graph = {"a": (), "b": ("a",), "c": ("b",), "d": ("c", "a"), "e": ("d", "a", "b")}
    layout = layered(graph)
    assert layout.routes["a", "b"] == ()
    assert len(layout.routes["a", "d"]) == 4
    for points in layout.routes.values():
        for x, y in points:
            assert not any(p.x <= x <= p.x + WIDTH and p.y <= y <= p.y + HEIGHT for p in layout.places.values())


def test_layout_of_nothing_and_of_one() -> None:
    assert layered({}).places == {}
    assert len(layered({"x": ("outside",)}).places) == 1


def test_svg_escapes_titles() -> None:
    svg = graph_svg(lemma_states(small_result(), Path("/nonexistent")))
    assert "Words &amp; more" in svg
    assert "Words & more" not in svg


# -- mathematics and the document ----------------------------------------------------------------------------------------
def test_prose_with_mathematics() -> None:
    text = prose_html(r"if $a \le b$ & <c>")
    assert text.startswith('if <math title="a \\le b"')
    assert text.endswith("&amp; &lt;c&gt;")
    assert 'lspace="0"' in mathml("|a|")


@needs_tex
def test_the_document_compiles_without_a_complaint(folder: Path) -> None:
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    found = lemma_states(small_result(), folder / "certificates")
    assert compile_pdf(report_tex(gather(small_result(), found, {}))).complaints == ()


def test_certificates_of_a_study(tmp_path: Path) -> None:
    write_study_certificates(small_result(), tmp_path)
    assert sorted(p.stem for p in tmp_path.iterdir()) == ["A", "B", "C", "E", "F"]
