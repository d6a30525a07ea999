"""Answers leave at once. Streamlit opens its socket in a way that asyncio does not know for TCP, so that the end of an
answer on a connection that stays open waits about 40 ms for the other side's acknowledgement (Nagle's algorithm
meeting delayed acknowledgements, RFC 896 and RFC 1122 4.2.3.2)."""

import contextlib
import os
import socket
import stat

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
