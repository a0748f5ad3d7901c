"""Where newer packs look for the same."""
from comfy.comfy_types import CheckLazyMixin, ComfyNodeABC, FileLocator, InputTypeDict, InputTypeOptions, IO, StrEnum  # noqa: F401
