"""A model card in Markdown: what a model is, rendered from what its manifest says."""

from collections.abc import Mapping
from pathlib import Path

from minqing.corpora.whole import written_whole
from minqing.models.folders import CARD
from minqing.models.opening import labels_of
from minqing.models.storage import load_any
from minqing.nlp.classifier import Classifier
from minqing.nlp.model import Model

TITLES = {
    "parent": "trained beside or instead of",
    "entries": "entries it learnt from",
    "corpus": "SHA-256 of those entries",
    "weight": "how often each added entry counts",
    "seed": "seed",
}


def write_card(folder: Path) -> None:
    """Write the card of the model in ``folder`` beside its files, whole or not at all.

    Raises:
        ModelError: the model cannot be read.
        EntryError: the card cannot be written.
    """
    content = card(load_any(folder)).encode("utf-8")
    with written_whole(folder / CARD) as file:
        file.write(content)


def card(model: Model | Classifier) -> str:
    """Give the card of a model that was loaded or just made."""
    facts = model.facts
    kind = "labels of its own" if isinstance(model, Classifier) else "needs, by the taxonomy that ships"
    labels = labels_of(model)
    lines = [f"# {model.name}", "", f"Tags Chinese texts with {kind}. Made by minqing; arrays and JSON, no code.", ""]
    if model.hash:
        lines += [f"- version: `{model.hash[:12]}`"]
    lines += [f"- {title}: {facts[key]}" for key, title in TITLES.items() if facts.get(key) not in (None, "")]
    lines += [f"- {len(labels)} labels: {', '.join(labels)}", ""]
    scores = facts.get("cross_validation", facts.get("development_set"))
    if isinstance(scores, Mapping):
        lines += ["## On entries it had not seen", "", "| figure | value |", "| --- | ---: |"]
        lines += [f"| {name} | {_figure(value)} |" for name, value in scores.items()]
        lines.append("")
    lines += _table(facts.get("labels"))
    libraries = facts.get("libraries")
    if isinstance(libraries, Mapping):
        lines += ["## Made with", "", ", ".join(f"{name} {version}" for name, version in libraries.items()), ""]
    lines += [
        "## Its limits",
        "",
        "The figures hold for texts like those it learnt from. Labels with few examples are guesses. It finds what to "
        "read first; it does not read in anybody's place.",
        "",
    ]
    return "\n".join(lines)


def _figure(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return " – ".join(_figure(part) for part in value)
    return f"{value:.3f}" if isinstance(value, float) else f"{value}"


def _table(labels: object) -> list[str]:
    if not isinstance(labels, Mapping):
        return []
    lines = ["| label | precision | recall | F1 | examples |", "| --- | ---: | ---: | ---: | ---: |"]
    for name, row in labels.items():
        figures = " | ".join(_figure(row.get(key, "")) for key in ("precision", "recall", "f1", "support"))
        lines.append(f"| {str(name).replace('|', '/')} | {figures} |")
    return [*lines, ""]
