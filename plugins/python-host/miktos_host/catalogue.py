"""The engine's own nodes, as its /object_info has them: what packs look up, subclass and call."""
import copy
import json
import mmap
import os

from miktos_host import state

_nodes = None


def nodes():
    """{name: record}; read at the first need."""
    global _nodes
    if _nodes is None:
        descriptor = state.options.catalogue
        _nodes = {}
        if descriptor is not None:
            with mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) as text:
                _nodes = json.loads(text[:])
            os.close(descriptor)
    return _nodes


def inputs_of(name):
    """{input: [type, options]} of all sections, in order."""
    sections = nodes().get(name, {}).get("input", {})
    return {key: spec for section in ("required", "optional") for key, spec in sections.get(section, {}).items()}


def type_of_input(name, key):
    spec = inputs_of(name).get(key)
    if not spec:
        return "*"
    return spec[0] if isinstance(spec[0], str) else "COMBO"


def output_lists(name):
    return nodes().get(name, {}).get("output_is_list", [])


# --- as INPUT_TYPES ---

# Lists of files are read anew each time.
_KINDS = {"ckpt_name": "checkpoints", "lora_name": "loras", "control_net_name": "controlnet", "unet_name": "diffusion_models", "clip_name": "text_encoders",
          "clip_name1": "text_encoders", "clip_name2": "text_encoders", "clip_name3": "text_encoders", "config_name": "configs", "style_model_name": "style_models",
          "gligen_name": "gligen", "hypernetwork_name": "hypernetworks"}


def _spec(key, spec):
    kind, options = spec[0], list(spec[1:])
    if isinstance(kind, list) and key in _KINDS:
        import folder_paths
        kind = folder_paths.get_filename_list(_KINDS[key])
    return (copy.deepcopy(kind), *copy.deepcopy(options))


def input_types(name):
    found = nodes()[name]["input"]
    made = {section: {key: _spec(key, spec) for key, spec in found.get(section, {}).items()} for section in ("required", "optional") if section in found}
    if "hidden" in found:
        made["hidden"] = {key: spec[0] if isinstance(spec, list) else spec for key, spec in found["hidden"].items()}
    made.setdefault("required", {})
    return made
