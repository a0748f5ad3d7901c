"""Samplers and schedulers: their names for the lists in packs' inputs, and ComfyUI's ways to call them. The engine samples."""
from miktos_host import absent, ask, engine_values, sampling

SCHEDULER_NAMES = ["simple", "sgm_uniform", "karras", "exponential", "ddim_uniform", "beta", "normal", "linear_quadratic", "kl_optimal"]
KSAMPLER_NAMES = ["euler", "euler_cfg_pp", "euler_ancestral", "euler_ancestral_cfg_pp", "heun", "heunpp2", "dpm_2", "dpm_2_ancestral", "lms", "dpm_fast",
                  "dpm_adaptive", "dpmpp_2s_ancestral", "dpmpp_2s_ancestral_cfg_pp", "dpmpp_sde", "dpmpp_sde_gpu", "dpmpp_2m", "dpmpp_2m_cfg_pp",
                  "dpmpp_2m_sde", "dpmpp_2m_sde_gpu", "dpmpp_2m_sde_heun", "dpmpp_2m_sde_heun_gpu", "dpmpp_3m_sde", "dpmpp_3m_sde_gpu", "ddpm", "lcm",
                  "ipndm", "ipndm_v", "deis", "res_multistep", "res_multistep_cfg_pp", "res_multistep_ancestral", "res_multistep_ancestral_cfg_pp",
                  "gradient_estimation", "gradient_estimation_cfg_pp", "er_sde", "seeds_2", "seeds_3", "sa_solver", "sa_solver_pece"]
SAMPLER_NAMES = KSAMPLER_NAMES + ["ddim", "uni_pc", "uni_pc_bh2"]
SCHEDULER_HANDLERS = {name: None for name in SCHEDULER_NAMES}


def sampler_object(name):
    return ask.first("KSamplerSelect", sampler_name=name)


def ksampler(sampler_name, extra_options=None, inpaint_options=None):
    if extra_options or inpaint_options:
        raise NotImplementedError("comfy.samplers.ksampler with options of its own is not here: the engine has nodes for them (SamplerDPMPP_2M_SDE, SamplerEulerAncestral, …)")
    return sampler_object(sampler_name)


def calculate_sigmas(model_sampling, scheduler_name, steps):
    return sampling.sigmas_of(model_sampling.patched, scheduler_name, steps)


class KSampler:
    SCHEDULERS = SCHEDULER_NAMES
    SAMPLERS = SAMPLER_NAMES
    DISCARD_PENULTIMATE_SIGMA_SAMPLERS = set(sampling._SKIP_PENULTIMATE)

    def __init__(self, model, steps, device=None, sampler=None, scheduler=None, denoise=None, model_options=None):
        self.model, self.device = model, device
        self.sampler = sampler if sampler in SAMPLER_NAMES else SAMPLER_NAMES[0]
        self.scheduler = scheduler if scheduler in SCHEDULER_NAMES else SCHEDULER_NAMES[0]
        self.set_steps(steps, denoise)

    def set_steps(self, steps, denoise=None):
        self.steps, self.denoise = steps, denoise
        self.sigmas = sampling.sigmas_of(self.model, self.scheduler, steps, denoise, self.sampler)

    def calculate_sigmas(self, steps):
        return sampling.sigmas_of(self.model, self.scheduler, steps, None, self.sampler)

    def sample(self, noise, positive, negative, cfg, latent_image=None, start_step=None, last_step=None, force_full_denoise=False, denoise_mask=None, sigmas=None,
               callback=None, disable_pbar=False, seed=None):
        """`callback` is not called: the engine reports each step of its own."""
        planned = self.sigmas if sigmas is None else sigmas
        planned = None if planned is None else sampling.cut(planned, start_step, last_step, force_full_denoise)
        if planned is None:
            return latent_image if latent_image is not None else noise * 0
        latent = latent_image if latent_image is not None else noise * 0
        return sampling.sample(self.model, noise, positive, negative, cfg, sampler_object(self.sampler), planned, latent, denoise_mask, seed)


def sample(model, noise, positive, negative, cfg, device, sampler, sigmas, model_options=None, latent_image=None, denoise_mask=None, callback=None, disable_pbar=False,
           seed=None):
    return sampling.sample(model, noise, positive, negative, cfg, sampler, sigmas, latent_image if latent_image is not None else noise * 0, denoise_mask, seed)


class CFGGuider(engine_values.Guider):
    """Put together by a pack; the engine has it from the first time on that it is needed."""

    def __init__(self, model_patcher):
        super().__init__(None)
        self.model_patcher, self.conds, self.cfg = model_patcher, {}, 1.0

    def set_conds(self, positive, negative):
        self.conds, self._lent = {"positive": positive, "negative": negative}, None

    def set_cfg(self, cfg):
        self.cfg, self._lent = cfg, None

    @property
    def lent(self):
        if self._lent is None:
            self._lent = ask.first("CFGGuider", model=self.model_patcher, cfg=float(self.cfg), **self.conds).lent
        return self._lent


KSAMPLER = Sampler = engine_values.Sampler


__getattr__ = absent.beyond(__name__)
