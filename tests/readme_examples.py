"""The examples of both READMEs: run them, compare them, or (run as a program) write them anew.

usage: python tests/readme_examples.py

A ``console`` block holds one command after ``$`` and what it prints.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
READMES = (ROOT / "README.md", ROOT / "README.zh.md")
BLOCK = re.compile(r"```console\n\$ (?P<command>[^\n]+)\n(?P<output>.*?)```", re.DOTALL)


def printed(command: str) -> str:
    """Run ``command`` where the samples are at hand and give what a reader would see."""
    words = shlex.split(command)
    if words[0] != "minqing":
        raise ValueError(f"an example that is no minqing command: {command}")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "corpora").symlink_to(ROOT / "corpora")
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=folder,
            capture_output=True,
            check=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
    return (done.stdout + done.stderr).strip() + "\n"


def renewed(text: str) -> str:
    """Give the text of a README with the output of every example as it is now."""
    return BLOCK.sub(lambda m: f"```console\n$ {m['command']}\n{printed(m['command'])}```", text)


if __name__ == "__main__":
    for readme in READMES:
        readme.write_text(renewed(readme.read_text("utf-8")), encoding="utf-8")
