"""ComfyUI's ways to sample from Python, made of the engine's nodes."""
from miktos_host import ask, engine_values, tensors

# Samplers that do not use the step before the last: one step more is planned, and that one left out.
_SKIP_PENULTIMATE = ("dpm_2", "dpm_2_ancestral", "uni_pc", "uni_pc_bh2")


def prepare_noise(latent, seed, places=None):
    """As PyTorch draws it for the seed; place k of a batch gets the noise that it would have had there."""
    if tensors.library().__name__ != "torch":
        raise RuntimeError("noise of a seed needs torch in the pack's Python: apt-get install python3-torch")
    import torch
    generator = torch.manual_seed(int(seed) & 0xFFFFFFFFFFFFFFFF)
    if places is None:
        return torch.randn(tuple(latent.shape), dtype=torch.float32, generator=generator)
    drawn = [torch.randn((1, *latent.shape[1:]), dtype=torch.float32, generator=generator) for _ in range(max(places) + 1)]
    return torch.cat([drawn[int(place)] for place in places])


def sigmas_of(model, scheduler, steps, denoise=1.0, sampler=None):
    """The schedule of a KSampler."""
    extra = 1 if sampler in _SKIP_PENULTIMATE else 0
    steps = int(steps)
    total = steps if denoise is None or denoise > 0.9999 else int(steps / denoise) if denoise > 0 else 0
    if total == 0:
        return None
    found = ask.first("BasicScheduler", model=model, scheduler=str(scheduler), steps=total + extra, denoise=1.0)
    if extra:
        library = tensors.library()
        found = library.cat([found[:-2], found[-1:]]) if library.__name__ == "torch" else library.concatenate([found[:-2], found[-1:]])
    return found[-(steps + 1):]


def cut(sigmas, start, last, force_full_denoise):
    """From step to step; the last one removes all noise when it is forced to."""
    if last is not None and last < len(sigmas) - 1:
        sigmas = sigmas[:last + 1] + 0
        if force_full_denoise:
            sigmas[-1] = 0
    return sigmas if start is None else sigmas[start:] if start < len(sigmas) - 1 else None


def sample_with(guider, noise, latent, sampler, sigmas, mask=None, seed=None):
    """The samples of SamplerCustomAdvanced; `noise` is a tensor, or a source of it."""
    source = noise if isinstance(noise, engine_values.Noise) else engine_values.Noise(seed or 0, noise=noise)
    image = {"samples": latent}
    if mask is not None:
        image["noise_mask"] = mask
    return ask.first("SamplerCustomAdvanced", noise=source, guider=guider, sampler=sampler, sigmas=sigmas, latent_image=image)["samples"]


def sample(model, noise, positive, negative, cfg, sampler, sigmas, latent, mask=None, seed=None):
    guider = ask.first("CFGGuider", model=model, positive=positive, negative=negative, cfg=float(cfg))
    return sample_with(guider, noise, latent, sampler, sigmas, mask, seed)
