"""The engine's nodes of this name, and what they are made of in ComfyUI."""
from miktos_host import absent


def composite(destination, source, x, y, mask=None, multiplier=8, resize_source=False):
    """`source` over `destination`, count × channels × height × width, at a place in pixels of the picture."""
    import torch
    from comfy.utils import repeat_to_batch_size
    source = source.to(destination.device)
    height, width = destination.shape[-2:]
    if resize_source:
        source = torch.nn.functional.interpolate(source, size=(height, width), mode="bilinear")
    source = repeat_to_batch_size(source, destination.shape[0])
    left = max(-source.shape[-1], min(x // multiplier, width))
    top = max(-source.shape[-2], min(y // multiplier, height))
    if mask is None:
        weight = torch.ones_like(source[:, :1])
    else:
        flat = mask.to(destination.device).reshape((-1, 1, mask.shape[-2], mask.shape[-1]))
        weight = repeat_to_batch_size(torch.nn.functional.interpolate(flat, size=source.shape[-2:], mode="bilinear"), source.shape[0])
    made = destination.clone()
    inside = (..., slice(max(0, top), max(0, min(height, top + source.shape[-2]))), slice(max(0, left), max(0, min(width, left + source.shape[-1]))))
    shown = (..., slice(max(0, -top), max(0, -top) + inside[1].stop - inside[1].start), slice(max(0, -left), max(0, -left) + inside[2].stop - inside[2].start))
    made[inside] = weight[shown] * source[shown] + (1.0 - weight[shown]) * made[inside]
    return made


__getattr__ = absent.beyond(__name__)
