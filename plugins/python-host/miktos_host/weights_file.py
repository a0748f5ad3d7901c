"""Files of tensors. safetensors is read here, since few have the module of that name: a length, JSON, the numbers."""
import io
import json
import os
import struct

from miktos_host import model_files, tensors

MOST_HEADER = 100 << 20
_KINDS = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "I64": "int64", "I32": "int32", "I16": "int16", "I8": "int8", "U8": "uint8",
          "BOOL": "bool", "F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2"}


class _Lazy(model_files.Weights):
    """Weights whose file is read when somebody looks: most only hand it on to the engine, which reads it itself."""

    def __init__(self, path, read):
        super().__init__()
        self.path, self._read = path, read

    def _fill(self):
        if self._read is not None:
            read, self._read = self._read, None
            super().update(read())

    def __missing__(self, key):
        if self._read is None:
            raise KeyError(key)
        self._fill()
        return self[key]


def _filling(name):
    plain = getattr(dict, name)

    def method(self, *given, **named):
        self._fill()
        return plain(self, *given, **named)
    return method


for _name in ("__contains__", "__iter__", "__len__", "__eq__", "__setitem__", "__delitem__", "keys", "values", "items", "get", "pop", "copy", "update", "setdefault"):
    setattr(_Lazy, _name, _filling(_name))


def _header(file, size, path):
    (length,) = struct.unpack("<Q", file.read(8))
    if length > min(MOST_HEADER, size):
        raise ValueError(f"{path} is no safetensors file: it says that its header has {length} bytes")
    return json.loads(file.read(length)), 8 + length


def _read_tensors(file, header, start):
    import torch
    found = {}
    for key, about in header.items():
        first, last = about["data_offsets"]
        file.seek(start + first)
        numbers = bytearray(file.read(last - first))
        dtype = getattr(torch, _KINDS[about["dtype"]])
        found[key] = (torch.frombuffer(numbers, dtype=dtype) if numbers else torch.empty(0, dtype=dtype)).reshape(about["shape"])
    return found


def _read_file(path, header, start):
    with open(path, "rb") as file:
        return _read_tensors(file, header, start)


def read_bytes(data):
    file = io.BytesIO(data)
    header, start = _header(file, len(data), "this")
    header.pop("__metadata__", None)
    return _read_tensors(file, header, start)


def load_safetensors(path):
    with open(path, "rb") as file:
        header, start = _header(file, os.path.getsize(path), path)
    metadata = header.pop("__metadata__", None)
    return _Lazy(str(path), lambda: _read_file(path, header, start)), metadata


def load(path):
    """The tensors by name, and what the file says of itself, or None."""
    if str(path).lower().endswith((".safetensors", ".sft")):
        return load_safetensors(path)
    import torch
    found = torch.load(path, map_location="cpu", weights_only=True)
    made = model_files.Weights(found.get("state_dict", found))
    made.path = str(path)
    return made, None


def save(weights, path, metadata=None):
    import torch
    names = {getattr(torch, kind): name for name, kind in _KINDS.items() if hasattr(torch, kind)}
    header, blocks, at = {"__metadata__": {key: str(value) for key, value in metadata.items()}} if metadata else {}, [], 0
    for key, tensor in weights.items():
        flat = tensor.detach().cpu().contiguous()
        block = bytes(tensors.bytes_of_torch(flat))
        header[key] = {"dtype": names[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [at, at + len(block)]}
        blocks.append(block)
        at += len(block)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for block in blocks:
            file.write(block)
