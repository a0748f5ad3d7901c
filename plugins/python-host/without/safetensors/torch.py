"""Whole files at once."""
from miktos_host import weights_file
from miktos_host.weights_file import save as save_file  # noqa: F401


def load_file(filename, device="cpu"):
    return weights_file.load_safetensors(filename)[0]


def load(data):
    return weights_file.read_bytes(data)
