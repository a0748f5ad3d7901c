"""make_weights.py FILE - Stable Diffusion 1.5 with random weights, half precision, as one .safetensors file."""
import json
import math
import os
import struct
import sys

import torch

from architecture import checkpoint


def main(path):
    torch.manual_seed(1)
    header, at = {"__metadata__": {"note": "random weights"}}, 0
    tensors = checkpoint()
    for name, shape in tensors:
        size = 2 * math.prod(shape)
        header[name] = {"dtype": "F16", "shape": list(shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 64)
    with open(path + ".part", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name, shape in tensors:
            if name.endswith(".bias"):
                values = torch.zeros(shape)
            elif len(shape) == 1:
                values = torch.ones(shape)
            else:
                values = torch.randn(shape) / math.sqrt(math.prod(shape[1:]))
            file.write(values.half().numpy().tobytes())
    os.rename(path + ".part", path)


main(sys.argv[1])
