"""A ledger -> a report, in the format that the file's ending names."""

from collections.abc import Callable
from gettext import gettext as _
from pathlib import Path
from typing import IO

from minqing.corpora.whole import written_whole
from minqing.ledger.database import Database, one_moment
from minqing.ledger.estimates import KnownErrors
from minqing.ledger.reports.facts import Asked, Facts, Gathering
from minqing.ledger.reports.page import write_page
from minqing.ledger.reports.word import write_word
from minqing.ledger.reports.workbook import write_workbook
from minqing.nlp.errors import LedgerError

_WRITERS: dict[str, Callable[[IO[bytes], Facts, Gathering], None]] = {
    ".html": lambda file, facts, gathering: write_page(file, facts, gathering.rows()),
    ".xlsx": lambda file, facts, gathering: write_workbook(file, facts, gathering.rows(), gathering.uncertain()),
    ".docx": lambda file, facts, _gathering: write_word(file, facts),
}


def check_endings(paths: tuple[Path, ...]) -> None:
    """Refuse a file of an ending that no report is written in, before any work is done.

    Raises:
        LedgerError: there is no such report.
    """
    for path in paths:
        if path.suffix.lower() not in _WRITERS:
            raise LedgerError(
                _("{path}: no report in {ending}; there are {known}").format(
                    path=path, ending=path.suffix or _("a file without ending"), known=", ".join(_WRITERS)
                )
            )


def write_reports(db: Database, paths: tuple[Path, ...], asked: Asked, errors: KnownErrors) -> Facts:
    """Write a report to each of ``paths``, whole or not at all; give what they say.

    Raises:
        LedgerError: the ledger holds nothing.
        EntryError: a file cannot be written.
    """
    check_endings(paths)
    with one_moment(db):
        gathering = Gathering(db, asked, errors)
        facts = gathering.facts()
        if facts.overview["entries"] == "0":
            raise LedgerError(_("the ledger holds no entries; minqing ledger add fills it"))
        for path in paths:
            with written_whole(path) as file:
                _WRITERS[path.suffix.lower()](file, facts, gathering)
    return facts
