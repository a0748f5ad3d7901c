"""CLIP and VAE, and the loaders of models: all of them are the engine's."""
from enum import Enum

from miktos_host import absent, ask, model_files
from miktos_host.engine_values import Clip as CLIP  # noqa: F401
from miktos_host.engine_values import Vae


class CLIPType(Enum):
    STABLE_DIFFUSION, STABLE_CASCADE, SD3, STABLE_AUDIO, HUNYUAN_DIT, FLUX, MOCHI, LTXV, HUNYUAN_VIDEO, PIXART = range(1, 11)
    COSMOS, LUMINA2, WAN, HIDREAM, CHROMA, ACE, OMNIGEN2, QWEN_IMAGE, HUNYUAN_IMAGE = range(11, 20)


def load_checkpoint_guess_config(ckpt_path, output_vae=True, output_clip=True, output_clipvision=False, embedding_directory=None, output_model=True, **_):
    (model, clip, vae), _ = ask.run("CheckpointLoaderSimple", {"ckpt_name": model_files.name_of(ckpt_path, "checkpoints")})
    return model if output_model else None, clip if output_clip else None, vae if output_vae else None, None


def load_checkpoint(config_path=None, ckpt_path=None, output_vae=True, output_clip=True, **_):
    return load_checkpoint_guess_config(ckpt_path, output_vae, output_clip)[:3]


def load_diffusion_model(unet_path, model_options=None):
    return ask.first("UNETLoader", unet_name=model_files.name_of(unet_path, "diffusion_models"), weight_dtype="default")


load_unet = load_diffusion_model


def load_clip(ckpt_paths, embedding_directory=None, clip_type=CLIPType.STABLE_DIFFUSION, model_options=None):
    names = [model_files.name_of(path, "text_encoders") for path in ckpt_paths]
    if len(names) == 1:
        return ask.first("CLIPLoader", clip_name=names[0], type=clip_type.name.lower())
    if len(names) == 2:
        return ask.first("DualCLIPLoader", clip_name1=names[0], clip_name2=names[1], type="sdxl")
    raise NotImplementedError(f"comfy.sd.load_clip: the engine joins one or two text encoders, these are {len(names)}")


def load_lora_for_models(model, clip, lora, strength_model, strength_clip):
    """`lora` is what comfy.utils.load_torch_file gave: the engine reads its file."""
    path = getattr(lora, "path", None)
    if path is None:
        raise NotImplementedError("comfy.sd.load_lora_for_models takes what comfy.utils.load_torch_file gave: the engine reads a LoRA from its file")
    name = model_files.name_of(path, "loras")
    if clip is None:
        return ask.first("LoraLoaderModelOnly", model=model, lora_name=name, strength_model=strength_model), None
    (changed, changed_clip), _ = ask.run("LoraLoader", {"model": model, "clip": clip, "lora_name": name, "strength_model": strength_model, "strength_clip": strength_clip})
    return changed, changed_clip


class VAE(Vae):
    """Made of a file's weights, as comfy.utils.load_torch_file gives them."""

    def __init__(self, lent=None, sd=None, **_):
        path = getattr(sd, "path", None)
        if lent is None and path is None:
            raise NotImplementedError("comfy.sd.VAE takes the weights that comfy.utils.load_torch_file gave: the engine reads a VAE from its file")
        super().__init__(lent if lent is not None else ask.first("VAELoader", vae_name=model_files.name_of(path, "vae")).lent)


__getattr__ = absent.beyond(__name__)
