"""The newer way to write nodes: ComfyExtension, io and ui."""
from comfy_api.latest import _io as io  # noqa: F401
from comfy_api.latest import _ui as ui  # noqa: F401
from comfy_api.latest._io import ComfyNode, NodeOutput  # noqa: F401
from comfy_execution.utils import get_executing_context  # noqa: F401
from miktos_host import films


class ComfyExtension:
    async def on_load(self):
        pass

    async def get_node_list(self):
        raise NotImplementedError


class _Execution:
    @staticmethod
    def _set(value, max_value, node_id=None, preview_image=None):
        from comfy.utils import report_progress
        picture = getattr(preview_image, "pil_image", preview_image)
        report_progress(value, max_value, None if picture is None else ("JPEG", picture, 512))

    async def set_progress(self, value, max_value, node_id=None, preview_image=None, **_):
        self._set(value, max_value, node_id, preview_image)


class _ExecutionSync(_Execution):
    def set_progress(self, value, max_value, node_id=None, preview_image=None, **_):
        self._set(value, max_value, node_id, preview_image)


class _Replacement:
    """Old names of nodes, for a service that is not here."""

    async def register(self, replacement):
        return None


class ComfyAPI:
    execution = _Execution()
    node_replacement = _Replacement()


class ComfyAPISync:
    execution = _ExecutionSync()


IO, UI = io, ui


class InputImpl:
    VideoFromComponents, VideoFromFile = films.VideoFromComponents, films.VideoFromFile


class Types:
    VideoComponents, VideoContainer, VideoCodec = films.VideoComponents, films.VideoContainer, films.VideoCodec


class Input:
    from typing import Any as Image, Any as Audio, Any as Mask, Any as Latent
    Video = films.VideoInput
