from comfy_api.latest._input import AudioInput, ImageInput, LatentInput, MaskInput, VideoInput  # noqa: F401
