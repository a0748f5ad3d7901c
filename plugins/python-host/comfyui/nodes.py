"""ComfyUI's core nodes as packs lean on them: limits, the interrupt, and classes that they subclass and call."""
import collections
import collections.abc
import json
import os
import random

import folder_paths
from miktos_host import absent, ask, core_nodes, pack, state, tensors

MAX_RESOLUTION = 16384
NODE_DISPLAY_NAME_MAPPINGS = {}
EXTENSION_WEB_DIRS = {}
LOADED_MODULE_DIRS = {}


def before_node_execution():
    state.raise_if_interrupted()


def interrupt_processing(value=True):
    state.interrupt() if value else state.clear_interrupt()


class SaveImage:
    def __init__(self):
        self.output_dir, self.type, self.prefix_append, self.compress_level = folder_paths.get_output_directory(), "output", "", 4

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"images": ("IMAGE", {"tooltip": "The images to save."}),
                             "filename_prefix": ("STRING", {"default": "ComfyUI", "tooltip": "What the files are called."})},
                "hidden": {"prompt": "PROMPT", "extra_pnginfo": "EXTRA_PNGINFO"}}

    RETURN_TYPES = ()
    FUNCTION = "save_images"
    OUTPUT_NODE = True
    CATEGORY = "image"

    def save_images(self, images, filename_prefix="ComfyUI", prompt=None, extra_pnginfo=None):
        from PIL import Image
        from PIL.PngImagePlugin import PngInfo
        prefix = filename_prefix + self.prefix_append
        folder, filename, counter, subfolder, _ = folder_paths.get_save_image_path(prefix, self.output_dir, images[0].shape[1], images[0].shape[0])
        saved = []
        for number, image in enumerate(images):
            about = PngInfo()
            if prompt is not None:
                about.add_text("prompt", json.dumps(prompt))
            for key, value in (extra_pnginfo or {}).items():
                about.add_text(key, json.dumps(value))
            file = f"{filename.replace('%batch_num%', str(number))}_{counter + number:05}_.png"
            pixels = (255.0 * image.cpu().numpy() if hasattr(image, "cpu") else 255.0 * image).clip(0, 255).astype("uint8")
            Image.fromarray(pixels).save(os.path.join(folder, file), pnginfo=about, compress_level=self.compress_level)
            saved.append({"filename": file, "subfolder": subfolder, "type": self.type})
        return {"ui": {"images": saved}}


class PreviewImage(SaveImage):
    def __init__(self):
        letters = "".join(random.choice("abcdefghijklmnopqrstupvxyz") for _ in range(5))
        self.output_dir, self.type, self.prefix_append, self.compress_level = folder_paths.get_temp_directory(), "temp", "_temp_" + letters, 1

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"images": ("IMAGE",)}, "hidden": {"prompt": "PROMPT", "extra_pnginfo": "EXTRA_PNGINFO"}}


class LoadImage:
    @classmethod
    def INPUT_TYPES(cls):
        files = folder_paths.filter_files_content_types(sorted(os.listdir(folder_paths.get_input_directory())), ["image"])
        return {"required": {"image": (files, {"image_upload": True})}}

    CATEGORY = "image"
    RETURN_TYPES = ("IMAGE", "MASK")
    FUNCTION = "load_image"

    def load_image(self, image):
        import numpy
        from PIL import Image, ImageOps
        library = tensors.library()
        picture = ImageOps.exif_transpose(Image.open(folder_paths.get_annotated_filepath(image)))
        pixels = numpy.asarray(picture.convert("RGB"), dtype=numpy.float32) / 255.0
        has_alpha = "A" in picture.getbands()
        mask = 1.0 - numpy.asarray(picture.getchannel("A"), dtype=numpy.float32) / 255.0 if has_alpha else numpy.zeros((64, 64), dtype=numpy.float32)
        if library.__name__ == "torch":
            return library.from_numpy(pixels)[None], library.from_numpy(mask)[None]
        return pixels[None], mask[None]

    @classmethod
    def VALIDATE_INPUTS(cls, image):
        return True if folder_paths.exists_annotated_filepath(image) else f"Invalid image file: {image}"


def common_ksampler(model, seed, steps, cfg, sampler_name, scheduler, positive, negative, latent, denoise=1.0, disable_noise=False, start_step=None, last_step=None,
                    force_full_denoise=False):
    if start_step is None and last_step is None and not disable_noise:
        return (ask.first("KSampler", model=model, seed=seed, steps=steps, cfg=cfg, sampler_name=sampler_name, scheduler=scheduler, positive=positive, negative=negative,
                          latent_image=latent, denoise=denoise),)
    # Less denoising is the end of a longer schedule.
    total = steps if denoise > 0.9999 else int(steps / denoise) if denoise > 0 else 0
    if total == 0:
        return (dict(latent),)
    first, last = total - steps + (start_step or 0), total - steps + (last_step if last_step is not None else steps)
    return (ask.first("KSamplerAdvanced", model=model, add_noise="disable" if disable_noise else "enable", noise_seed=seed, steps=total, cfg=cfg, sampler_name=sampler_name,
                      scheduler=scheduler, positive=positive, negative=negative, latent_image=latent, start_at_step=first, end_at_step=min(last, 10000),
                      return_with_leftover_noise="disable" if force_full_denoise else "enable"),)


class _Classes(collections.abc.Mapping):
    """The classes by name: ours above, then the engine's."""

    def __getitem__(self, name):
        found = _own.get(name) or core_nodes.find(name)
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self):
        return iter([*_own, *(name for name in core_nodes.names() if name not in _own)])

    def __len__(self):
        return len(list(iter(self)))


_own = {"SaveImage": SaveImage, "PreviewImage": PreviewImage, "LoadImage": LoadImage}
_beyond = absent.beyond(__name__)
NODE_CLASS_MAPPINGS = collections.ChainMap(pack.classes, _Classes())  # the pack's own first, which is where new ones go


def __getattr__(name):
    """`nodes.KSampler` and its like."""
    if name.startswith("__"):
        raise AttributeError(name)
    return core_nodes.find(name) or _beyond(name)
