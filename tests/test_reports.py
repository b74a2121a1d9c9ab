import html.parser
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import docx
import numpy as np
import openpyxl
import pytest

from minqing.ledger.counts import Counting
from minqing.ledger.estimates import load_errors
from minqing.ledger.reports.facts import Asked, Facts
from minqing.ledger.reports.language import Words, _table
from minqing.ledger.reports.writing import write_reports
from minqing.ledger.store import Store
from minqing.nlp.errors import LedgerError
from minqing.nlp.records import TaggedEntry

from ledgers import entry, filled, need

ROOT = Path(__file__).parents[1]
HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)",
    "{{ 7*6000007 }}", "{% for x in y %}", "'; DROP TABLE needs; --", '" onmouseover="x', "</table><h1>", "&lt;b&gt;",
    "\x00\x0b", "]]>", "javascript:alert(1)", "http://example.invalid/x",
]  # fmt: skip
SURNAMES = "李王张刘陈杨黄赵吴周徐孙马朱胡"
SUBS = ("water.drinking", "roads.farm_track", "health.cost", "funding.loan", "care.elderly", "housing.dilapidated")
STATUSES = ("unmet", "planned", "in_progress", "met", "declined")


def made(seed: int = 3, entries: int = 260) -> list[TaggedEntry]:
    chance = np.random.default_rng(seed)
    found = []
    for n in range(entries):
        village = f"{'青山镇' if n % 2 else '白水乡'}{'甲乙丙丁戊己庚'[int(chance.beta(1, 2) * 7)]}村"
        sub = SUBS[int(chance.beta(1, 2) * len(SUBS))]
        who = "" if chance.random() < 0.2 else f"{SURNAMES[int(chance.integers(15))]}大爷"
        status = STATUSES[int(chance.beta(1, 2) * 5)]
        date = f"2025-{1 + int(chance.beta(2, 2) * 11):02d}-{1 + int(chance.integers(28)):02d}"
        one = need("水管冻裂没水吃", sub, status, who=who)
        found.append(
            entry(
                str(n),
                date,
                one,
                place=village,
                voice="household" if who else "village",
                author="钟立春",
                unit="镇政府",
            )
        )
    return found  # fmt: skip


def reported(
    folder: Path, asked: Asked, *entries: TaggedEntry, endings: tuple[str, ...] = (".html", ".xlsx", ".docx")
) -> Facts:
    filled(folder / "l", *entries)
    with Store(folder / "l") as store:
        return write_reports(store.db, tuple(folder / f"r{e}" for e in endings), asked, load_errors())


def sheets(path: Path) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


