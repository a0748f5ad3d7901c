"""Arrays as the pack knows them: torch's where torch is installed, else numpy's; without both, a clear sentence."""
import ctypes
import importlib.util
import sys

_library = None


def library():
    """The module that makes arrays, imported at the first need: torch takes seconds."""
    global _library
    if _library is None:
        for name in ("torch", "numpy"):
            if name in sys.modules or importlib.util.find_spec(name) is not None:
                _library = __import__(name)
                break
        else:
            raise RuntimeError("pictures and sound need numpy or torch in the pack's Python: apt-get install python3-numpy")
    return _library


def is_array(value):
    return any(name in sys.modules and isinstance(value, kind(sys.modules[name]))
               for name, kind in (("torch", lambda m: m.Tensor), ("numpy", lambda m: m.ndarray)))


def zeros(*shape):
    made = library()
    return made.zeros(shape, dtype=made.float32)


def from_bytes(view, offset, count, shape):
    """Float32 out of a private copy-on-write mapping: no copy unless it is written to or lies askew."""
    made = library()
    if made.__name__ == "torch":
        if offset % 4:
            view, offset = bytearray(view[offset:offset + count * 4]), 0
        if count == 0:
            return made.empty(shape, dtype=made.float32)
        return made.frombuffer(view, dtype=made.float32, count=count, offset=offset).reshape(shape)
    found = made.frombuffer(view, dtype=made.float32, count=count, offset=offset)
    return (found.copy() if offset % 4 else found).reshape(shape)


def to_bytes(value):
    """The array as float32 in a row, and its shape."""
    if "torch" in sys.modules and isinstance(value, sys.modules["torch"].Tensor):
        flat = value.detach().to("cpu", sys.modules["torch"].float32).contiguous()
        return bytes_of_torch(flat), tuple(flat.shape)
    import numpy
    flat = numpy.ascontiguousarray(value, dtype=numpy.float32)
    return memoryview(flat.reshape(-1)).cast("B") if flat.size else b"", flat.shape


def bytes_of_torch(flat):
    """The memory of a tensor on the CPU without gaps."""
    if flat.nelement() == 0:
        return b""
    try:
        return memoryview(flat.flatten().numpy()).cast("B")
    except (RuntimeError, TypeError):  # a torch without numpy, or a type that numpy does not know
        return ctypes.string_at(flat.data_ptr(), flat.nelement() * flat.element_size())
