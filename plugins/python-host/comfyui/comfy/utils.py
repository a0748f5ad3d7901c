"""Progress bars and the tensor helps that packs import most."""
import math
import os
import struct
import sys

from miktos_host import absent, ask, state, tiles, weights_file
from miktos_host.values import share

PROGRESS_BAR_ENABLED = True
_hook = None


def set_progress_bar_enabled(enabled):
    global PROGRESS_BAR_ENABLED
    PROGRESS_BAR_ENABLED = enabled


def set_progress_bar_global_hook(function):
    global _hook
    _hook = function


def _send_preview(call, preview):
    """("JPEG" or "PNG", PIL image, side to fit it into or None): the engine encodes, so the pixels go through shared memory."""
    form, image, longest = preview[0], preview[1], preview[2] if len(preview) > 2 else None
    descriptor = share([image.convert("RGB").tobytes()])
    try:
        call.send({"preview": [*image.size, form, longest or 0]}, descriptor)
    finally:
        os.close(descriptor)


def report_progress(value, total, preview=None):
    state.raise_if_interrupted()
    call = state.current_call()
    if call is None or not PROGRESS_BAR_ENABLED:
        return
    call.send({"progress": [value, total]})
    if preview is not None:
        _send_preview(call, preview)
    if _hook is not None:
        _hook(value, total, preview, node_id=call.node)


class ProgressBar:
    def __init__(self, total, node_id=None):
        self.total, self.current, self.node_id = total, 0, node_id

    def update_absolute(self, value, total=None, preview=None):
        if total is not None:
            self.total = total
        self.current = min(value, self.total)
        report_progress(self.current, self.total, preview)

    def update(self, value):
        self.update_absolute(self.current + value)


# --- files of weights ---

def safetensors_header(path, max_size=100 * 1024 * 1024):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        return None if length > max_size else file.read(length)


def load_torch_file(path, safe_load=True, device=None, return_metadata=False):
    found, metadata = weights_file.load(path)
    return (found, metadata) if return_metadata else found


def save_torch_file(weights, path, metadata=None):
    weights_file.save(weights, path, metadata)


def calculate_parameters(weights, prefix=""):
    return sum(tensor.nelement() for key, tensor in weights.items() if key.startswith(prefix))


def state_dict_key_replace(weights, names):
    for old, new in names.items():
        if old in weights:
            weights[new] = weights.pop(old)
    return weights


def get_attr(found, path):
    for name in path.split("."):
        found = getattr(found, name)
    return found


def set_attr(found, path, value):
    *before, last = path.split(".")
    found = get_attr(found, ".".join(before)) if before else found
    previous = getattr(found, last)
    setattr(found, last, value)
    return previous


def state_dict_prefix_replace(weights, prefixes, filter_keys=False):
    out = {} if filter_keys else weights
    for old, new in prefixes.items():
        for key in [key for key in weights if key.startswith(old)]:
            out[new + key[len(old):]] = weights.pop(key)
    return out


# --- pictures and batches ---

def repeat_to_batch_size(tensor, batch_size, dim=0):
    if tensor.shape[dim] > batch_size:
        return tensor.narrow(dim, 0, batch_size)
    if tensor.shape[dim] < batch_size:
        times = [1] * tensor.dim()
        times[dim] = math.ceil(batch_size / tensor.shape[dim])
        return tensor.repeat(times).narrow(dim, 0, batch_size)
    return tensor


def lanczos(samples, width, height):
    import numpy
    import torch
    from PIL import Image
    pictures = []
    for sample in samples:
        pixels = (255.0 * sample.movedim(0, -1).cpu().numpy()).clip(0, 255).astype(numpy.uint8)
        scaled = Image.fromarray(pixels).resize((width, height), resample=Image.Resampling.LANCZOS)
        pictures.append(torch.from_numpy(numpy.asarray(scaled).astype(numpy.float32) / 255.0).movedim(-1, 0))
    return torch.stack(pictures).to(samples.device, samples.dtype)


def common_upscale(samples, width, height, upscale_method, crop):
    import torch
    if crop == "center":
        old_width, old_height = samples.shape[-1], samples.shape[-2]
        old, new = old_width / old_height, width / height
        x = round((old_width - old_width * (new / old)) / 2) if old > new else 0
        y = round((old_height - old_height * (old / new)) / 2) if old < new else 0
        samples = samples.narrow(-2, y, old_height - y * 2).narrow(-1, x, old_width - x * 2)
    if upscale_method == "lanczos":
        return lanczos(samples, width, height)
    if upscale_method == "bislerp":
        return bislerp(samples, width, height)
    return torch.nn.functional.interpolate(samples, size=(height, width), mode=upscale_method)


def bislerp(samples, width, height):
    """The engine's: latents count their sizes in cells of eight."""
    return ask.first("LatentUpscale", samples={"samples": samples}, upscale_method="bislerp", width=int(width) * 8, height=int(height) * 8, crop="disabled")["samples"]


def resize_to_batch_size(tensor, batch_size):
    """So many along the batch, spread over those that there are; fewer ones are mixed between neighbours."""
    import torch
    there = tensor.shape[0]
    if there == batch_size:
        return tensor
    if batch_size <= 1:
        return tensor[:batch_size]
    places = torch.linspace(0, there - 1, batch_size)
    if batch_size < there:
        return tensor[places.round().long()]
    low = places.floor().long().clamp(max=there - 1)
    high, share = (low + 1).clamp(max=there - 1), (places - places.floor()).reshape([-1] + [1] * (tensor.dim() - 1))
    return tensor[low] * (1 - share) + tensor[high] * share


def get_tiled_scale_steps(width, height, tile_x, tile_y, overlap):
    return tiles.count_steps(width, height, tile_x, tile_y, overlap)


def tiled_scale_multidim(samples, function, tile=(64, 64), overlap=8, upscale_amount=4, out_channels=3, output_device="cpu", downscale=False, index_formulas=None, pbar=None):
    sides = len(tile)
    overlaps, amounts = overlap if isinstance(overlap, (tuple, list)) else [overlap] * sides, upscale_amount if isinstance(upscale_amount, (tuple, list)) else [upscale_amount] * sides
    return tiles.run(samples, function, tile, overlaps, [1 / amount if downscale else amount for amount in amounts], out_channels, output_device, pbar)


def tiled_scale(samples, function, tile_x=64, tile_y=64, overlap=8, upscale_amount=4, out_channels=3, output_device="cpu", pbar=None):
    return tiled_scale_multidim(samples, function, (tile_y, tile_x), overlap, upscale_amount, out_channels, output_device, pbar=pbar)


def reshape_mask(mask, output_shape):
    import torch
    mask = mask.reshape((-1, 1, mask.shape[-2], mask.shape[-1]))
    mask = torch.nn.functional.interpolate(mask, size=output_shape[2:], mode="bilinear")
    if mask.shape[1] < output_shape[1]:
        mask = mask.repeat((1, output_shape[1]) + (1,) * (mask.dim() - 2))[:, : output_shape[1]]
    return repeat_to_batch_size(mask, output_shape[0])


# --- what the engine does itself ---

absent.fill(sys.modules[__name__], "convert_sd_to copy_to_param flux_to_diffusers mmdit_to_diffusers set_attr_param transformers_convert unet_to_diffusers"
            " upscale_dit_mask weight_dtype")
