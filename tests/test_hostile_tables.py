"""Tables and lines of half a gigabyte: refused in little memory, and the rest is read."""

import subprocess
import sys
from pathlib import Path

import pytest

SIZE = 500_000_000
PIECE = b"x" * 5_000_000
READ = """
import sys
from pathlib import Path
from minqing.corpora.readers import read_entries
print([entry.text for entry in read_entries(Path(sys.argv[1]), on_error=lambda error: print(str(error)[-60:]))])
# Not ru_maxrss: a process begins with that of the one it was forked from.
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""

CASES = {
    "cell.csv": ("编号,内容\n1,路烂\n2,", "\n3,水断\n", ["路烂", "水断"], "the line has more than 16,000,000 characters; cut it"),
    "quoted.csv": ('编号,内容\n1,路烂\n2,"', '"\n3,水断\n', ["路烂", "水断"], "the line has more than 16,000,000 characters; cut it"),
    "line.jsonl": ('{"text": "路烂"}\n{"text": "', '"}\n{"text": "水断"}\n', ["路烂", "水断"], "the line has more than 16,000,000 characters; cut it"),
    "whole.txt": ("路烂", "", [], "larger than 30 MB; cut it into several files"),
}  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured otherwise there")
@pytest.mark.parametrize("name", CASES)
def test_half_a_gigabyte_in_one_cell_is_refused_in_little_memory(name: str, tmp_path: Path) -> None:
    before, after, texts, message = CASES[name]
    path = tmp_path / name
    with path.open("wb") as file:
        file.write(before.encode())
        for _ in range(SIZE // len(PIECE)):
            file.write(PIECE)
        file.write(after.encode())
    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, check=True)
    path.unlink()
    error, found, kilobytes = done.stdout.decode("utf-8").splitlines()
    assert error.endswith(message) and found == str(texts)
    assert int(kilobytes) < 250_000
