"""How much memory a process holds, with its children."""

import os
from pathlib import Path


def resident(pid: int) -> int:
    """Bytes of memory held by a process and its children (Linux; 0 elsewhere)."""
    pages, children = Path(f"/proc/{pid}/statm"), Path(f"/proc/{pid}/task/{pid}/children")
    try:
        own = int(pages.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return own + sum(resident(int(child)) for child in children.read_text().split())
    except OSError:
        return 0
