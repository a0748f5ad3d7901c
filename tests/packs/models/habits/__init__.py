"""Imports and calls that well-known packs begin with, and that stand or fall together."""
import model_management
import comfy.model_management as mm
import comfy.utils
import execution  # noqa: F401
import folder_paths
import latent_preview
import nodes
import numpy
from comfy.ldm.modules.attention import optimized_attention  # noqa: F401
from comfy.sd1_clip import SDTokenizer, token_weights  # noqa: F401
from comfy_execution.graph import ExecutionBlocker  # noqa: F401
from comfy_execution.graph_utils import GraphBuilder
from comfy_extras import nodes_custom_sampler, nodes_mask, nodes_upscale_model  # noqa: F401
from comfy_extras.chainner_models import model_loading  # noqa: F401
from comfy_extras.nodes_custom_sampler import Noise_EmptyNoise, Noise_RandomNoise
from safetensors import safe_open
from tqdm import tqdm
from tqdm.auto import trange
from typing_extensions import override  # noqa: F401

assert model_management is mm and folder_paths.output_directory == folder_paths.get_output_directory()


class Base:
    CATEGORY, FUNCTION, RETURN_TYPES = "test", "go", ("STRING",)
    TAKES = {}

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": dict(cls.TAKES)}


class ReadsWeights(Base):
    TAKES = {"name": (folder_paths.get_filename_list("loras"),)}

    def go(self, name):
        path = folder_paths.get_full_path("loras", name)
        weights = comfy.utils.load_torch_file(path)
        with safe_open(path, framework="pt") as file:
            names = [key for key in tqdm(file.keys())]
        first = names[0]
        return (f"{len(weights) == len(names)} {first in weights} {tuple(weights[first].shape)} {len([i for i in trange(3)])}",)


class Tiles(Base):
    """As upscalers of every pack do it."""

    RETURN_TYPES = ("IMAGE",)
    TAKES = {"image": ("IMAGE",)}

    def go(self, image):
        picture = image.movedim(-1, -3)
        steps = comfy.utils.get_tiled_scale_steps(picture.shape[3], picture.shape[2], tile_x=24, tile_y=16, overlap=4)
        bar, calls = comfy.utils.ProgressBar(steps), []

        def double(part):
            calls.append(part.shape)
            return part.repeat_interleave(2, dim=-1).repeat_interleave(2, dim=-2)

        made = comfy.utils.tiled_scale(picture, double, tile_x=24, tile_y=16, overlap=4, upscale_amount=2, pbar=bar)
        assert len(calls) == steps * picture.shape[0] and bar.current == steps, (calls, steps)
        return (made.movedim(-3, -1),)


class Scaled(Base):
    TAKES = {"model": ("MODEL",)}

    def go(self, model):
        silent = Noise_EmptyNoise().generate_noise({"samples": numpy.ones((1, 4, 2, 2), dtype=numpy.float32)})
        latent_preview.prepare_callback(model, 3)
        return (f"{model.model.latent_format.scale_factor:.5f} {Noise_RandomNoise(5).seed} {float(silent.sum()):.1f}",)


class Grows(Base):
    """Values, not links, in what it becomes: loops of many packs do so."""

    RETURN_TYPES = ("LATENT", "MODEL", "STRING")
    TAKES = {"model": ("MODEL",), "positive": ("CONDITIONING",), "latent": ("LATENT",), "total": ("INT", {"default": 2})}

    def go(self, model, positive, latent, total):
        graph, made = GraphBuilder(), latent
        for seed in range(total):
            made = graph.node("KSampler", model=model, positive=positive, negative=positive, latent_image=made, seed=seed, steps=1, cfg=1.0, sampler_name="euler",
                              scheduler="normal", denoise=1.0).out(0)
        return {"result": (made, model, "plain"), "expand": graph.finalize()}


NODE_CLASS_MAPPINGS = {"Habit" + one.__name__: one for one in (ReadsWeights, Tiles, Scaled, Grows)}
