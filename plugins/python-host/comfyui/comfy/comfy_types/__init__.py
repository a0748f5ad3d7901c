"""Names of types, for annotations and INPUT_TYPES."""
from enum import Enum
from typing import TypedDict


class StrEnum(str, Enum):
    def __str__(self):
        return self.value


class IO(StrEnum):
    STRING, IMAGE, MASK, LATENT, BOOLEAN, INT, FLOAT, COMBO = "STRING", "IMAGE", "MASK", "LATENT", "BOOLEAN", "INT", "FLOAT", "COMBO"
    CONDITIONING, SAMPLER, SIGMAS, GUIDER, NOISE, CLIP, CONTROL_NET = "CONDITIONING", "SAMPLER", "SIGMAS", "GUIDER", "NOISE", "CLIP", "CONTROL_NET"
    VAE, MODEL, LORA_MODEL, LOSS_MAP, CLIP_VISION, CLIP_VISION_OUTPUT = "VAE", "MODEL", "LORA_MODEL", "LOSS_MAP", "CLIP_VISION", "CLIP_VISION_OUTPUT"
    STYLE_MODEL, GLIGEN, UPSCALE_MODEL, AUDIO, WEBCAM, POINT = "STYLE_MODEL", "GLIGEN", "UPSCALE_MODEL", "AUDIO", "WEBCAM", "POINT"
    FACE_ANALYSIS, BBOX, SEGS, VIDEO, ANY = "FACE_ANALYSIS", "BBOX", "SEGS", "VIDEO", "*"
    NUMBER, PRIMITIVE = "FLOAT,INT", "STRING,FLOAT,INT,BOOLEAN"


class ComfyNodeABC:
    DESCRIPTION: str
    CATEGORY: str
    EXPERIMENTAL: bool
    DEPRECATED: bool


class CheckLazyMixin:
    def check_lazy_status(self, **arguments):
        return [name for name, value in arguments.items() if value is None]


class InputTypeDict(TypedDict, total=False):
    required: dict
    optional: dict
    hidden: dict


class InputTypeOptions(TypedDict, total=False):
    default: object
    tooltip: str


FileLocator = dict
