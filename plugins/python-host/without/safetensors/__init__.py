"""safetensors for packs whose Python lacks it: files are read as the host reads them (miktos_host.weights_file)."""
from miktos_host import weights_file


class safe_open:
    """A file of tensors, read when the first one is asked for."""

    def __init__(self, filename, framework="pt", device="cpu"):
        self._weights, self._metadata = weights_file.load_safetensors(filename)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def keys(self):
        return list(self._weights.keys())

    def get_tensor(self, name):
        return self._weights[name]

    def metadata(self):
        return self._metadata


class SafetensorError(Exception):
    pass
