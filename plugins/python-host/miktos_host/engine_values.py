"""MODEL, CLIP, VAE and their like as packs hold them: numbers of what lives in the engine, with ComfyUI's methods where the
engine can do what they say. What it cannot is refused by name when it is looked up, so that `hasattr` tells the truth."""
import copy

from miktos_host import ask, tensors


class NotInTheEngine(AttributeError):
    pass


class EngineValue:
    """`lent` is what the engine knows it by (miktos_host.lent)."""

    kind, comfy_name, advice = "*", "a value of the engine", ""

    def __init__(self, lent):
        self._lent = lent

    @property
    def lent(self):
        return self._lent

    def __getattr__(self, name):
        if name.startswith("__") or name == "_lent":
            raise AttributeError(name)
        raise NotInTheEngine(f"{self.comfy_name}.{name} is not here: the engine runs models itself, and a pack's code cannot reach into it{self.advice}")

    def clone(self, *_, **__):
        return copy.copy(self)

    def __deepcopy__(self, memo):
        return copy.copy(self)

    def __eq__(self, other):
        return isinstance(other, EngineValue) and self.lent is other.lent

    def __hash__(self):
        return hash(self.lent.ticket)


class Foreign(EngineValue):
    """What another pack's process holds: it goes through us to others."""

    comfy_name = "a value of another pack"


class _Settings(dict):
    """Options of a model, to be looked at. Whoever wants to change them is told, since nobody would read them."""

    def _refuse(self, *_, **__):
        raise NotInTheEngine("ModelPatcher.model_options cannot be changed: the engine runs models itself, and a pack's code cannot run inside them")

    __setitem__ = update = setdefault = pop = __delitem__ = clear = popitem = _refuse

    def copy(self):
        return _Settings(self)

    def __deepcopy__(self, memo):
        return _Settings(self)


def _cpu():
    import torch
    return torch.device("cpu")


class ModelSampling:
    """The noise that a model knows, as its schedule in the engine has it."""

    def __init__(self, model):
        self.patched = model

    @property
    def sigma_max(self):
        return ask.first("BasicScheduler", model=self.patched, scheduler="normal", steps=1, denoise=1.0)[0]

    @property
    def sigma_min(self):
        return ask.first("BasicScheduler", model=self.patched, scheduler="karras", steps=2, denoise=1.0)[1]

    def percent_to_sigma(self, percent):
        return ask.first("SamplingPercentToSigma", model=self.patched, sampling_percent=float(percent), return_actual_sigma=False)


class LatentFormat:
    """How a model's latents are scaled: a noise of one, added by the engine, tells."""

    latent_channels, spacial_downscale_ratio, taesd_decoder_name = 4, 8, None

    def __init__(self, model):
        self._model = model

    @property
    def scale_factor(self):
        ones = tensors.zeros(1, 4, 1, 1) + 1
        added = ask.first("AddNoise", model=self._model, noise=Noise(noise=ones), sigmas=tensors.zeros(1) + 1, latent_image={"samples": ones * 0})
        return 1.0 / float(added["samples"].reshape(-1)[0])

    def process_in(self, latent):
        return latent * self.scale_factor

    def process_out(self, latent):
        return latent / self.scale_factor


class _Inner:
    """`model.model` of a ModelPatcher."""

    def __init__(self, patched):
        self._patched = patched

    @property
    def latent_format(self):
        return LatentFormat(self._patched)

    def process_latent_in(self, latent):
        return self.latent_format.process_in(latent)

    def process_latent_out(self, latent):
        return self.latent_format.process_out(latent)

    @property
    def model_sampling(self):
        return ModelSampling(self._patched)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotInTheEngine(f"ModelPatcher.model.{name} is not here: the model itself lies in the engine")


