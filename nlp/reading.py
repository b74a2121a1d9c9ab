"""An entry as the model sees it: cleaned, in simplified characters, cut into clauses; and the way back."""

from collections.abc import Mapping
from dataclasses import dataclass

from .alignment import Aligned
from .clauses import split_clauses
from .clean import clean
from .features import Document
from .records import Script
from .script import Vocabulary, detect_script, simplify


@dataclass(frozen=True, slots=True)
class Reading:
    """A document, and how its characters stand to the text as given."""

    document: Document
    aligned: Aligned
    script: Script

    def clause_span(self, first: int, last: int) -> tuple[int, int]:
        """Give the offsets, in the text as given, of clauses ``first`` to ``last``."""
        clauses = self.document.clauses
        return self.aligned.span(clauses[first].start, clauses[last].end)


class Reader:
    """Reads entries; holds the vocabulary it folds."""

    def __init__(self, vocabulary: Mapping[str, str] | None = None) -> None:
        self._vocabulary = Vocabulary(vocabulary or {})

    def read(self, text: str) -> Reading:
        """Read one text. Every offset found in the document leads back to it."""
        cleaned = clean(text)
        script = detect_script(cleaned.text)
        simple = cleaned.same_length(simplify(cleaned.text))
        folded = simple.then(self._vocabulary.fold(simple.text))
        return Reading(Document(folded.text, split_clauses(folded.text)), folded, script)
