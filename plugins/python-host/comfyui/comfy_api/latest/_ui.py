"""What a node shows: dictionaries for the client, and helps that save what is shown."""
from comfy_api.latest._io import FolderType


class _Shown:
    def __init__(self, values):
        self.values = values

    def as_dict(self):
        return self.values


class SavedResult(dict):
    def __init__(self, filename, subfolder, type):
        super().__init__(filename=filename, subfolder=subfolder, type=getattr(type, "value", type))


class SavedImages(_Shown):
    def __init__(self, results, is_animated=False):
        super().__init__({"images": list(results), **({"animated": (True,)} if is_animated else {})})


def _save(image, prefix, folder, kind, cls=None):
    import nodes
    saver = nodes.PreviewImage() if kind == "temp" else nodes.SaveImage()
    hidden = getattr(cls, "hidden", None)
    shown = saver.save_images(image, prefix, getattr(hidden, "prompt", None), getattr(hidden, "extra_pnginfo", None))
    return shown["ui"]["images"]


def _name_of(prefix, folder_type, image):
    """(the folder, its last part, the file's beginning, its number)."""
    import folder_paths
    root = folder_paths.get_directory_by_type(getattr(folder_type, "value", folder_type))
    folder, filename, counter, subfolder, _ = folder_paths.get_save_image_path(prefix, root, image.shape[1], image.shape[0])
    return folder, subfolder, filename, counter


def _pictures(images):
    import numpy
    from PIL import Image
    return [Image.fromarray((numpy.asarray(image) * 255.0).clip(0, 255).astype(numpy.uint8)) for image in images]


def _told(cls):
    """What files keep: [(name, text)]."""
    import json
    from comfy.cli_args import args
    hidden = getattr(cls, "hidden", None)
    found = [] if args.disable_metadata or hidden is None or hidden.prompt is None else [("prompt", json.dumps(hidden.prompt))]
    more = {} if args.disable_metadata else getattr(hidden, "extra_pnginfo", None) or {}
    return found + [(key, json.dumps(value)) for key, value in more.items()]


class ImageSaveHelper:
    @staticmethod
    def save_animated_png(images, filename_prefix, folder_type=FolderType.output, cls=None, fps=6.0, compress_level=4):
        from PIL.PngImagePlugin import PngInfo
        folder, subfolder, name, counter = _name_of(filename_prefix, folder_type, images[0])
        about = PngInfo()
        for key, text in _told(cls):  # after the first frame's data, where ComfyUI's readers look for them
            about.add(b"comf", key.encode("latin-1", "strict") + b"\0" + text.encode("latin-1", "strict"), after_idat=True)
        first, *rest = _pictures(images)
        file = f"{name}_{counter:05}_.png"
        first.save(f"{folder}/{file}", pnginfo=about, compress_level=compress_level, save_all=True, duration=int(1000.0 / fps), append_images=rest)
        return SavedResult(file, subfolder, folder_type)

    @staticmethod
    def get_save_animated_png_ui(images, filename_prefix, cls=None, fps=6.0, compress_level=4):
        return SavedImages([ImageSaveHelper.save_animated_png(images, filename_prefix, FolderType.output, cls, fps, compress_level)], is_animated=len(images) > 1)

    @staticmethod
    def save_animated_webp(images, filename_prefix, folder_type=FolderType.output, cls=None, fps=6.0, lossless=True, quality=80, method=4):
        folder, subfolder, name, counter = _name_of(filename_prefix, folder_type, images[0])
        first, *rest = _pictures(images)
        about = first.getexif()
        for tag, (key, text) in zip((0x0110, *range(0x010F, 0, -1)), _told(cls)):
            about[tag] = f"{key}:{text}"
        file = f"{name}_{counter:05}_.webp"
        first.save(f"{folder}/{file}", save_all=True, duration=int(1000.0 / fps), append_images=rest, exif=about, lossless=lossless, quality=quality, method=method)
        return SavedResult(file, subfolder, folder_type)

    @staticmethod
    def get_save_animated_webp_ui(images, filename_prefix, cls=None, fps=6.0, lossless=True, quality=80, method=4):
        saved = ImageSaveHelper.save_animated_webp(images, filename_prefix, FolderType.output, cls, fps, lossless, quality, method)
        return SavedImages([saved], is_animated=len(images) > 1)

    @staticmethod
    def save_images(images, filename_prefix, folder_type=FolderType.output, cls=None, compress_level=4):
        return [SavedResult(**found) for found in _save(images, filename_prefix, None, folder_type.value, cls)]

    @staticmethod
    def get_save_images_ui(images, filename_prefix, cls=None, compress_level=4):
        return SavedImages(ImageSaveHelper.save_images(images, filename_prefix, FolderType.output, cls, compress_level))