class Model(EngineValue):
    kind, comfy_name = "MODEL", "ModelPatcher"
    advice = "; nodes that change models in the engine's own way are in nodes.NODE_CLASS_MAPPINGS (LoraLoader, FreeU_V2, RescaleCFG, …)"
    parent = None

    @property
    def model_options(self):
        return _Settings(transformer_options=_Settings())

    @property
    def model(self):
        return _Inner(self)

    @property
    def load_device(self):
        return _cpu()

    offload_device = load_device

    def current_loaded_device(self):
        return _cpu()

    def get_model_object(self, name):
        if name in ("model_sampling", "latent_format"):
            return getattr(self.model, name)
        raise NotInTheEngine(f"ModelPatcher.get_model_object(“{name}”): the model itself lies in the engine, of which packs see model_sampling and latent_format")

    def is_clone(self, other):
        return self == other

    def clone_has_same_weights(self, other):
        return self == other

    def model_size(self):
        return 0

    def memory_required(self, input_shape):
        return 0

    def model_dtype(self):
        import torch
        return torch.float32


class Tokens(dict):
    """What `tokenize` gives: per encoder a list that remembers its text."""


class _Text(list):
    """Stands for the tokens of a text; joined to another one it is that much longer."""

    def __init__(self, text):
        super().__init__([text])

    def __iadd__(self, other):
        self.extend(text for text in other if text)  # filling up with an empty prompt changes nothing
        return self

    def __add__(self, other):
        made = _Text("")
        made[:] = [*self, *(text for text in other if text)]
        return made

    @property
    def text(self):
        return " ".join(self)


class Clip(EngineValue):
    kind, comfy_name = "CLIP", "CLIP"
    advice = "; it offers tokenize, encode_from_tokens, encode_from_tokens_scheduled, encode, clip_layer and clone"
    layer_idx = None

    @property
    def patcher(self):
        return self

    def clip_layer(self, layer):
        self._lent = ask.first("CLIPSetLastLayer", clip=self, stop_at_clip_layer=int(layer)).lent
        self.layer_idx = layer

    def tokenize(self, text, return_word_ids=False, **_):
        return Tokens({"l": _Text(text), "g": _Text(text)})

    def _condition(self, tokens):
        if not isinstance(tokens, dict) or not all(isinstance(part, _Text) for part in tokens.values()):
            raise NotInTheEngine("CLIP.encode_from_tokens takes what CLIP.tokenize gave: the engine reads texts, and tokens that a pack made itself say nothing to it")
        texts = {key: part.text for key, part in tokens.items()}
        if texts.get("l") == texts.get("g") or len(texts) == 1:
            return ask.first("CLIPTextEncode", clip=self, text=next(iter(texts.values())))
        return ask.first("CLIPTextEncodeSDXL", clip=self, text_l=texts["l"], text_g=texts["g"], width=1024, height=1024, crop_w=0, crop_h=0,
                         target_width=1024, target_height=1024)

    def encode_from_tokens(self, tokens, return_pooled=False, return_dict=False):
        states, about = self._condition(tokens)[0]
        pooled = about.get("pooled_output")
        if return_dict:
            return {"cond": states, "pooled_output": pooled}
        return (states, pooled) if return_pooled else states

    def encode_from_tokens_scheduled(self, tokens, unprojected=False, add_dict=None, show_pbar=True):
        states, pooled = self.encode_from_tokens(tokens, return_pooled=True)
        return [[states, {"pooled_output": pooled, **(add_dict or {})}]]

    def encode(self, text):
        return self.encode_from_tokens(self.tokenize(text))


class Vae(EngineValue):
    kind, comfy_name = "VAE", "VAE"
    advice = "; it offers decode, encode, decode_tiled and encode_tiled"
    downscale_ratio = upscale_ratio = 8
    latent_channels, output_channels, latent_dim = 4, 3, 2

    @property
    def device(self):
        return _cpu()

    @property
    def vae_dtype(self):
        import torch
        return torch.float32

    def decode(self, samples, vae_options=None):
        return ask.first("VAEDecode", vae=self, samples={"samples": samples})

    def encode(self, pixels):
        return ask.first("VAEEncode", vae=self, pixels=pixels)["samples"]

    def decode_tiled(self, samples, tile_x=64, tile_y=64, overlap=16, **_):
        return ask.first("VAEDecodeTiled", vae=self, samples={"samples": samples}, tile_size=max(64, int(max(tile_x, tile_y) * 8)), overlap=int(overlap * 8))

    def encode_tiled(self, pixels, tile_x=512, tile_y=512, overlap=64, **_):
        return ask.first("VAEEncodeTiled", vae=self, pixels=pixels, tile_size=max(64, int(max(tile_x, tile_y))), overlap=int(overlap))["samples"]

    def spacial_compression_decode(self):
        return 8

    spacial_compression_encode = spacial_compression_decode

    def temporal_compression_decode(self):
        return None

    def throw_exception_if_invalid(self):
        return None


