"""The pack itself: imported, asked for its nodes, and described as ComfyUI's /object_info would."""
import asyncio
import importlib.util
import inspect
import os
import sys
import tomllib
import zlib

from miktos_host import describe_v1, describe_v3, state, web as routes_of_pack

classes = {}
_labels = {}
_web = None
_module_name = None
_version = 1


def _import(path, name):
    is_folder = os.path.isdir(path)
    file = os.path.join(path, "__init__.py") if is_folder else path
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=[path] if is_folder else None)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _newest_change(path):
    """Raises the version of every node when the pack's code changes, so that no stale result is found again."""
    newest = os.stat(path).st_mtime_ns
    for folder, folders, files in os.walk(path):
        folders[:] = [f for f in folders if not f.startswith(".") and f not in ("__pycache__", "venv", "node_modules")]
        for file in files:
            if file.endswith(".py"):
                newest = max(newest, os.stat(os.path.join(folder, file)).st_mtime_ns)
    return newest


def load(options):
    global _web, _module_name, _version
    path = options.path
    _module_name = "custom_nodes." + options.name
    _version = zlib.crc32(str(_newest_change(path)).encode()) >> 2 or 1
    sys.path += [os.path.dirname(path), os.path.dirname(os.path.dirname(path))]  # `import PACK` and `import custom_nodes.PACK`
    early = os.path.join(path, "prestartup_script.py")
    if os.path.isfile(early):
        _import(early, options.name + "_prestartup")
    module = _import(path, options.name.replace(".", "_x_") if not options.name.isidentifier() else options.name)
    classes.update(getattr(module, "NODE_CLASS_MAPPINGS", None) or {})
    _labels.update(getattr(module, "NODE_DISPLAY_NAME_MAPPINGS", None) or {})
    if hasattr(module, "comfy_entrypoint"):
        _load_extension(module.comfy_entrypoint)
    web = getattr(module, "WEB_DIRECTORY", None) or _web_of_project(path)
    if web is not None:
        _web = os.path.abspath(os.path.join(os.path.dirname(module.__file__), web))


def _web_of_project(path):
    """[tool.comfy] web = "…" in pyproject.toml."""
    try:
        with open(os.path.join(path, "pyproject.toml"), "rb") as file:
            web = tomllib.load(file).get("tool", {}).get("comfy", {}).get("web")
        return web if isinstance(web, str) else None
    except (OSError, tomllib.TOMLDecodeError, AttributeError):
        return None


def _load_extension(entrypoint):
    async def gather():
        extension = entrypoint()
        if inspect.isawaitable(extension):
            extension = await extension
        if hasattr(extension, "on_load"):
            await extension.on_load()
        return await extension.get_node_list()

    for node in asyncio.run(gather()):
        schema = node.GET_SCHEMA()
        classes[schema.node_id] = node
        if schema.display_name is not None:
            _labels[schema.node_id] = schema.display_name


def is_v3(node):
    return hasattr(node, "GET_SCHEMA")


def describe():
    nodes, troubles = [], {}
    for name, node in classes.items():
        try:
            room = describe_v3 if is_v3(node) else describe_v1
            nodes.append({**room.describe(name, node, _labels.get(name), _module_name), "version": _version})
        except Exception as error:  # one node that cannot say what it takes does not hide the others
            troubles[name] = f"{type(error).__name__}: {error}"
            print(f"{state.options.name}: node {name} cannot be described: {troubles[name]}", file=sys.stderr)
    return {"nodes": nodes, "web": _web, "troubles": troubles, "routes": routes_of_pack.describe(), "rewrites_prompts": bool(routes_of_pack.prompt_handlers)}
