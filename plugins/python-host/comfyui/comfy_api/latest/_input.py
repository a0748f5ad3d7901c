"""Kinds of values, for annotations."""
from typing import Any as AudioInput, Any as ImageInput, Any as LatentInput, Any as MaskInput  # noqa: F401

from miktos_host.films import VideoInput  # noqa: F401
