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


class ImageSaveHelper:
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

