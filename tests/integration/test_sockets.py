"""Connections to the server send at once."""

import socket
from pathlib import Path

from dashboard.sockets import send_at_once


def _open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_a_connection_accepted_by_a_listening_socket_does_not_wait_to_send() -> None:
    before = _open_files()
    with socket.socket() as listening:  # as Streamlit opens its own: without naming the protocol
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        assert send_at_once() >= 1
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert _open_files() == before
