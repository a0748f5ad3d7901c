"""Where files are: ComfyUI's module of that name, over the folders that the engine gave us."""
import mimetypes
import os
import re
import time

from miktos_host import state

supported_pt_extensions = {".ckpt", ".pt", ".pt2", ".bin", ".pth", ".safetensors", ".pkl", ".sft"}
models_dir = state.options.models
base_path = os.path.dirname(models_dir)
_directories = {"input": state.options.input, "output": state.options.output, "temp": state.options.temp, "user": state.options.user}
_KINDS = ("checkpoints", "configs", "loras", "vae", "text_encoders", "diffusion_models", "clip_vision", "style_models", "embeddings", "diffusers",
          "vae_approx", "controlnet", "gligen", "upscale_models", "hypernetworks", "photomaker", "classifiers", "model_patches", "audio_encoders")
_OLD_NAMES = {"unet": "diffusion_models", "clip": "text_encoders"}
folder_names_and_paths = {kind: ([os.path.join(models_dir, kind)], set(supported_pt_extensions)) for kind in _KINDS}
folder_names_and_paths["configs"] = ([os.path.join(models_dir, "configs")], {".yaml"})
folder_names_and_paths["classifiers"] = ([os.path.join(models_dir, "classifiers")], {""})
folder_names_and_paths["text_encoders"][0].append(os.path.join(models_dir, "clip"))
folder_names_and_paths["diffusion_models"][0].insert(0, os.path.join(models_dir, "unet"))
folder_names_and_paths["controlnet"][0].append(os.path.join(models_dir, "t2i_adapter"))
for _kind, _folder in state.options.models_of:  # the engine's extra_model_paths.yaml, ours among them, in its order
    _known = folder_names_and_paths.setdefault(_OLD_NAMES.get(_kind, _kind), ([], set()))[0]
    if _folder in _known:
        _known.remove(_folder)
    _known.append(_folder)
folder_names_and_paths["custom_nodes"] = ([os.path.dirname(state.options.path)], set())


def map_legacy(folder_name):
    return _OLD_NAMES.get(folder_name, folder_name)


def get_directory_by_type(type_name):
    return _directories.get(type_name)


def get_input_directory():
    return _directories["input"]


def get_output_directory():
    return _directories["output"]


def get_temp_directory():
    return _directories["temp"]


def get_user_directory():
    return _directories["user"]


def set_input_directory(path):
    _directories["input"] = path


def set_output_directory(path):
    _directories["output"] = path


def set_temp_directory(path):
    _directories["temp"] = path


def set_user_directory(path):
    _directories["user"] = path


def __getattr__(name):
    """`folder_paths.output_directory` and its like, as they are now."""
    kind, _, rest = name.partition("_")
    if rest == "directory" and kind in _directories:
        return _directories[kind]
    raise AttributeError(f"module 'folder_paths' has no attribute '{name}'")


# --- annotated names: "face.png [output]" ---

def annotated_filepath(name):
    for kind in ("output", "input", "temp"):
        if name.endswith(f"[{kind}]"):
            return name[: -len(kind) - 3], _directories[kind]
    return name, None


def get_annotated_filepath(name, default_dir=None):
    plain, folder = annotated_filepath(name)
    return os.path.join(folder or default_dir or get_input_directory(), plain)


def exists_annotated_filepath(name):
    return os.path.exists(get_annotated_filepath(name))


def filter_files_content_types(files, content_types):
    def kind(file):
        guess = mimetypes.guess_type(file, strict=False)[0]
        return "model" if file.lower().endswith((".glb", ".gltf", ".obj", ".stl", ".fbx")) else (guess or "").split("/")[0]

    return [file for file in files if kind(file) in content_types]


# --- models ---

def add_model_folder_path(folder_name, full_folder_path, is_default=False):
    folder_name = map_legacy(folder_name)
    paths, _ = folder_names_and_paths.setdefault(folder_name, ([], set()))
    if full_folder_path in paths:
        paths.remove(full_folder_path)
    paths.insert(0 if is_default else len(paths), full_folder_path)


def get_folder_paths(folder_name):
    return folder_names_and_paths[map_legacy(folder_name)][0][:]


def recursive_search(directory, excluded_dir_names=None):
    found, changed = [], {}
    for folder, folders, files in os.walk(directory, followlinks=True):
        folders[:] = [name for name in folders if name not in (excluded_dir_names or [])]
        changed[folder] = os.path.getmtime(folder)
        found.extend(os.path.relpath(os.path.join(folder, file), directory) for file in files)
    return found, changed


def filter_files_extensions(files, extensions):
    return sorted(file for file in files if not extensions or os.path.splitext(file)[-1].lower() in extensions)


def get_filename_list(folder_name):
    paths, extensions = folder_names_and_paths[map_legacy(folder_name)]
    found = set()
    for path in paths:
        if os.path.isdir(path):
            found.update(filter_files_extensions(recursive_search(path, [".git"])[0], extensions))
    return sorted(found)


def get_full_path(folder_name, filename):
    name = os.path.relpath(os.path.join("/", filename), "/")
    for path in folder_names_and_paths.get(map_legacy(folder_name), ([], set()))[0]:
        full = os.path.join(path, name)
        if os.path.isfile(full):
            return full
    return None


def get_full_path_or_raise(folder_name, filename):
    full = get_full_path(folder_name, filename)
    if full is None:
        raise FileNotFoundError(f"Model in folder '{folder_name}' with filename '{filename}' not found.")
    return full


def get_input_subfolders():
    root = get_input_directory()
    return sorted(os.path.relpath(folder, root) for folder, _, _ in os.walk(root) if folder != root)


# --- names of what is saved ---

def get_save_image_path(filename_prefix, output_dir, image_width=0, image_height=0):
    now = time.localtime()
    values = {"%width%": image_width, "%height%": image_height, "%year%": now.tm_year, "%month%": f"{now.tm_mon:02}", "%day%": f"{now.tm_mday:02}",
              "%hour%": f"{now.tm_hour:02}", "%minute%": f"{now.tm_min:02}", "%second%": f"{now.tm_sec:02}"}
    for mark, value in values.items():
        filename_prefix = filename_prefix.replace(mark, str(value))
    subfolder, filename = os.path.split(os.path.normpath(filename_prefix))
    folder = os.path.join(output_dir, subfolder)
    if os.path.commonpath((output_dir, os.path.abspath(folder))) != output_dir:
        raise Exception(f"**** ERROR: Saving image outside the output folder is not allowed.\n full_output_folder: {os.path.abspath(folder)}\n"
                        f"         output_dir: {output_dir}\n         commonpath: {os.path.commonpath((output_dir, os.path.abspath(folder)))}")
    os.makedirs(folder, exist_ok=True)
    counted = (re.fullmatch(re.escape(filename) + r"_(\d+).*", file) for file in os.listdir(folder))
    counter = max((int(match[1]) for match in counted if match), default=0) + 1
    return folder, filename, counter, subfolder, filename_prefix
