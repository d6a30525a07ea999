"""Unit tests open no sockets: what needs one belongs to ``tests/integration``."""

from pytest_socket import disable_socket


def pytest_runtest_setup() -> None:
    """Block sockets before each unit test (unblocked again after it by the plug-in)."""
    disable_socket(allow_unix_socket=True)
