"""What looks wrong in labelled rows: labels a model cannot believe, contradictions, copies in two files, odd spans.

A label is judged by models that never saw the row, all rows of one group in one fold; what counts is how far the
label lies from the chance they give it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from minqing.corpora.duplicates import bare
from minqing.corpora.label_names import label_id
from minqing.corpora.marked import Example
from minqing.corpora.schemes import RARE, check_examples, contradictions, lessons_of, scheme_of
from minqing.models.retraining import Settings, learn_classifier
from minqing.nlp.characters import Ints
from minqing.nlp.clauses import split_clauses
from minqing.nlp.learning import targets_of
from minqing.nlp.scores import Doubles
from minqing.nlp.training import Progress

# Below this, a label is not called doubtful.
LEAST = 0.6

_MARKS = "，。；！？,;!?…：: \n\t\u3000"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at: its kind, where, the label, how sure it is, 0 to 1, and the row it clashes with."""

    kind: str
    where: str
    id: str
    label: str
    score: float
    other: str = ""
    text: str = ""


def check(examples: Sequence[Example], settings: Settings, progress: Progress) -> list[Finding]:
    """Give what looks wrong, the surest first.

    Raises:
        LabelError: there is too little to learn from.
    """
    check_examples(examples)
    known = [_of_taxonomy(example) for example in examples]
    lessons, scheme = lessons_of(known), scheme_of(known)
    learnt = learn_classifier(lessons, settings, progress, known)
    truth = targets_of(lessons, scheme)
    found = [
        *_contradictions(known),
        *_copies(known),
        *_odd_spans(known),
        *_doubtful(known, scheme.labels, truth, learnt.chances),
    ]
    return sorted(found, key=lambda finding: -finding.score)


def _of_taxonomy(example: Example) -> Example:
    """Write labels of the taxonomy by their id on the first level; others stay as they are."""
    labels = tuple(dict.fromkeys(map(_first_level, example.labels)))
    marks = tuple(replace(mark, label=_first_level(mark.label), sub="") for mark in example.marks)
    return replace(example, labels=labels, marks=marks)


def _first_level(name: str) -> str:
    return label_id(name).partition(".")[0] or name


def suspicion(truth: Ints, chances: Doubles) -> Doubles:
    """Say how hard each label, given or not, is to believe: ``|label - chance|``, ``(n_rows, n_labels)``."""
    distance: Doubles = abs(truth - chances)
    return distance


def _doubtful(examples: Sequence[Example], labels: Sequence[str], truth: Ints, chances: Doubles) -> Iterator[Finding]:
    # A label with next to no examples is believed of nothing: that says nothing of the rows that have it.
    known = truth.sum(axis=0) >= RARE
    for row, distances in zip(examples, suspicion(truth, chances) * known, strict=True):
        place = int(distances.argmax())
        if distances[place] >= LEAST:
            given = labels[place] in row.all_labels or any(x.startswith(labels[place] + ".") for x in row.all_labels)
            kind = "given" if given else "not given"
            yield Finding(
                kind, row.where, row.entry.id, labels[place], round(float(distances[place]), 4), "", _start(row)
            )


def _contradictions(examples: Sequence[Example]) -> Iterator[Finding]:
    for first, second in contradictions(examples):
        labels = "、".join(sorted(set(first.all_labels) ^ set(second.all_labels)))
        yield Finding("contradiction", second.where, second.entry.id, labels, 1.0, first.where, _start(second))


def _copies(examples: Sequence[Example]) -> Iterator[Finding]:
    """Find texts that stand in two files: what is trained on must not be what is tested on."""
    first: dict[str, Example] = {}
    for example in examples:
        other = first.setdefault(bare(example.entry.text), example)
        if _file(other) != _file(example):
            yield Finding("in two files", example.where, example.entry.id, "", 0.99, other.where, _start(example))


def _file(example: Example) -> str:
    source = example.entry.meta.get("source")
    return str(source.get("file")) if isinstance(source, dict) else example.where.rpartition(":")[0]


def _odd_spans(examples: Sequence[Example]) -> Iterator[Finding]:
    """Find spans that begin or end with a mark, are a character or two, or cut a clause near its edge."""
    for example in examples:
        edges = {edge for clause in split_clauses(example.entry.text) for edge in clause[:2]}
        for mark in example.marks:
            if mark.end and _is_odd(example.entry.text, mark.start, mark.end, edges):
                span = example.entry.text[mark.start : mark.end]
                yield Finding(
                    "span", example.where, example.entry.id, mark.label, 0.9, f"{mark.start}-{mark.end}", span
                )


def _is_odd(text: str, start: int, end: int, edges: set[int]) -> bool:
    span = text[start:end]
    misses_by_one = any(abs(place - edge) == 1 for place in (start, end) if place not in edges for edge in edges)
    return span[0] in _MARKS or span[-1] in _MARKS or len(span) < 3 or misses_by_one


def _start(example: Example, most: int = 40) -> str:
    text = " ".join(example.entry.text.split())
    return text[:most] + ("…" if len(text) > most else "")
