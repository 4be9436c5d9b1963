"""The part of the standard library's `socket` that is written in C, which is all that a job's launcher needs.

`metawright.jobs.launch` runs before every job. `_socket` is there in half a millisecond, `socket` in ten; it has the
same names, and is taken where Python has no `_socket`. For the same haste this module has no `Internals` and loads
nothing else.
"""

try:
    import _socket as socket
except ImportError:
    import socket

__all__ = ("socket",)
