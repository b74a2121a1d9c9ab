"""Which label set labelled examples belong to, and whether they can teach anything at all."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from gettext import gettext as _

from minqing.corpora.duplicates import bare
from minqing.corpora.label_names import label_id
from minqing.corpora.marked import Example
from minqing.nlp.classifier import Lesson, Scheme
from minqing.nlp.errors import LabelError

# A column of free text has nearly as many values as rows; no scheme in use has so many labels.
MOST_LABELS = 500
FEWEST_ENTRIES = 10
RARE = 5


def belongs_to_taxonomy(examples: Sequence[Example]) -> bool:
    """Say whether the labels are those that ship, by id or by name: the greater part of the different names decides.

    Raises:
        LabelError: most are, and one is not; the message names it.
    """
    names = {name: example.where for example in reversed(examples) for name in example.all_labels}
    known = sum(bool(label_id(name)) for name in names)
    if 2 * known <= len(names):
        return False
    strange = next((name for name in names if not label_id(name)), None)
    if strange:
        raise LabelError(
            _(
                "{where}: no label {name!r}; `minqing labels` lists those that exist; --own makes a model of these"
            ).format(where=names[strange], name=strange)
        )
    return True


def check_examples(examples: Sequence[Example]) -> None:
    """Refuse what nothing can be learnt from.

    Raises:
        LabelError: too few, no labels, one class only, every row the same, or more labels than any scheme has.
    """
    kinds = Counter(frozenset(example.all_labels) for example in examples)
    labels = Counter(label for example in examples for label in example.all_labels)
    where = examples[0].where.rpartition(":")[0] if examples else ""
    if not labels:
        raise LabelError(_("{where}: {n:,} rows and no labels").format(where=where, n=len(examples)))
    if len(examples) < FEWEST_ENTRIES:
        raise LabelError(_("{where}: {n} rows are too few to learn from; label at least {least}").format(
            where=where, n=len(examples), least=FEWEST_ENTRIES))  # fmt: skip
    if len({example.entry.text for example in examples}) == 1:
        raise LabelError(_("{where}: every row is the same text").format(where=where))
    if len(kinds) == 1:
        raise LabelError(
            _("{where}: every row has the same labels ({labels}); a model needs rows without them too").format(
                where=where, labels=", ".join(sorted(labels))
            )
        )
    if len(labels) > MOST_LABELS:
        raise LabelError(
            _("{where}: {n:,} different labels in {rows:,} rows; more than {most} is free text, not labels").format(
                where=where, n=len(labels), rows=len(examples), most=MOST_LABELS
            )
        )


def contradictions(examples: Sequence[Example]) -> list[tuple[Example, Example]]:
    """Give the pairs of rows that say the same and are labelled otherwise, the first of each text with the second."""
    first: dict[str, Example] = {}
    found: list[tuple[Example, Example]] = []
    for example in examples:
        other = first.setdefault(bare(example.entry.text), example)
        if set(other.all_labels) != set(example.all_labels):
            found.append((other, example))
    return found


def notices(examples: Sequence[Example]) -> Iterator[str]:
    """Say what a person should know before trusting a model of these."""
    counts = Counter(label for example in examples for label in example.all_labels)
    rare = sorted(label for label, n in counts.items() if n < RARE)
    if rare:
        yield _("fewer than {n} examples, learnt as well as may be and hardly ever given: {labels}").format(
            n=RARE, labels=", ".join(f"{label} ({counts[label]})" for label in rare)
        )
    pairs = contradictions(examples)
    if pairs:
        a, b = pairs[0]
        yield _("{n} rows say the same as another and have other labels, as {a} and {b}; see `minqing check`").format(
            n=len(pairs), a=a.where, b=b.where
        )


def lessons_of(examples: Sequence[Example]) -> list[Lesson]:
    """Give what a classifier learns from; rows of one text, or of one group, stay together."""
    groups: dict[str, str] = {}
    lessons: list[Lesson] = []
    for example in examples:
        own = example.group or example.entry.id
        group = groups.setdefault(bare(example.entry.text) or own, own)
        lessons.append(Lesson(example.entry, frozenset(example.all_labels), group))
    return lessons


def scheme_of(examples: Sequence[Example]) -> Scheme:
    """Give the label set of the examples: with those above, and single when every row has exactly one."""
    given = {label for example in examples for label in example.all_labels}
    above: defaultdict[str, set[str]] = defaultdict(set)
    for label in given:
        for place in _dots(label):
            above[label[:place]].add(label)
    single = not above and all(len(example.all_labels) == 1 for example in examples)
    return Scheme(tuple(sorted(given | set(above))), single)


def _dots(label: str) -> Iterator[int]:
    """Give where a label is parted from one above it; a number such as 1.2 is one name."""
    parts = label.split(".")
    if all(part.strip() and not part.strip().isdigit() for part in parts):
        yield from (len(".".join(parts[:n])) for n in range(1, len(parts)))
