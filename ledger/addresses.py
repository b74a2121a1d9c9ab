"""Where a ledger is: a file, or a database on a PostgreSQL server, which is named by its address."""

import os
import re
from dataclasses import dataclass, field
from gettext import gettext as _
from pathlib import Path

from minqing.nlp.errors import LedgerError

PORT = 5432
SSL_MODES = ("prefer", "disable", "require", "verify-full")

_SCHEME = re.compile(r"postgres(?:ql)?://", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?P<user>[^:/@?]+)(?::(?P<password>[^@]*))?@(?P<host>\[[^\]/@]+\]|[^:/@?]+)(?::(?P<port>\d{1,5}))?"
    r"/(?P<database>[^/?]+)(?:\?sslmode=(?P<ssl>[a-z-]+))?"
)


@dataclass(frozen=True, slots=True)
class Server:
    """A database on a server. As text it has no password, so that none gets into a message."""

    user: str
    host: str
    database: str
    port: int = PORT
    ssl: str = "prefer"
    password: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        port = "" if self.port == PORT else f":{self.port}"
        return f"postgresql://{self.user}@{self.host}{port}/{self.database}"


Where = Path | Server


def where_of(name: str) -> Where:
    """Give the place that ``name`` means; a password that is not in it is taken from PGPASSWORD.

    >>> str(where_of("postgresql://office:secret@db.example/needs"))
    'postgresql://office@db.example/needs'

    Raises:
        LedgerError: it begins like an address and is none.
    """
    scheme = _SCHEME.match(name)
    if not scheme:
        return Path(name)
    found = _ADDRESS.fullmatch(name, scheme.end())
    if not found or (found["ssl"] or "prefer") not in SSL_MODES or int(found["port"] or PORT) > 0xFFFF:
        # The address itself may hold a password and is not repeated.
        raise LedgerError(
            _("no address of a ledger; one is written postgresql://user@host:5432/database?sslmode={modes}").format(
                modes="|".join(SSL_MODES)
            )
        )
    user, host, database = (_plain(found[part]) for part in ("user", "host", "database"))
    password = os.environ.get("PGPASSWORD") if found["password"] is None else _plain(found["password"])
    return Server(user, host.strip("[]"), database, int(found["port"] or PORT), found["ssl"] or "prefer", password)


def _plain(text: str) -> str:
    """Write %40 as @ and the like, as addresses are written."""
    raw = re.sub(rb"%([0-9A-Fa-f]{2})", lambda code: bytes.fromhex(code[1].decode()), text.encode("utf-8"))
    return raw.decode("utf-8", "replace")
