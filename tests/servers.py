"""A PostgreSQL server of the tests' own: started when one is installed, gone afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from minqing.ledger.addresses import Server
from minqing.ledger.database import ServerError
from minqing.ledger.postgres import Connection

PASSWORD = "p@ss/字 1"
_numbers = count(1)


def programs() -> Path | None:
    """Give the folder of initdb and postgres: Debian keeps them off the path."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))[::-1]
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


def _servant() -> list[str] | None:
    """Give what runs a program as nobody in particular, since the server refuses to run as root; None if nothing does."""
    if not hasattr(os, "geteuid"):
        return None
    if os.geteuid():
        return []
    if not shutil.which("setpriv"):
        return None
    nobody = _nobody()
    return ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]


def _nobody() -> Any:
    import pwd  # Windows has none

    return pwd.getpwnam("nobody")


def reason_for_none() -> str:
    """Say why no server can be started here, "" when one can."""
    if programs() is None:
        return "no PostgreSQL server is installed"
    return "" if _servant() is not None else "PostgreSQL does not run as root, and there is no setpriv"


@contextmanager
def running() -> Iterator[Server]:
    """Start a server that asks for a password; give its address."""
    folder = Path(tempfile.mkdtemp(prefix="minqing-postgres-", dir="/tmp"))
    servant, bin = _servant() or [], programs()
    assert bin
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    if servant:
        nobody = _nobody()
        for path in (folder, folder / "password"):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
    data = folder / "data"
    # Sorting as in a dictionary, where the server knows how: a ledger is to sort by bytes all the same.
    version = subprocess.run([bin / "postgres", "--version"], check=True, capture_output=True, encoding="utf-8").stdout
    is_new = int(version.split()[2].partition(".")[0]) >= 15
    sorting = ["--locale-provider=icu", "--icu-locale=zh-CN"] if is_new else []
    subprocess.run(
        [*servant, bin / "initdb", "-D", data, "-U", "office", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8",
         f"--pwfile={folder / 'password'}", "--no-sync", *sorting],
        check=True, capture_output=True, cwd="/",
    )  # fmt: skip
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [*servant, bin / "postgres", "-D", data, "-p", str(port), "-k", folder, "-c", "listen_addresses=127.0.0.1",
             "-c", "fsync=off"],
            stdout=log, stderr=log, cwd="/",
        )  # fmt: skip
    try:
        address = Server("office", "127.0.0.1", "postgres", port, password=PASSWORD)
        _wait(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(address: Server, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(100):
        assert server.poll() is None, "the server stopped"
        try:
            Connection(address).close()
            return
        except ServerError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


def database(server: Server) -> Server:
    """Make a database of its own on the server."""
    name = f"office{next(_numbers)}"
    session = Connection(server)
    session.run(f"CREATE DATABASE {name}")
    session.close()
    return Server(server.user, server.host, name, server.port, server.ssl, server.password)
