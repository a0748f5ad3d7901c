"""A pack that does with models what well-known packs do."""
import copy

import comfy.controlnet
import comfy.sample
import comfy.samplers
import comfy.sd
import comfy.utils
import folder_paths
import latent_preview
import node_helpers
import nodes
import numpy
from nodes import KSampler, VAEDecode, common_ksampler

try:
    import torch
except ImportError:
    torch = None

KSAMPLER = {"model": ("MODEL",), "positive": ("CONDITIONING",), "negative": ("CONDITIONING",), "latent_image": ("LATENT",)}
SEED, STEPS, CFG, NAME, SCHEDULER = 7, 3, 4.0, "euler", "normal"
zeros = torch.zeros if torch else lambda *shape: numpy.zeros(shape, dtype=numpy.float32)
_loaded = {}  # across prompts, as efficient loaders have it


def moved(array, old, new):
    return array.movedim(old, new) if torch else numpy.moveaxis(array, old, new)


class Base:
    CATEGORY, FUNCTION, RETURN_TYPES = "test", "go", ("STRING",)
    TAKES = {}

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": dict(cls.TAKES)}


class Loads(Base):
    RETURN_TYPES = ("MODEL", "CLIP", "VAE", "STRING")

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"ckpt_name": (folder_paths.get_filename_list("checkpoints"),), "again": ("INT", {"default": 0})}}

    def go(self, ckpt_name, again):
        was_known = ckpt_name in _loaded
        if not was_known:
            path = folder_paths.get_full_path_or_raise("checkpoints", ckpt_name)
            _loaded[ckpt_name] = comfy.sd.load_checkpoint_guess_config(path, output_vae=True, output_clip=True, embedding_directory=folder_paths.get_folder_paths("embeddings"))
        return (*_loaded[ckpt_name][:3], "known" if was_known else "new")


class Looks(Base):
    TAKES = {"prompt_of": ("CONDITIONING",)}

    def go(self, prompt_of):
        return (f"{type(prompt_of).__name__} {len(prompt_of)} {tuple(prompt_of[0][0].shape)} {sorted(prompt_of[0][1])} {prompt_of[0][1].get('area')}"
                f" {prompt_of[0][1].get('note')}",)


class Edits(Base):
    RETURN_TYPES = ("CONDITIONING",)
    TAKES = {"prompt_of": ("CONDITIONING",)}

    def go(self, prompt_of):
        made = node_helpers.conditioning_set_values(prompt_of, {"note": "mine", "thing": object(), "area": (4, 4, 0, 0), "start_percent": 0.25})
        return ([[states * 0.5, about] for states, about in made],)


class Through(Base):
    RETURN_TYPES = ("*",)
    TAKES = {"anything": ("*",)}

    @classmethod
    def VALIDATE_INPUTS(cls, input_types):
        return True

    def go(self, anything):
        return (copy.copy(anything),)


class SamplesByHelper(Base):
    RETURN_TYPES, TAKES = ("LATENT",), KSAMPLER

    def go(self, model, positive, negative, latent_image):
        return common_ksampler(model, SEED, STEPS, CFG, NAME, SCHEDULER, positive, negative, latent_image, denoise=1.0)


class SamplesByClass(Base):
    RETURN_TYPES, TAKES = ("LATENT",), KSAMPLER

    def go(self, model, positive, negative, latent_image):
        return nodes.NODE_CLASS_MAPPINGS["KSampler"]().sample(model, SEED, STEPS, CFG, NAME, SCHEDULER, positive, negative, latent_image)


class SamplesByModule(Base):
    RETURN_TYPES, TAKES = ("LATENT",), KSAMPLER

    def go(self, model, positive, negative, latent_image):
        latent = comfy.sample.fix_empty_latent_channels(model, latent_image["samples"])
        noise = comfy.sample.prepare_noise(latent, SEED, latent_image.get("batch_index"))
        callback = latent_preview.prepare_callback(model, STEPS)
        samples = comfy.sample.sample(model, noise, STEPS, CFG, NAME, SCHEDULER, positive, negative, latent, denoise=1.0, callback=callback, disable_pbar=True, seed=SEED)
        out = latent_image.copy()
        out["samples"] = samples
        return (out,)


