"""What the server does with its connections and cannot be told to do in Streamlit's settings.

Answers leave at once: Streamlit opens its socket in a way that asyncio does not know for TCP, so that the end of an
answer on a connection that stays open waits about 40 ms for the other side's acknowledgement (Nagle's algorithm
meeting delayed acknowledgements, RFC 896 and RFC 1122 4.2.3.2).

The head of a request is bounded: the parser in C takes one of any length and keeps it, before anybody was asked who
they are."""

import contextlib
import os
import socket
import stat
from collections.abc import Callable
from functools import wraps
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 65_536  # bytes of a request's line and headers (as uvicorn's other parser has it), or of its trailers
_FIRST, _BEYOND = 3, 1024  # standard input and outputs come before; a listening socket is among the first files opened


def send_at_once() -> int:
    """Let every connection to this process's listening TCP sockets send without waiting (accepted ones inherit it);
    how many sockets listen."""
    return sum(_listens(number) for number in range(_FIRST, _BEYOND) if _is_socket(number))


def _is_socket(number: int) -> bool:
    with contextlib.suppress(OSError):
        return stat.S_ISSOCK(os.fstat(number).st_mode)
    return False


def _listens(number: int) -> bool:
    with socket.socket(fileno=os.dup(number)) as found:
        if found.family not in (socket.AF_INET, socket.AF_INET6):
            return False
        if not found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            return False
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return True


def bound_heads() -> None:
    """Refuse a request of which more came than a head may have, and neither a whole head nor any of its body since.
    Put around uvicorn's own methods: which class speaks HTTP is settled before anything of ours is read."""
    protocol: Any = HttpToolsProtocol
    take = protocol.data_received

    def data_received(self: Any, data: bytes) -> None:
        self.held_back = getattr(self, "held_back", 0) + len(data)
        take(self, data)
        if self.held_back > LARGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("The head of this request is too long.")

    protocol.data_received = data_received
    for passed_on in ("on_headers_complete", "on_body"):
        setattr(protocol, passed_on, _from_nothing(getattr(protocol, passed_on)))


def _from_nothing(callback: Callable[..., None]) -> Callable[..., None]:
    @wraps(callback)
    def called(self: Any, *given: bytes) -> None:
        self.held_back = 0
        callback(self, *given)

    return called
