"""A module that a pack imports and its Python lacks: what to do about it."""
import os
import sys

# Modules whose Debian package has another name than python3-MODULE; those in _DEBIAN alone are named.
_RENAMED = {"cv2": "opencv", "PIL": "pil", "sklearn": "sklearn", "git": "git", "typing_extensions": "typing-extensions"}
_DEBIAN = ("opencv yaml scipy skimage pil matplotlib requests torch torchvision torchaudio psutil numba sklearn pandas av websocket numpy networkx shapely git numexpr"
           " cachetools rich mutagen soundfile colorama").split()


def advise(module, pack):
    """One sentence, or nothing when the module is the pack's own."""
    top = module.split(".")[0]
    folder = pack if os.path.isdir(pack) else os.path.dirname(pack)
    if os.path.exists(os.path.join(folder, top)) or os.path.exists(os.path.join(folder, top + ".py")):
        return ""
    debian = _RENAMED.get(top, top)
    by_apt = f"apt-get install python3-{debian}, or " if debian in _DEBIAN else ""
    listed = os.path.join(folder, "requirements.txt")
    wanted = f"-r '{listed}'" if os.path.isfile(listed) else top
    if pack != folder:
        return f"; its Python ({sys.executable}) lacks the module {top}: {by_apt}start the engine with a --python that has it"
    return (f"; its Python ({sys.executable}) lacks the module {top}: {by_apt}give the pack an environment of its own: "
            f"python3 -m venv --system-site-packages '{folder}/.venv' && '{folder}/.venv/bin/pip' install {wanted}")
