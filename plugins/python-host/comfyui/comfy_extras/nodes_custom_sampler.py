"""The engine's nodes of this name, and where noise comes from."""
from miktos_host import absent, engine_values


def Noise_RandomNoise(seed):
    return engine_values.Noise(seed)


def Noise_EmptyNoise():
    return engine_values.Noise(is_off=True)


DisabledNoise = Noise_EmptyNoise
__getattr__ = absent.beyond(__name__)
