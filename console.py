"""What the command needs of a terminal: its language, its width, and an encoding that never fails."""

import copy
import gettext
import locale
import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

import click

LANGUAGES = ("zh_CN", "zh_TW", "en")
DOMAIN = "minqing"


def choose_language(wanted: str | None) -> str:
    """Give the language asked for, or that of the environment, or English.

    >>> choose_language("zh_TW")
    'zh_TW'
    """
    if wanted:
        return wanted
    names = [os.environ.get(name, "") for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")]
    names.append(locale.getlocale()[0] or "")
    found = next((name for name in names if name), "").replace("-", "_")
    if not found.lower().startswith(("zh", "chinese")):
        return "en"
    traditional = (
        "zh_tw",
        "zh_hk",
        "zh_mo",
        "zh_hant",
        "chinese_taiwan",
        "chinese (traditional)",
        "chinese_hong",
    )
    return "zh_TW" if found.lower().startswith(traditional) else "zh_CN"


def speak(language: str) -> None:
    """Take messages, those of click among them, from the catalogue of ``language``."""
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain(DOMAIN, str(Path(__file__).parent / "locale"))
    gettext.textdomain(DOMAIN)


def language() -> str:
    """Give the language that messages are in."""
    return os.environ.get("LANGUAGE", "en")


def never_fail_to_print(*streams: TextIO) -> None:
    """Write characters that a stream's encoding lacks as escapes, so that no GBK or Big5 console stops us."""
    for stream in streams or (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def width(text: str) -> int:
    """Count the columns ``text`` takes: a Han character takes two.

    >>> width("民情abc")
    7
    """
    plain = click.unstyle(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in plain)


def padded(text: str, columns: int) -> str:
    """Fill ``text`` with spaces up to ``columns``."""
    return text + " " * max(columns - width(text), 0)


def wrapped(text: str, columns: int) -> list[str]:
    """Break ``text`` into lines of at most ``columns``: at spaces, or between any two Han characters."""
    lines = [""]
    for piece in _pieces(text):
        if width(lines[-1] + piece.rstrip()) > columns and lines[-1].strip():
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


def _pieces(text: str) -> Iterator[str]:
    """Cut where a line may break; a closing mark stays with what it closes."""
    piece = ""
    for char in text:
        wide = unicodedata.east_asian_width(char) in "WF"
        closing = char in "，。；：！？、）」』》”"
        if piece and not closing and (piece[-1].isspace() or wide or unicodedata.east_asian_width(piece[-1]) in "WF"):
            yield piece
            piece = ""
        piece += char
    if piece:
        yield piece


class HelpFormatter(click.HelpFormatter):
    """click's help, wrapped by columns where click counts characters."""

    def write_text(self, text: str) -> None:
        """Write paragraphs, wrapped and indented; a paragraph after ``\\b`` keeps its lines."""
        room = max(self.width - self.current_indent, 11)
        for number, paragraph in enumerate(text.split("\n\n")):
            if number:
                self.write("\n")
            as_is = paragraph.lstrip().startswith("\b")
            lines = (
                paragraph.replace("\b", "").strip("\n").splitlines()
                if as_is
                else wrapped(" ".join(paragraph.split()), room)
            )
            for line in lines:
                self.write(" " * self.current_indent + line + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of names and what they mean, the meanings in one column."""
        taken = list(rows)
        first = min(max((width(name) for name, _ in taken), default=0), col_max) + col_spacing
        indent = " " * self.current_indent
        for name, meaning in taken:
            lines = wrapped(meaning, max(self.width - first - self.current_indent, 20)) if meaning else [""]
            if width(name) > first - col_spacing:
                self.write(f"{indent}{name}\n")
                name = ""
            self.write(f"{indent}{padded(name, first)}{lines[0]}".rstrip() + "\n")
            for line in lines[1:]:
                self.write(f"{indent}{' ' * first}{line}\n")


class Context(click.Context):
    """A context whose help is wrapped by columns."""

    formatter_class = HelpFormatter


class Option(click.Option):
    """An option whose help is translated when it is shown, after ``--lang`` was read."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Give the names and the translated help."""
        shown = copy.copy(self)
        shown.help = gettext.gettext(self.help) if self.help else None
        return click.Option.get_help_record(shown, ctx)


class Command(click.Command):
    """A command whose help is translated when it is shown."""

    context_class = Context

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the translated help text."""
        shown = copy.copy(self)
        shown.help = translated_help(self.help)
        click.Command.format_help_text(shown, ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Give ``--help``, which click makes once, in the language of now."""
        found = super().get_help_option(ctx)
        if found:
            found.help = gettext.gettext("Show this message and exit.")
        return found

    def get_short_help_str(self, limit: int = 60) -> str:
        """Give the first line of the translated help."""
        return translated_help(self.help).split("\n\n")[0]


class Group(Command, click.Group):
    """A group of such commands, in the order they were written."""

    command_class = Command

    def __init__(self, *args: Any, lazy: Mapping[str, str] | None = None, **attributes: Any) -> None:
        """Take ``lazy``, commands by name as ``module:function``, imported when one is asked for."""
        super().__init__(*args, **attributes)
        self.lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the commands as they were added, then the lazy ones."""
        return [*self.commands, *self.lazy]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give a command, importing its module if it is a lazy one."""
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module, _, function = self.lazy[cmd_name].partition(":")
        found: click.Command = getattr(import_module(module), function)
        return found


def translated_help(text: str | None) -> str:
    """Translate help text paragraph by paragraph; an example, after ``\\b``, is the same in every language."""
    paragraphs = (text or "").strip().split("\n\n")
    return "\n\n".join(p if "\b" in p else gettext.gettext(" ".join(p.split())) for p in paragraphs)


def underlined(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Underline ``spans`` of ``text``; overlapping spans are one."""
    out, at = "", 0
    for start, end in sorted(spans):
        if end > at:
            start = max(start, at)
            out += text[at:start] + click.style(text[start:end], underline=True, fg="yellow")
            at = end
    return out + text[at:]