class UpscaleModel(EngineValue):
    kind, comfy_name, advice = "UPSCALE_MODEL", "UPSCALE_MODEL", "; it can be called with a picture"

    @property
    def scale(self):
        return ask.first("ImageUpscaleWithModel", upscale_model=self, image=tensors.zeros(1, 8, 8, 3)).shape[1] // 8

    @property
    def model(self):
        return self

    def __call__(self, picture):
        made = ask.first("ImageUpscaleWithModel", upscale_model=self, image=picture.movedim(1, -1))
        return made.movedim(-1, 1)

    def to(self, *_, **__):
        return self

    cpu = eval = to


class ControlNet(EngineValue):
    """A ControlNet; with a hint it is a control that a prompt can carry. One that came with a prompt shows no hint."""

    kind, comfy_name = "CONTROL_NET", "ControlNet"
    cond_hint_original = previous_controlnet = None
    strength, timestep_percent_range = 1.0, (0.0, 1.0)

    def copy(self):
        return copy.copy(self)

    def set_cond_hint(self, cond_hint, strength=1.0, timestep_percent_range=(0.0, 1.0), vae=None, extra_concat=()):
        self.cond_hint_original, self.strength, self.timestep_percent_range = cond_hint, strength, tuple(timestep_percent_range)
        return self

    def set_previous_controlnet(self, control):
        self.previous_controlnet = control
        return self

    def get_models(self):
        return []

    def cleanup(self):
        return None

    def as_control(self):
        """What stands under `control` of a prompt: this itself, or what it is made of."""
        if self.cond_hint_original is not None:
            start, end = self.timestep_percent_range
            return {"control_net": self, "hint": self.cond_hint_original, "strength": float(self.strength), "start": float(start), "end": float(end),
                    "previous": self.previous_controlnet}
        return {"base": self, "previous": self.previous_controlnet} if self.previous_controlnet is not None else None


class Control(ControlNet):
    kind, comfy_name = "CONTROL", "ControlNet"


class Sampler(EngineValue):
    kind, comfy_name = "SAMPLER", "KSAMPLER"


class _Guided:
    """The model of a guider that the engine made: passed on, but not seen."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotInTheEngine(f"CFGGuider.model_patcher.{name} is not here: this guider was made by the engine, which knows its model")


class Guider(EngineValue):
    kind, comfy_name = "GUIDER", "CFGGuider"
    model_patcher = _Guided()

    def sample(self, noise, latent_image, sampler, sigmas, denoise_mask=None, callback=None, disable_pbar=False, seed=None):
        from miktos_host import sampling
        return sampling.sample_with(self, noise, latent_image, sampler, sigmas, denoise_mask, seed)


class Noise:
    """Where the noise of a picture comes from: a seed, or noise that a pack made."""

    def __init__(self, seed=0, is_off=False, noise=None):
        self.seed, self.is_off, self.noise = seed, is_off, noise

    def generate_noise(self, latent):
        from miktos_host import sampling
        samples = latent["samples"] if isinstance(latent, dict) else latent
        if self.is_off:
            return samples * 0
        return self.noise if self.noise is not None else sampling.prepare_noise(samples, self.seed, latent.get("batch_index") if isinstance(latent, dict) else None)


_KINDS = {one.kind: one for one in (Model, Clip, Vae, UpscaleModel, ControlNet, Control, Sampler, Guider)}


def of(lent):
    found = _KINDS.get(lent.kind)
    if found is not None:
        return found(lent)
    made = (Foreign if lent.kind == "PYTHON" else EngineValue)(lent)
    if lent.kind != "PYTHON":
        made.comfy_name = lent.kind
    return made
