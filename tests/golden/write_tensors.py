"""Tensors of PyTorch as a .safetensors file of floats: eight bytes of length, a header in JSON, the numbers."""
import json
import struct


def write_tensors(path, tensors):
    header, at, data = {}, 0, b""
    for name, tensor in tensors.items():
        numbers = tensor.flatten().tolist()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [at, at + 4 * len(numbers)]}
        at += 4 * len(numbers)
        data += struct.pack(f"<{len(numbers)}f", *numbers)
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)
