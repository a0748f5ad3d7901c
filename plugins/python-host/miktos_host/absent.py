"""What ComfyUI has and packs do not find here: its machinery for models, which the engine has in C.

Many packs import all of it at their top and use it in a few of their nodes. So the import succeeds, names can be
subclassed and stand in annotations, and whoever calls one is told in a sentence what is missing. Modules that ComfyUI
does not have stay unknown, so that a pack's own `try: import …` finds out.
"""
import importlib
import importlib.abc
import importlib.machinery
import sys
import types

FAMILIES = ("comfy", "comfy_extras", "comfy_execution", "comfy_api", "comfy_api_nodes", "comfy_config", "latent_preview", "execution", "cuda_malloc")


class NotHere(RuntimeError):
    pass


class _Kind(type):
    """The kind of a name that is absent: it may be passed around, and is itself all that it may hold."""

    def __call__(cls, *_, **__):
        raise NotHere(f"{cls.path} is not here: packs do not get ComfyUI's machinery for models, since the engine runs models with its own nodes")

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return named(f"{cls.path}.{name}")

    def __iter__(cls):
        return iter(())


def named(path):
    return _Kind(path.rsplit(".", 1)[-1], (), {"path": path, "__module__": path.rsplit(".", 1)[0]})


def _node_of(module, name):
    """A node that the engine has where ComfyUI has it: comfy_extras.nodes_mask.GrowMask."""
    if not module.startswith("comfy_extras"):
        return None
    from miktos_host import core_nodes
    return core_nodes.find(name)


class _Module(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        found = _node_of(self.__name__, name) or named(f"{self.__name__}.{name}")
        setattr(self, name, found)
        return found


_SHORT = {"model_management": "comfy.model_management"}  # ComfyUI's folder comfy/ is on the path, too


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if name in _SHORT or name.split(".")[0] in FAMILIES else None

    def create_module(self, spec):
        return importlib.import_module(_SHORT[spec.name]) if spec.name in _SHORT else _Module(spec.name)

    def exec_module(self, module):
        pass


def beyond(name):
    """`__getattr__` of a module of ours: names of ComfyUI's that it lacks."""
    return _Module(name).__getattr__


def fill(module, names):
    """Names that a module of ours lacks of ComfyUI's."""
    for name in names.split():
        setattr(module, name, named(f"{module.__name__}.{name}"))


def begin():
    sys.meta_path.append(_Finder())  # after all that is there
