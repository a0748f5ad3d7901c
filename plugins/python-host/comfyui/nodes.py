"""ComfyUI's core nodes as far as packs lean on them: limits, the interrupt, and the classes that they subclass."""
import collections
import json
import os
import random
import sys

import folder_paths
from miktos_host import absent, pack, state, tensors

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


ABSENT = ("CLIPLoader CLIPSetLastLayer CLIPTextEncode CLIPVisionEncode CLIPVisionLoader CheckpointLoader CheckpointLoaderSimple ConditioningAverage"
          " ConditioningCombine ConditioningConcat ConditioningSetArea ConditioningSetMask ConditioningSetTimestepRange ConditioningZeroOut ControlNetApply"
          " ControlNetApplyAdvanced ControlNetLoader DiffControlNetLoader DualCLIPLoader EmptyImage EmptyLatentImage ImageBatch ImageInvert ImagePadForOutpaint"
          " ImageScale ImageScaleBy InpaintModelConditioning KSampler KSamplerAdvanced LatentBlend LatentComposite LatentCrop LatentFlip LatentFromBatch"
          " LatentRotate LatentUpscale LatentUpscaleBy LoadImageMask LoadImageOutput LoadLatent LoraLoader LoraLoaderModelOnly RepeatLatentBatch SaveLatent"
          " SetLatentNoiseMask StyleModelApply StyleModelLoader UNETLoader VAEDecode VAEDecodeTiled VAEEncode VAEEncodeForInpaint VAEEncodeTiled VAELoader"
          " common_ksampler unCLIPCheckpointLoader")
absent.fill(sys.modules[__name__], ABSENT)

# The pack's own first, which is where new ones go; then ComfyUI's, for those who look them up by name.
_core = {name: getattr(sys.modules[__name__], name) for name in ("SaveImage PreviewImage LoadImage " + ABSENT).split() if name != "common_ksampler"}
NODE_CLASS_MAPPINGS = collections.ChainMap(pack.classes, _core)
