"""A pack that leans on more of ComfyUI than there is here, and whose inputs grow in the editor."""
import json

import comfy.ldm.modules.attention  # noqa: F401
import comfy.model_patcher
import comfy.sd
import comfy_extras.nodes_mask  # noqa: F401
import execution  # noqa: F401
import latent_preview  # noqa: F401
from comfy.cli_args import LatentPreviewMethod, args  # noqa: F401
from comfy.comfy_types.node_typing import IO  # noqa: F401
from comfy.k_diffusion import sampling  # noqa: F401
from comfy.model_management import CPUState, VRAMState, cpu_state, current_loaded_models, unet_dtype, vae_dtype  # noqa: F401
from comfy.utils import bislerp, tiled_scale  # noqa: F401
from comfy_api.latest._input import VideoInput  # noqa: F401
from comfy.samplers import CFGGuider
from nodes import ImageScale, VAEDecode  # noqa: F401

try:
    import comfyui_of_another_world
except ImportError:
    comfyui_of_another_world = None


class Patcher(comfy.model_patcher.ModelPatcher):
    def clone(self, vae: comfy.sd.VAE | None = None):
        return CFGGuider


class AnyName(dict):
    def __contains__(self, name):
        return True

    def __getitem__(self, name):
        return ("*",)


class Base:
    CATEGORY, FUNCTION, RETURN_TYPES = "test", "go", ("STRING",)


class Loads(Base):
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}}

    def go(self):
        return (comfy.ldm.modules.attention.optimized_attention(1, 2, 3),)


class Grows(Base):
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}, "optional": AnyName()}

    def go(self, **given):
        return (json.dumps(given, sort_keys=True),)


NODE_CLASS_MAPPINGS = {"LeaningLoads": Loads, "LeaningGrows": Grows}