class SamplesInTwoParts(Base):
    RETURN_TYPES, TAKES = ("LATENT",), KSAMPLER

    def go(self, model, positive, negative, latent_image):
        half = common_ksampler(model, SEED, STEPS, CFG, NAME, SCHEDULER, positive, negative, latent_image, start_step=0, last_step=1)[0]
        return common_ksampler(model, SEED, STEPS, CFG, NAME, SCHEDULER, positive, negative, half, disable_noise=True, start_step=1, last_step=STEPS, force_full_denoise=True)


class SamplesByParts(Base):
    """Sampler, schedule and guider one by one."""

    RETURN_TYPES = ("LATENT", "SIGMAS", "SAMPLER", "NOISE", "GUIDER")
    TAKES = KSAMPLER

    def go(self, model, positive, negative, latent_image):
        sampler, sigmas = comfy.samplers.sampler_object(NAME), comfy.samplers.calculate_sigmas(model.get_model_object("model_sampling"), SCHEDULER, STEPS)
        guider = comfy.samplers.CFGGuider(model)
        guider.set_conds(positive, negative)
        guider.set_cfg(CFG)
        noise = nodes.NODE_CLASS_MAPPINGS["RandomNoise"]().get_noise(SEED)[0]
        samples = guider.sample(noise.generate_noise(latent_image), latent_image["samples"], sampler, sigmas, seed=noise.seed)
        assert sigmas.dim() == 1 and abs(float(sigmas[0]) - float(model.get_model_object("model_sampling").sigma_max)) < 1e-3
        return {**latent_image, "samples": samples}, sigmas, sampler, noise, guider


class Mine(KSampler):
    """A sampler of the engine's with fewer inputs."""

    CATEGORY = "test"

    @classmethod
    def INPUT_TYPES(cls):
        inputs = KSampler.INPUT_TYPES()["required"]
        assert inputs["sampler_name"][0] == comfy.samplers.KSampler.SAMPLERS and inputs["scheduler"][0] == comfy.samplers.KSampler.SCHEDULERS, inputs
        return {"required": {name: inputs[name] for name in KSAMPLER}}

    def sample(self, model, positive, negative, latent_image):
        return super().sample(model, SEED, STEPS, CFG, NAME, SCHEDULER, positive, negative, latent_image, denoise=1.0)


class Differ(Base):
    """The largest difference of two latents, prompts or pictures."""

    TAKES = {"a": ("*",), "b": ("*",)}

    @classmethod
    def VALIDATE_INPUTS(cls, input_types):
        return True

    def go(self, a, b):
        def numbers(value):
            value = value["samples"] if isinstance(value, dict) else value[0][0] if isinstance(value, list) else value
            return value
        return (f"{abs(numbers(a) - numbers(b)).max().item():.6f}",)


class Encodes(Base):
    RETURN_TYPES = ("CONDITIONING", "CONDITIONING", "CONDITIONING")
    TAKES = {"clip": ("CLIP",), "text": ("STRING", {"multiline": True})}

    def go(self, clip, text):
        other = clip.clone()
        other.clip_layer(-2)
        tokens = other.tokenize(text)
        states, pooled = clip.encode_from_tokens(clip.tokenize(text), return_pooled=True)
        return nodes.CLIPTextEncode().encode(clip, text)[0], [[states, {"pooled_output": pooled}]], other.encode_from_tokens_scheduled(tokens)


class Decodes(Base):
    RETURN_TYPES = ("IMAGE", "IMAGE", "LATENT")
    TAKES = {"vae": ("VAE",), "samples": ("LATENT",)}

    def go(self, vae, samples):
        picture = vae.decode(samples["samples"])
        return VAEDecode().decode(vae, samples)[0], picture, {"samples": vae.encode(picture[:, :, :, :3])}


