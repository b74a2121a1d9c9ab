"""Whether a file stands on a network folder, where several computers may write at once."""

import os
import sys
from pathlib import Path

NETWORK_KINDS = frozenset(
    [
        "nfs",
        "nfs3",
        "nfs4",
        "cifs",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "ncpfs",
        "afs",
        "coda",
        "ceph",
        "glusterfs",
        "lustre",
        "davfs",
        "fuse.sshfs",
        "fuse.smbnetfs",
    ]
)
_REMOTE_DRIVE = 4  # DRIVE_REMOTE of GetDriveTypeW
_MOUNTS = Path("/proc/mounts")


def is_network_folder(folder: Path) -> bool:
    """Say whether ``folder`` is on another computer, as far as the system tells."""
    full = folder.resolve()
    if sys.platform == "win32":
        return _is_remote_drive(full)
    return _kind_of_mount(full, _mounts()) in NETWORK_KINDS


def _is_remote_drive(full: Path) -> bool:
    """Ask Windows; a path that begins with two backslashes is on a server."""
    import ctypes

    windll = getattr(ctypes, "windll")  # noqa: B009  # there on Windows alone, which the type checker is not told
    return str(full).startswith("\\\\") or windll.kernel32.GetDriveTypeW(full.anchor) == _REMOTE_DRIVE


def _mounts() -> str:
    try:
        return _MOUNTS.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def _kind_of_mount(full: Path, mounts: str) -> str:
    """Give the kind of file system of the longest mount point above ``full``.

    >>> _kind_of_mount(Path("/srv/share/a"), "/dev/sda / ext4 rw 0 0\\nhost:/x /srv/share nfs4 rw 0 0")
    'nfs4'
    """
    best, kind = -1, ""
    for line in mounts.splitlines():
        _device, point, found, *_ = [*line.split(" "), "", "", ""]
        point = point.replace("\\040", " ")
        if len(point) > best and point and os.path.commonpath([point, str(full)]) == point:
            best, kind = len(point), found
    return kind
