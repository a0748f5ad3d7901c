"""Frames: 4 bytes length in host order, JSON; a descriptor of shared memory may come with the first byte."""
import array
import json
import math
import os
import socket
import struct

LENGTH = struct.Struct("=I")
MAX_FRAME = 64 << 20


def _receive_exactly(connection, length, descriptors):
    parts, left = [], length
    while left > 0:
        room = socket.CMSG_SPACE(array.array("i").itemsize)
        data, ancillary, _, _ = connection.recvmsg(min(left, 1 << 20), room)
        if not data:
            raise EOFError
        for level, kind, content in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                descriptors.extend(array.array("i", content[: len(content) // 4 * 4]))
        parts.append(data)
        left -= len(data)
    return b"".join(parts)


def receive(connection):
    """The message and the descriptor that came with it, or None."""
    descriptors = []
    (length,) = LENGTH.unpack(_receive_exactly(connection, LENGTH.size, descriptors))
    if length > MAX_FRAME:
        raise EOFError
    text = _receive_exactly(connection, length, descriptors)
    for surplus in descriptors[1:]:
        os.close(surplus)
    return json.loads(text), descriptors[0] if descriptors else None


def to_json(value):
    """JSON as the engine reads it; what JSON does not know becomes its text."""
    return json.dumps(value, default=_plain, separators=(",", ":"))


def _plain(value):
    item = getattr(value, "item", None)  # numbers of numpy and torch
    if callable(item):
        try:
            number = item()
            if isinstance(number, (int, float, bool, str)):
                return number
        except (ValueError, RuntimeError, TypeError):
            pass
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=repr)
    return str(value)


def is_nan(value):
    return isinstance(value, float) and math.isnan(value)


def send(connection, message, descriptor=None):
    text = to_json(message).encode()
    frame = LENGTH.pack(len(text)) + text
    ancillary = [] if descriptor is None else [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))]
    sent = connection.sendmsg([frame], ancillary)
    if sent < len(frame):
        connection.sendall(frame[sent:])
