import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import click
import pytest

from minqing.cli import command

from readme_examples import BLOCK, READMES, printed

ROOT = Path(__file__).parents[1]
EXAMPLES = [
    (readme.name, m["command"], m["output"]) for readme in READMES for m in BLOCK.finditer(readme.read_text("utf-8"))
]

MODULES = [
    f"minqing.{room}.{module.name}"
    for room in ("nlp", "corpora", "corpora.readers", "corpora.writers", "models", "labelling", "commands")
    for module in pkgutil.iter_modules([str(ROOT.joinpath(*room.split(".")))])
    if not module.ispkg
]


@pytest.mark.parametrize("name", [*MODULES, "minqing.console"])
def test_examples_in_docstrings_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize(
    ("readme", "example", "output"), EXAMPLES, ids=lambda value: str(value)[:40].encode("ascii", "ignore").decode()
)
def test_examples_of_the_readmes_print_what_they_show(readme: str, example: str, output: str) -> None:
    assert printed(example) == output


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_python_examples_of_the_readmes_run(readme: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", readme.read_text("utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, str(readme), "exec"), {})


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_every_command_stands_in_the_readmes(readme: Path) -> None:
    text = readme.read_text("utf-8")
    names = command.list_commands(click.Context(command))
    assert [name for name in names if f"minqing {name}" not in re.sub(r" --lang \w+", "", text)] == []


def test_both_readmes_show_the_same_commands() -> None:
    shell = [re.findall(r"```sh\n(.*?)```", path.read_text("utf-8"), re.DOTALL) for path in READMES]
    assert shell[0] == shell[1]
