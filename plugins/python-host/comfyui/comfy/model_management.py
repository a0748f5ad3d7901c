"""There is one device, the CPU."""
import os
import sys
from enum import Enum

from miktos_host import absent, state
from miktos_host.state import Interrupted as InterruptProcessingException  # noqa: F401


class OOM_EXCEPTION(Exception):
    pass


class VRAMState(Enum):
    DISABLED, NO_VRAM, LOW_VRAM, NORMAL_VRAM, HIGH_VRAM, SHARED = range(6)


class CPUState(Enum):
    GPU, CPU, MPS = range(3)


vram_state = set_vram_to = VRAMState.DISABLED
cpu_state = CPUState.CPU
XFORMERS_IS_AVAILABLE = XFORMERS_ENABLED_VAE = ENABLE_PYTORCH_ATTENTION = directml_enabled = False
current_loaded_models = []


def _cpu(*_, **__):
    import torch
    return torch.device("cpu")


def _float32(*_, **__):
    import torch
    return torch.float32


unet_dtype = unet_manual_cast = text_encoder_dtype = vae_dtype = _float32


def dtype_size(dtype):
    import torch
    return torch.empty((), dtype=dtype).element_size()


def get_torch_device_name(device):
    return str(device)


def get_autocast_device(dev):
    return getattr(dev, "type", "cpu")


def loaded_models(only_currently_used=False):
    return []


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


free_memory = soft_empty_cache = cleanup_models_gc = unload_model_clones = unload_all_models = load_models_gpu = load_model_gpu = cleanup_models = _nothing


def should_use_fp16(*_, **__):
    return False


should_use_bf16 = is_device_mps = is_device_cuda = is_device_xpu = is_nvidia = is_amd = is_intel_xpu = is_ascend_npu = is_directml_enabled = should_use_fp16
xformers_enabled = xformers_enabled_vae = pytorch_attention_enabled = pytorch_attention_flash_attention = sage_attention_enabled = should_use_fp16
force_channels_last = force_upcast_attention_dtype = supports_fp8_compute = device_supports_non_blocking = should_use_fp16


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


absent.fill(sys.modules[__name__], "LoadedModel cast_bias_weight cast_to maximum_vram_for_weights minimum_inference_memory pick_weight_dtype"
            " use_more_memory")
