"""VIDEO as packs know it: pictures, sound and a rate, or a file. Encoding and decoding is PyAV's, where the pack has it."""
import io
import os
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any, Optional

from miktos_host import tensors


class VideoContainer(str, Enum):
    AUTO, MP4 = "auto", "mp4"

    @classmethod
    def as_input(cls):
        return [member.value for member in cls]

    @classmethod
    def get_extension(cls, value):
        return "mp4" if cls(value) in (cls.AUTO, cls.MP4) else ""


class VideoCodec(str, Enum):
    AUTO, H264 = "auto", "h264"

    @classmethod
    def as_input(cls):
        return [member.value for member in cls]


@dataclass
class VideoComponents:
    images: Any
    frame_rate: Fraction
    audio: Optional[dict] = None
    metadata: Optional[dict] = None


def _av():
    try:
        import av
    except ImportError:
        raise RuntimeError("films are read and written with PyAV, which this pack's Python lacks: apt-get install python3-av, or av in the pack's .venv") from None
    return av


def _array(value):
    return value.cpu().numpy() if hasattr(value, "cpu") else value


class VideoInput:
    def get_components(self):
        raise NotImplementedError

    def get_dimensions(self):
        images = self.get_components().images
        return images.shape[2], images.shape[1]

    def get_frame_count(self):
        return int(self.get_components().images.shape[0])

    def get_frame_rate(self):
        return Fraction(self.get_components().frame_rate)

    def get_duration(self):
        return float(self.get_frame_count() / self.get_frame_rate())

    def get_container_format(self):
        return "mp4"

    def get_stream_source(self):
        memory = io.BytesIO()
        self.save_to(memory)
        memory.seek(0)
        return memory

    def save_to(self, path, format=VideoContainer.AUTO, codec=VideoCodec.AUTO, metadata=None):
        _encode(self.get_components(), path, metadata)


class VideoFromComponents(VideoInput):
    def __init__(self, components):
        self._components = components

    def get_components(self):
        return self._components


class VideoFromFile(VideoInput):
    def __init__(self, file):
        self._file = file

    def get_stream_source(self):
        if hasattr(self._file, "seek"):
            self._file.seek(0)
        return self._file

    def get_components(self):
        return _decode(self.get_stream_source())


def _encode(components, path, metadata):
    import json
    import numpy
    av = _av()
    images, rate = components.images, Fraction(round(Fraction(components.frame_rate) * 1000), 1000)
    options = {"movflags": "use_metadata_tags"}
    with av.open(path if not hasattr(path, "__fspath__") else os.fspath(path), mode="w", format="mp4", options=options) as film:
        for key, value in (metadata or {}).items():
            film.metadata[key] = value if isinstance(value, str) else json.dumps(value)
        stream = film.add_stream("h264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = int(images.shape[2]), int(images.shape[1]), "yuv420p"
        sound = components.audio and film.add_stream("aac", rate=int(components.audio["sample_rate"]))
        for image in images:
            pixels = (_array(image)[..., :3] * 255).clip(0, 255).astype(numpy.uint8)
            film.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        film.mux(stream.encode(None))
        if sound:
            wave = numpy.ascontiguousarray(_array(components.audio["waveform"])[0], dtype=numpy.float32)
            frame = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono" if wave.shape[0] == 1 else "stereo")
            frame.sample_rate, frame.pts = int(components.audio["sample_rate"]), 0
            film.mux(sound.encode(frame))
            film.mux(sound.encode(None))


def _decode(source):
    import numpy
    av = _av()
    with av.open(source) as film:
        stream = film.streams.video[0]
        rate = Fraction(stream.average_rate or 1)
        images = numpy.stack([frame.to_ndarray(format="rgb24") for frame in film.decode(stream)]).astype(numpy.float32) / 255
    sound = _decode_sound(source)
    library = tensors.library()
    if library.__name__ == "torch":
        images = library.from_numpy(images)
    return VideoComponents(images=images, frame_rate=rate, audio=sound)


def _decode_sound(source):
    import numpy
    av = _av()
    if hasattr(source, "seek"):
        source.seek(0)
    with av.open(source) as film:
        if not film.streams.audio:
            return None
        stream = film.streams.audio[0]
        rate, resampler = stream.rate, av.AudioResampler(format="fltp")
        pieces = [made.to_ndarray() for frame in film.decode(stream) for made in resampler.resample(frame)]
    if not pieces:
        return None
    wave = numpy.concatenate(pieces, axis=1)[None].astype(numpy.float32)
    library = tensors.library()
    return {"waveform": library.from_numpy(wave) if library.__name__ == "torch" else wave, "sample_rate": rate}
