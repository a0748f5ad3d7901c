"""Pictures of work in progress: the engine sends its own while it samples."""
from miktos_host import absent


def get_previewer(device=None, latent_format=None):
    return None


def prepare_callback(model, steps, x0_output_dict=None):
    def callback(step, denoised, x, total):
        from comfy.utils import report_progress
        report_progress(step + 1, total)
    return callback


__getattr__ = absent.beyond(__name__)
