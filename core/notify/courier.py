"""The process that hands one notification after another to Apprise, apart from the application: it can be ended when a
channel hangs, holds none of the application's keys, and reaches neither private addresses, files nor other programs.

``python -m core.notify.courier``: the first line on stdin is ``{"allowed": [names or networks]}``, each further one a
letter; one line answers each, to a letter ``{"trouble": null | "refused" | "address" | "forbidden" | "failed"}``.
"""

import contextlib
import ipaddress
import json
import mimetypes
import os
import socket
import sys
import sysconfig
from collections.abc import Iterable
from typing import Any, TextIO

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "pty.spawn")
_SENDING = ("socket.connect", "socket.sendto", "socket.sendmsg")
_READABLE = (
    *{sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")},
    "/etc/ssl", "/etc/pki", "/usr/share/ca-certificates", "/usr/lib/ssl", "/usr/share/zoneinfo", "/dev/null",
)  # fmt: skip


class Fence:
    """What the interpreter asks before it opens a connection, a file or a program (PEP 578). It sees the very address
    that is connected to, so that neither a redirect nor a name that is answered differently the second time leads in
    (threat 38). ``touched`` says that something was held back."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._names, self._networks, self.touched = [], list[Network](), False
        for one in allowed:
            try:
                self._networks.append(ipaddress.ip_network(one))
            except ValueError:
                self._names.append(one)
        self._known = frozenset[str]()

    def open_to_names(self) -> None:
        """Look up the allowed names anew (before each letter: addresses change)."""
        found = set()
        for name in self._names:
            with contextlib.suppress(OSError):
                found |= {str(row[4][0]) for row in socket.getaddrinfo(name, None)}
        self._known = frozenset(found)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Raise ``PermissionError`` for what is outside the fence."""
        outside = (
            event in _PROGRAMS
            or (event == "open" and not _readable(*arguments[:2]))
            or (event in _SENDING and not self._public(arguments[-1]))
        )
        if outside:
            self.touched = True
            raise PermissionError(f"outside the fence: {event}")

    def _public(self, address: object) -> bool:
        if address is None:  # a socket that is connected already
            return True
        if not isinstance(address, tuple):
            return False
        try:
            ip = ipaddress.ip_address(str(address[0]).split("%")[0])
        except ValueError:
            return False
        ip = getattr(ip, "ipv4_mapped", None) or ip
        own = str(ip) in self._known or any(ip in network for network in self._networks)
        return own or (ip.is_global and not ip.is_multicast)


def _readable(path: object, mode: object) -> bool:
    if isinstance(path, int):
        return True
    if isinstance(mode, str) and set(mode) & set("wax+"):
        return False
    full = os.path.realpath(os.fsdecode(path)) if isinstance(path, str | bytes | os.PathLike) else ""
    return full.startswith(_READABLE)


def carry(letter: dict[str, str]) -> str | None:
    """Hand one letter (``address``, ``title``, ``body``) to Apprise; a code of what went wrong, ``None`` when the other
    side took it."""
    import apprise

    asset = apprise.AppriseAsset(async_mode=False, http_redirects=False, app_id="Vincle", app_url="")
    post = apprise.Apprise(asset=asset)
    if not post.add(letter["address"]):
        return "address"
    taken = post.notify(body=letter["body"], title=letter["title"], body_format=apprise.NotifyFormat.TEXT)
    return None if taken else "refused"


def main(source: TextIO, answers: TextIO) -> None:
    """Work through the letters until stdin ends."""
    import apprise  # noqa: F401 - all that it needs is read before the fence stands

    mimetypes.init()
    fence = Fence(json.loads(source.readline())["allowed"])
    sys.addaudithook(fence)
    print("ready", file=answers, flush=True)
    for line in source:
        fence.touched = False
        fence.open_to_names()
        try:
            trouble = carry(json.loads(line))
        except Exception:  # noqa: BLE001 whatever a channel does: the next letter is carried all the same
            trouble = "failed"
        answers.write(json.dumps({"trouble": "forbidden" if trouble and fence.touched else trouble}) + "\n")
        answers.flush()


if __name__ == "__main__":
    private = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a plugin prints is no answer
    main(sys.stdin, private)
