"""The word lists that ship: the concept lexicon and the regional vocabulary."""

from collections.abc import Iterator
from pathlib import Path

from minqing.nlp.concepts import ConceptLexicon, Term
from minqing.nlp.errors import EntryError

FOLDER = Path(__file__).parent / "lexicon"


def load_terms() -> list[Term]:
    """Read every term of ``lexicon/concepts.tsv``: term, concept, region."""
    return [Term(*row) for row in _rows(FOLDER.joinpath("concepts.tsv"), 3)]


def load_lexicon() -> ConceptLexicon:
    """Give the terms made ready to be found."""
    return ConceptLexicon.of(load_terms())


def load_concepts() -> dict[str, tuple[str, str]]:
    """Read ``lexicon/classes.tsv``: each concept with its sense and examples."""
    return {row[0]: (row[1], row[2]) for row in _rows(FOLDER.joinpath("classes.tsv"), 3)}


def load_vocabulary() -> dict[str, str]:
    """Read ``lexicon/vocabulary.tsv``: a word of Taiwan or Hong Kong, and the word it is read as."""
    return {row[0]: row[1] for row in _rows(FOLDER.joinpath("vocabulary.tsv"), 2)}


def _rows(file: Path, n: int) -> Iterator[list[str]]:
    """Give the rows below the header, each of ``n`` fields."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        fields = line.split("\t")
        if len(fields) != n:
            raise EntryError(f"{file.name}:{number}: {len(fields)} fields; {n} are expected")
        if number > 1:
            yield fields
