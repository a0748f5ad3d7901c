"""There is one device, the CPU."""
import os

from miktos_host import state
from miktos_host.state import Interrupted as InterruptProcessingException  # noqa: F401


class OOM_EXCEPTION(Exception):
    pass


def _cpu(*_, **__):
    import torch
    return torch.device("cpu")


get_torch_device = intermediate_device = unet_offload_device = unet_inital_load_device = text_encoder_device = _cpu
text_encoder_offload_device = text_encoder_initial_device = vae_device = vae_offload_device = _cpu


def get_total_memory(dev=None, torch_total_too=False):
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return (total, total) if torch_total_too else total


def get_free_memory(dev=None, torch_free_too=False):
    free = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")
    return (free, free) if torch_free_too else free


def _nothing(*_, **__):
    return None


free_memory = soft_empty_cache = unload_all_models = load_models_gpu = load_model_gpu = cleanup_models = _nothing


def should_use_fp16(*_, **__):
    return False


should_use_bf16 = is_device_mps = is_nvidia = is_intel_xpu = should_use_fp16


def is_device_cpu(*_, **__):
    return True


def module_size(module):
    return sum(tensor.nelement() * tensor.element_size() for tensor in module.state_dict().values())


def cast_to_device(tensor, device, dtype, copy=False):
    return tensor.to(device=device, dtype=dtype, copy=copy)


def processing_interrupted():
    return state._interrupted.is_set()


def interrupt_current_processing(value=True):
    state.interrupt() if value else state.clear_interrupt()


def throw_exception_if_processing_interrupted():
    state.raise_if_interrupted()