class Dresses(Base):
    """A LoRA, as easy loaders put it on."""

    RETURN_TYPES = ("MODEL", "CLIP")
    TAKES = {"model": ("MODEL",), "clip": ("CLIP",)}

    def go(self, model, clip):
        path = folder_paths.get_full_path("loras", "tiny_lora.safetensors")
        return comfy.sd.load_lora_for_models(model, clip, comfy.utils.load_torch_file(path, safe_load=True), 0.75, 0.5)


class Guides(Base):
    """A ControlNet, put on a prompt by hand."""

    RETURN_TYPES = ("CONDITIONING", "STRING")
    TAKES = {"prompt_of": ("CONDITIONING",), "image": ("IMAGE",)}

    def go(self, prompt_of, image):
        net = comfy.controlnet.load_controlnet(folder_paths.get_full_path("controlnet", "tiny_controlnet.safetensors"))
        made = []
        for states, about in prompt_of:
            about = about.copy()
            control = net.copy().set_cond_hint(moved(image, -1, 1), 0.8, (0.0, 0.9))
            control.set_previous_controlnet(about.get("control"))
            about["control"], about["control_apply_to_uncond"] = control, True
            made.append([states, about])
        return made, repr(net.strength)


class Endless(Base):
    RETURN_TYPES, TAKES = ("LATENT",), KSAMPLER

    def go(self, model, positive, negative, latent_image):
        return common_ksampler(model, SEED, 10000, CFG, NAME, SCHEDULER, positive, negative, latent_image)


class Patches(Base):
    RETURN_TYPES = ("MODEL",)
    TAKES = {"model": ("MODEL",), "what": ("STRING",)}

    def go(self, model, what):
        patched = model.clone()
        assert patched == model and patched.is_clone(model) and not hasattr(patched, "no_such_thing")
        if what == "options":
            patched.model_options["transformer_options"]["mine"] = 1
        else:
            patched.set_model_unet_function_wrapper(lambda *_: None)
        return (patched,)


class Scales(Base):
    RETURN_TYPES = ("IMAGE", "IMAGE")
    TAKES = {"image": ("IMAGE",), "upscale_model": ("UPSCALE_MODEL",)}

    def go(self, image, upscale_model):
        from comfy_extras.nodes_upscale_model import ImageUpscaleWithModel
        by_node = ImageUpscaleWithModel().upscale(upscale_model, image)[0]
        return by_node, moved(upscale_model.to("cpu")(moved(image, -1, 1)), 1, -1) if torch else None


class Asks(Base):
    """Any node of the engine by name, wrongly or rightly."""

    TAKES = {"name": ("STRING",)}

    def go(self, name):
        if name == "wrong":
            nodes.NODE_CLASS_MAPPINGS["KSampler"]().sample("no model", SEED, STEPS, CFG, NAME, SCHEDULER, [], [], {"samples": zeros(1, 4, 8, 8)})
        if name == "missing":
            nodes.NODE_CLASS_MAPPINGS["ImageScaleBy"]().upscale(zeros(1, 4, 4, 3))
        if name == "many":
            nodes.NODE_CLASS_MAPPINGS["ImageInvert"]().invert(1, 2, 3)
        big = nodes.ImageScale().upscale(zeros(1, 8, 8, 3) + 0.25, "nearest-exact", 16, 24, "disabled")[0]
        return (f"{tuple(big.shape)} {big.mean().item():.2f} {len(nodes.NODE_CLASS_MAPPINGS) > 200} {nodes.CheckpointLoaderSimple.INPUT_TYPES()['required']['ckpt_name'][0]}",)


NODE_CLASS_MAPPINGS = {"Model" + one.__name__: one for one in (
    Loads, Looks, Edits, Through, SamplesByHelper, SamplesByClass, SamplesByModule, SamplesInTwoParts, SamplesByParts, Mine, Differ, Encodes, Decodes, Dresses,
    Guides, Endless, Patches, Scales, Asks)}
