"""Sampling by the engine, called as in ComfyUI."""
from miktos_host import absent, sampling
from miktos_host.sampling import prepare_noise  # noqa: F401


def fix_empty_latent_channels(model, latent_image, *_):
    return latent_image


def prepare_sampling(model, noise_shape, positive, negative, noise_mask=None):
    return model, positive, negative, noise_mask, []


def cleanup_additional_models(models):
    return None


def sample(model, noise, steps, cfg, sampler_name, scheduler, positive, negative, latent_image, denoise=1.0, disable_noise=False, start_step=None, last_step=None,
           force_full_denoise=False, noise_mask=None, sigmas=None, callback=None, disable_pbar=False, seed=None):
    """`callback` is not called: the engine reports each step of its own."""
    from comfy.samplers import KSampler
    sampler = KSampler(model, steps, None, sampler_name, scheduler, denoise)
    return sampler.sample(noise, positive, negative, cfg, latent_image, start_step, last_step, force_full_denoise, noise_mask, sigmas, seed=seed)


def sample_custom(model, noise, cfg, sampler, sigmas, positive, negative, latent_image, noise_mask=None, callback=None, disable_pbar=False, seed=None):
    return sampling.sample(model, noise, positive, negative, cfg, sampler, sigmas, latent_image, noise_mask, seed)


__getattr__ = absent.beyond(__name__)
