"""A launcher's sockets: light where Python has them light."""

import socket
import subprocess
import sys
from importlib import reload

import metawright.compat.light_socket as light


def test_it_is_the_light_one_and_has_what_a_launcher_uses():
    assert light.socket.__name__ == "_socket"
    for name in ("AF_UNIX", "SOL_SOCKET", "SCM_RIGHTS"):
        assert getattr(light.socket, name) == getattr(socket, name)
    one, other = socket.socketpair()
    with one, other:
        connection = light.socket.socket(fileno=one.detach())
        connection.sendmsg([b"x"])
        assert other.recv(1) == b"x"
        connection.close()


def test_a_launcher_loads_nothing_more(root):
    text = "import sys\nsys.path.append('workflow')\nimport metawright.compat.light_socket\nprint('socket' in sys.modules, 'dataclasses' in sys.modules)"
    done = subprocess.run([sys.executable, "-IS", "-c", text], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"


def test_without_it_there_is_the_whole(monkeypatch):
    monkeypatch.setitem(sys.modules, "_socket", None)
    assert reload(light).socket is socket
    monkeypatch.undo()
    assert reload(light).socket.__name__ == "_socket"
