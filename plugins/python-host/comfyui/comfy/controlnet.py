"""CONTROL_NET: it lies in the engine."""
from miktos_host import absent, ask, model_files
from miktos_host.engine_values import ControlNet

ControlBase = ControlNet


def load_controlnet(ckpt_path, model=None, **_):
    return ask.first("ControlNetLoader", control_net_name=model_files.name_of(ckpt_path, "controlnet"))


__getattr__ = absent.beyond(__name__)
