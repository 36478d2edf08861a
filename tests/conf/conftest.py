"""Tests run side by side (pytest -n, see run): each worker has a network of its own, where only its daemons hear SSDP."""
import ctypes
import os
import subprocess
import warnings

import pytest

CLONE_NEWNET = 0x40000000


def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET):
        # Not root: they hear each other. Every test knows its own daemons by their UUID.
        warnings.warn("no network of its own: " + os.strerror(ctypes.get_errno()))
        return
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


@pytest.fixture
def d(tmp_path):
    """A directory with simulated air of its own."""
    (tmp_path / "air").mkdir()
    return tmp_path
