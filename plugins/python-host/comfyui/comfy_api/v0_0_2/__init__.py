from comfy_api.latest import *  # noqa: F401, F403