class Text(html.parser.HTMLParser):
    """Collects the tags and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "xlink:href")]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(path: Path) -> Text:
    page = Text()
    page.feed(path.read_text("utf-8"))
    return page


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
@pytest.mark.parametrize("is_internal", [False, True])
def test_a_page_loads_nothing_and_every_link_leads_somewhere(language: str, is_internal: bool, tmp_path: Path) -> None:
    reported(tmp_path, Asked(language, is_internal), *made())
    page = parsed(tmp_path / "r.html")
    assert page.tags["script"] == page.tags["img"] == page.tags["iframe"] == 0
    assert all(link.startswith("#") or link == "data:," for link in page.links)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert page.tags["caption"] == page.tags["table"] > 5 and page.tags["h1"] == page.tags["main"] == 1


def test_every_word_of_a_report_stands_in_three_languages() -> None:
    assert all(set(row) == {"zh_CN", "zh_TW", "en"} and all(row.values()) for row in _table().values())
    assert Words.of("de").code == "en"


def test_all_formats_say_the_same(tmp_path: Path) -> None:
    facts = reported(tmp_path, Asked("en"), *made())
    book = sheets(tmp_path / "r.xlsx")
    labels = {row[0]: row[2] for row in book["By label"][1:]}
    assert labels == {facts.words.name(line.name): line.needs for line, _ in facts.labels}
    tables = docx.Document(str(tmp_path / "r.docx")).tables
    word = {
        r.cells[0].text: r.cells[2].text
        for t in tables
        if t.rows[0].cells[0].text == "Label" and len(t.columns) == 5
        for r in t.rows[1:]
    }
    assert word == {name: f"{n:,}" for name, n in labels.items()}
    page = parsed(tmp_path / "r.html").text
    assert all(f"{value}" in page for value in facts.overview.values() if value)
    overview = {row[0]: row[1] for row in book["Overview"][1:]}
    assert overview["Needs"] == facts.overview["needs"] == str(sum(labels.values()))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_and_texts_reach_no_report_unescaped(text: str, tmp_path: Path) -> None:
    hostile = [
        entry(f"{text}{n}", "2025-03-01", need(f"{text}水管冻裂", who="罗大爷"), place=f"{text}村", author=text,
              unit=text, visited=text, source=text)
        for n in range(3)
    ]  # fmt: skip
    reported(tmp_path, Asked("en", is_internal=True, quotes=True), *hostile)
    raw = (tmp_path / "r.html").read_text("utf-8")
    for tag in ("<script", "<img", "<h1>x", "onerror=alert(1)>", '" onmouseover'):
        assert tag not in raw
    page = parsed(tmp_path / "r.html")
    assert page.tags["h1"] == 1 and "42000049" not in page.text
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert all(
        cell.data_type != "f" and not cell.hyperlink for sheet in book for row in sheet.iter_rows() for cell in row
    )
    docx.Document(str(tmp_path / "r.docx"))
    with Store(tmp_path / "l") as store:
        assert store.db.execute("SELECT count(*) FROM entries").fetchone() == (3,)


def test_outside_the_office_no_name_no_household_and_no_quotation_is_told(tmp_path: Path) -> None:
    reported(tmp_path, Asked("zh_CN"), *made())
    raw = (tmp_path / "r.html").read_text("utf-8") + str(sheets(tmp_path / "r.xlsx"))
    raw += " ".join(c.text for t in docx.Document(str(tmp_path / "r.docx")).tables for r in t.rows for c in r.cells)
    assert not re.search(r"大爷|钟立春|水管冻裂|H\d", raw)
    assert "台账" in raw


def test_quotations_are_masked_and_name_no_village(tmp_path: Path) -> None:
    told = [
        entry(str(n), "2025-03-01", need("石桥村罗德福打13857264190说没水吃", who=f"{SURNAMES[n]}大爷"))
        for n in range(5)
    ]
    reported(tmp_path, Asked("zh_CN", quotes=True), *told)
    rows = str(sheets(tmp_path / "r.xlsx")["台账"])
    assert "说没水吃" in rows and not re.search("罗德福|1385|石桥村", rows)


def hidden_system(tables: list[list[list[object]]]) -> tuple[np.ndarray, list[tuple[int, int, int]]]:
    """Give the equations that tables of counts with totals make of their hidden cells."""
    unknown = [
        (t, r, c)
        for t, table in enumerate(tables)
        for r, row in enumerate(table)
        for c, v in enumerate(row)
        if v == "＊"
    ]
    place = {cell: n for n, cell in enumerate(unknown)}
    rows = []
    for t, table in enumerate(tables):
        for r in range(1, len(table) - 1):
            rows.append([(t, r, c) for c in range(1, len(table[0]) - 2) if (t, r, c) in place])
        for c in range(1, len(table[0]) - 2):
            rows.append([(t, r, c) for r in range(1, len(table) - 1) if (t, r, c) in place])
    matrix = np.zeros((len(rows), len(unknown)))
    for n, cells in enumerate(rows):
        matrix[n, [place[cell] for cell in cells]] = 1
    return matrix[matrix.any(axis=1)], unknown


@pytest.mark.parametrize("seed", range(6))
def test_no_hidden_number_comes_back_by_subtraction_from_all_exports_together(seed: int, tmp_path: Path) -> None:
    reported(tmp_path, Asked("en"), *made(seed), endings=(".xlsx", ".html"))
    book = sheets(tmp_path / "r.xlsx")
    names = ["Village × label", "Village × status", "Label × status", "Month × label (first raised)"]
    tables = [next(rows for title, rows in book.items() if title == name[:31]) for name in names]
    matrix, unknown = hidden_system(tables)
    assert unknown
    rank = np.linalg.matrix_rank(matrix)
    for n in range(len(unknown)):
        alone = np.zeros((1, len(unknown)))
        alone[0, n] = 1
        assert np.linalg.matrix_rank(np.vstack([matrix, alone])) == rank + 1, unknown[n]


@pytest.mark.parametrize("seed", range(4))
def test_the_rows_of_the_ledger_tell_no_more_than_the_open_cells(seed: int, tmp_path: Path) -> None:
    facts = reported(tmp_path, Asked("en"), *made(seed), endings=(".xlsx",))
    rows = sheets(tmp_path / "r.xlsx")["Ledger"]
    assert rows[0] == ["No.", "Label", "Status"]
    told = Counter((str(row[1]), str(row[2])) for row in rows[1:] if row[2])
    table = facts.tables["label_state"]
    shown = {
        (facts.words.name(line.name), facts.words.name(column.name)): table.cell(r, c)
        for r, line in enumerate(table.rows)
        for c, column in enumerate(table.columns)
    }
    assert all(shown[cell] == n for cell, n in told.items())


@pytest.mark.parametrize("seed", range(4))
def test_no_number_of_households_outside_the_office_is_small(seed: int, tmp_path: Path) -> None:
    reported(tmp_path, Asked("en"), *made(seed), endings=(".xlsx",))
    for title, rows in sheets(tmp_path / "r.xlsx").items():
        if rows[0] and "Households" in rows[0]:
            column = rows[0].index("Households")
            assert all(row[column] in (None, "") or row[column] == 0 or row[column] >= 3 for row in rows[1:]), title  # type: ignore[operator]


def test_inside_the_office_every_need_leads_to_its_place_in_the_diaries(tmp_path: Path) -> None:
    facts = reported(tmp_path, Asked("en", is_internal=True), *made())
    rows = sheets(tmp_path / "r.xlsx")["Ledger"]
    assert len(rows) - 1 == facts.needs and rows[0][-1] == "Where it stands"
    assert sum(len(str(row[-1]).split()) for row in rows[1:]) == 260
    page = (tmp_path / "r.html").read_text("utf-8")
    assert 'href="#v1-water"' in page and 'id="v1-water"' in page


def test_a_smaller_limit_shows_what_a_larger_one_hides(tmp_path: Path) -> None:
    few = reported(tmp_path, Asked("en", counting=Counting(smallest=1)), *made(), endings=(".html",))
    many = reported(tmp_path, Asked("en", counting=Counting(smallest=5)), *made(), endings=(".html",))
    assert not few.tables["village"].hidden.any() and many.tables["village"].hidden.any()


def command(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "minqing", "--lang", "en", *map(str, words)],
        capture_output=True, check=False, encoding="utf-8", env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


def test_diaries_become_a_report_with_one_command(tmp_path: Path) -> None:
    done = command("report", ROOT / "corpora" / "samples" / "year.jsonl", "-o", tmp_path / "r.html")
    assert done.returncode == 0 and "203 entries" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["r.html"]
    assert "others, together" in parsed(tmp_path / "r.html").text


def test_what_no_report_can_be_made_of_is_said_in_one_line(tmp_path: Path) -> None:
    filled(tmp_path / "l")
    cases = [
        (["report", "--ledger", tmp_path / "l", "-o", tmp_path / "r.html"], "the ledger holds no entries"),
        (["report", "--ledger", tmp_path / "none", "-o", tmp_path / "r.html"], "there is no ledger"),
        (
            ["report", "--ledger", tmp_path / "l", "-o", tmp_path / "r.pdf"],
            "no report in .pdf; there are .html, .xlsx, .docx",
        ),
        (["report", "--ledger", tmp_path / "l", "-o", tmp_path / "no" / "r.html"], "no entries"),
        (["report", tmp_path / "none.jsonl", "-o", tmp_path / "r.html"], "cannot be read"),
    ]
    for words, message in cases:
        done = command(*words)
        assert done.returncode == 1 and message in done.stderr and done.stderr.count("\n") == 1
    assert command("report", "-o", tmp_path / "r.html").returncode == 2
    assert not (tmp_path / "r.html").exists()


def test_a_report_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "r.html").write_text("old", encoding="utf-8")
    with Store(tmp_path / "l") as store, pytest.raises(LedgerError, match="holds no entries"):
        write_reports(store.db, (tmp_path / "r.html",), Asked(), load_errors())
    assert (tmp_path / "r.html").read_text("utf-8") == "old"


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ITS_OWN = re.compile(r"^https?://[\w.-]*(?:google|googleapis|gvt1|chromium)\.(?:com|org)[/:]")


def opened(page: Path, folder: Path) -> tuple[str, list[str], list[str]]:
    """Open a page in a browser; give what it shows, its console, and what it asked the network for."""
    log = folder / "net.json"
    done = subprocess.run(
        [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
         "--disable-component-update", "--no-first-run", f"--user-data-dir={folder / 'profile'}",
         "--enable-logging=stderr", f"--log-net-log={log}", "--virtual-time-budget=3000", "--dump-dom", page.as_uri()],
        capture_output=True, check=True, encoding="utf-8", errors="replace", timeout=60,
    )  # fmt: skip
    urls = set(re.findall(r'"url":"(\w+://[^"]*)', log.read_text("utf-8", errors="replace")))
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return done.stdout, console, sorted(url for url in urls if not url.startswith("file:") and not ITS_OWN.match(url))


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium here")
def test_a_browser_finds_no_error_and_asks_the_network_for_nothing(tmp_path: Path) -> None:
    reported(tmp_path, Asked("zh_CN", is_internal=True), *made(), endings=(".html",))
    shown, console, urls = opened(tmp_path / "r.html", tmp_path)
    assert "民情报告" in shown and console == [] and urls == []


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium here")
def test_the_browser_test_sees_errors_and_requests_where_there_are_some(tmp_path: Path) -> None:
    page = tmp_path / "bad.html"
    page.write_text('<img src="http://127.0.0.1:9/x.png"><script>console.error("oops")</script>', encoding="utf-8")
    _, console, urls = opened(page, tmp_path)
    assert any("oops" in line for line in console) and urls == ["http://127.0.0.1:9/x.png"]


def test_no_number_of_a_person_is_left_in_a_report_or_an_export(tmp_path: Path) -> None:
    from minqing.corpora.privacy import load_private
    from minqing.ledger.exporting import internal, write_exports
    from minqing.ledger.opening import views
    from minqing.ledger.privacy.documents import Masker
    from minqing.ledger.privacy.pseudonyms import Pseudonyms

    texts = [one for one in load_private() if any(kind in ("id", "card", "mobile") for kind, _, _ in one.items)]
    told = [entry(str(n), "2025-03-01", need(one.text, who="罗大爷")) for n, one in enumerate(texts)]
    reported(tmp_path, Asked("zh_CN", is_internal=True, quotes=True), *told)
    with views(tmp_path / "l") as db:
        write_exports(tmp_path / "out", internal(db, Masker(Pseudonyms())), "csv")
    everything = (tmp_path / "r.html").read_text("utf-8") + str(sheets(tmp_path / "r.xlsx"))
    everything += "".join(file.read_text("utf-8-sig") for file in (tmp_path / "out").iterdir())
    with Store(tmp_path / "l") as store:
        everything += "\n".join(store.db.iterdump())
    for one in texts:
        assert not [
            one.text[s:e]
            for kind, s, e in one.items
            if kind in ("id", "card", "mobile") and one.text[s:e] in everything
        ]


def test_a_report_is_of_one_moment_and_leaves_the_ledger_free(tmp_path: Path) -> None:
    filled(tmp_path / "l", *made())
    with Store(tmp_path / "l") as store:
        before = write_reports(store.db, (tmp_path / "r.html",), Asked(), load_errors())
        filled(tmp_path / "l", entry("new", "2025-12-30", need("路灯不亮", "roads.safety_lighting")))
        after = write_reports(store.db, (tmp_path / "r.html",), Asked(), load_errors())
    assert after.needs == before.needs + 1
