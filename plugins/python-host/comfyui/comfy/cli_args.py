"""The options that packs look at."""
import argparse
import enum


class LatentPreviewMethod(enum.Enum):
    NoPreviews, Auto, Latent2RGB, TAESD = "none", "auto", "latent2rgb", "taesd"


args = argparse.Namespace(cpu=True, disable_metadata=False, listen="127.0.0.1", port=8188, preview_method=LatentPreviewMethod.Auto, multi_user=False, verbose="INFO",
                          dont_upcast_attention=False, force_fp16=False, force_fp32=False, lowvram=False, highvram=False, novram=False, gpu_only=False,
                          directml=None, deterministic=False, fast=set(), base_directory=None, front_end_root=None)
