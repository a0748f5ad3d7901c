"""Small helps that packs import under this name."""
import hashlib
import os

from comfy.cli_args import args  # noqa: F401 -- some packs look for it here


def conditioning_set_values(conditioning, values=None, append=False):
    changed = []
    for tensor, options in conditioning:
        options = dict(options)
        for key, value in (values or {}).items():
            options[key] = options[key] + value if append and options.get(key) is not None else value
        changed.append([tensor, options])
    return changed


def pillow(function, argument):
    """Pictures that are cut off are read as far as they go."""
    from PIL import ImageFile, UnidentifiedImageError
    try:
        return function(argument)
    except (OSError, UnidentifiedImageError, ValueError):
        before = ImageFile.LOAD_TRUNCATED_IMAGES
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            return function(argument)
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def hasher():
    return getattr(hashlib, os.environ.get("MIKTOS_HASHING_FUNCTION", "sha256"))


def string_to_torch_dtype(name):
    import torch
    return {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}.get(name)


def image_alpha_fix(destination, source):
    import torch
    if destination.shape[-1] < source.shape[-1]:
        source = source[..., : destination.shape[-1]]
    elif destination.shape[-1] > source.shape[-1]:
        destination = torch.nn.functional.pad(destination, (0, 1))
        destination[..., -1] = 1.0
    return destination, source