class PreviewImage(_Shown):
    def __init__(self, image, animated=False, cls=None, **_):
        super().__init__({"images": _save(image, "ComfyUI", None, "temp", cls), "animated": (animated,)})


class PreviewMask(PreviewImage):
    def __init__(self, mask, animated=False, cls=None, **_):
        import numpy
        pixels = numpy.asarray(mask)
        pixels = pixels.reshape((-1, pixels.shape[-2], pixels.shape[-1], 1))
        super().__init__(numpy.repeat(pixels, 3, axis=-1), animated, cls)


class PreviewText(_Shown):
    def __init__(self, value, **_):
        super().__init__({"text": (value,)})


class PreviewUI3D(_Shown):
    def __init__(self, model_file, camera_info=None, **_):
        super().__init__({"result": [model_file, camera_info]})


class PreviewVideo(_Shown):
    def __init__(self, values, **_):
        super().__init__({"images": list(values), "animated": (True,)})


def _save_sound(audio, prefix, folder_type):
    """One WAV of 16 bits per sound of the batch: what Python writes by itself."""
    import wave
    import numpy
    import folder_paths
    root = folder_paths.get_directory_by_type(folder_type.value)
    saved = []
    for sound in numpy.asarray(audio["waveform"]):
        folder, filename, counter, subfolder, _ = folder_paths.get_save_image_path(prefix, root)
        file = f"{filename}_{counter:05}_.wav"
        with wave.open(f"{folder}/{file}", "wb") as made:
            made.setnchannels(sound.shape[0])
            made.setsampwidth(2)
            made.setframerate(int(audio["sample_rate"]))
            made.writeframes((sound.T.clip(-1, 1) * 32767).astype("<i2").tobytes())
        saved.append(SavedResult(file, subfolder, folder_type))
    return saved


class SavedAudios(_Shown):
    def __init__(self, results):
        super().__init__({"audio": list(results)})


class AudioSaveHelper:
    """The engine encodes, while the node runs, and keeps in the file what its own savers keep."""

    _NODES = {"flac": ("SaveAudio", False), "mp3": ("SaveAudioMP3", True), "opus": ("SaveAudioOpus", True)}

    @staticmethod
    def save_audio(audio, filename_prefix, folder_type=FolderType.output, cls=None, format="flac", quality="128k"):
        from miktos_host import ask
        if getattr(folder_type, "value", folder_type) == "temp":
            return _save_sound(audio, filename_prefix, FolderType.temp)
        if format not in AudioSaveHelper._NODES:
            raise ValueError(f"sounds are saved as {', '.join(AudioSaveHelper._NODES)}, not as {format}")
        node, has_quality = AudioSaveHelper._NODES[format]
        _, shown = ask.run(node, {"audio": audio, "filename_prefix": filename_prefix, **({"quality": quality} if has_quality else {})})
        return [SavedResult(**found) for found in shown["audio"]]

    @staticmethod
    def get_save_audio_ui(audio, filename_prefix, cls=None, format="flac", quality="128k"):
        return SavedAudios(AudioSaveHelper.save_audio(audio, filename_prefix, FolderType.output, cls, format, quality))


class PreviewAudio(SavedAudios):
    def __init__(self, audio, cls=None, **_):
        import random
        letters = "".join(random.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(5))
        super().__init__(_save_sound(audio, "ComfyUI_temp_" + letters, FolderType.temp))
