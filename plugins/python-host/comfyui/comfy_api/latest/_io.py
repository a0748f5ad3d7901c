"""Schemas: what a node takes and gives, as objects that print themselves into /object_info."""
from enum import Enum

from miktos_host.values import Blocker as ExecutionBlocker  # noqa: F401


class Hidden(str, Enum):
    unique_id, prompt, extra_pnginfo, dynprompt = "UNIQUE_ID", "PROMPT", "EXTRA_PNGINFO", "DYNPROMPT"
    auth_token_comfy_org, api_key_comfy_org = "AUTH_TOKEN_COMFY_ORG", "API_KEY_COMFY_ORG"


class NumberDisplay(str, Enum):
    number, slider, gradient_slider = "number", "slider", "gradientslider"


class ControlAfterGenerate(str, Enum):
    fixed, increment, decrement, randomize = "fixed", "increment", "decrement", "randomize"


class UploadType(str, Enum):
    image, audio, video, model = "image_upload", "audio_upload", "video_upload", "file_upload"


class FolderType(str, Enum):
    input, output, temp = "input", "output", "temp"


def _plain(value):
    return value.value if isinstance(value, Enum) else value


class _Input:
    """One input. Options stand in the order in which they are printed; those that are None are left out."""

    def __init__(self, io_type, id, display_name=None, optional=False, tooltip=None, lazy=None, extra_dict=None, raw_link=None, advanced=None, **options):
        self.io_type, self.id, self.optional = io_type, id, optional
        general = {"display_name": display_name, "tooltip": tooltip, "lazy": lazy, "rawLink": raw_link, "advanced": advanced}
        self.options = {key: _plain(value) for key, value in {**general, **options, **(extra_dict or {})}.items() if value is not None}

    def printed(self):
        return [self.io_type, self.options]


class _Output:
    def __init__(self, io_type, id=None, display_name=None, tooltip=None, is_output_list=False):
        self.io_type, self.id, self.display_name, self.tooltip, self.is_output_list = io_type, id, display_name or id, tooltip, is_output_list


def _named(options, **renamed):
    """Python's names of options as /object_info has them."""
    return {renamed.get(key, key): value for key, value in options.items()}


def _order_of(name):
    """The names of what stands after an input's id without one."""
    widgets = {"BOOLEAN": "default label_on label_off", "INT": "default min max step control_after_generate display_mode",
               "FLOAT": "default min max step round display_mode", "STRING": "multiline placeholder default dynamic_prompts"}
    return ["display_name", "optional", "tooltip", "lazy", *widgets.get(name, "extra_dict").split()]


def _make_type(name):
    """A class with Input and Output of the type `name`."""

    class Input(_Input):
        def __init__(self, id, *positional, **options):
            options = {**dict(zip(_order_of(name), positional)), **options}
            widget_type = options.pop("widget_type", None)
            super().__init__(widget_type or name, id, **_widget(name, {**options, "widgetType": widget_type}))

    class Output(_Output):
        def __init__(self, id=None, display_name=None, tooltip=None, is_output_list=False, **_):
            super().__init__(name, id, display_name, tooltip, is_output_list)

    return type(name.title().replace(",", ""), (), {"io_type": name, "Input": Input, "Output": Output, "Type": object})


def _widget(name, options):
    options = _named(options, force_input="forceInput", dynamic_prompts="dynamicPrompts", display_mode="display")
    if name == "STRING":
        options.setdefault("multiline", False)
    return options


Boolean, Int, Float, String = (_make_type(name) for name in ("BOOLEAN", "INT", "FLOAT", "STRING"))
AnyType, Image, Mask, Latent, Conditioning = (_make_type(name) for name in ("*", "IMAGE", "MASK", "LATENT", "CONDITIONING"))
Model, Clip, Vae, ControlNet, Audio, Video = (_make_type(name) for name in ("MODEL", "CLIP", "VAE", "CONTROL_NET", "AUDIO", "VIDEO"))
Sampler, Sigmas, Noise, Guider, ClipVision, ClipVisionOutput = (
    _make_type(name) for name in ("SAMPLER", "SIGMAS", "NOISE", "GUIDER", "CLIP_VISION", "CLIP_VISION_OUTPUT"))
StyleModel, Gligen, UpscaleModel, LoraModel, LossMap, SVG, Mesh, Voxel, Webcam, Load3D = (
    _make_type(name) for name in ("STYLE_MODEL", "GLIGEN", "UPSCALE_MODEL", "LORA_MODEL", "LOSS_MAP", "SVG", "MESH", "VOXEL", "WEBCAM", "LOAD_3D"))
Hooks, HookKeyframes, TimestepsRange, LatentOperation, Photomaker, FlowControl, Accumulation, Point, BBOX, SEGS = (
    _make_type(name) for name in ("HOOKS", "HOOK_KEYFRAMES", "TIMESTEPS_RANGE", "LATENT_OPERATION", "PHOTOMAKER", "FLOW_CONTROL", "ACCUMULATION",
                                  "POINT", "BBOX", "SEGS"))
WanCameraEmbedding, BackgroundRemoval, AudioEncoder, AudioEncoderOutput, LatentUpscaleModel, ModelPatch, FaceAnalysis, Splat = (
    _make_type(name) for name in ("WAN_CAMERA_EMBEDDING", "BACKGROUND_REMOVAL", "AUDIO_ENCODER", "AUDIO_ENCODER_OUTPUT", "LATENT_UPSCALE_MODEL",
                                  "MODEL_PATCH", "FACE_ANALYSIS", "SPLAT"))
Load3DCamera, Load3DAnimation, ImageCompare, Color, BoundingBox, Curve, Tracks, Dict, Array, File3DAny = (
    _make_type(name) for name in ("LOAD3D_CAMERA", "LOAD_3D_ANIMATION", "IMAGECOMPARE", "COLOR", "BOUNDING_BOX", "CURVE", "TRACKS", "DICT", "ARRAY",
                                  "FILE_3D"))
AnyType.Type = object
Histogram, File3DGLB, File3DGLTF, File3DFBX, File3DOBJ, File3DSTL, File3DUSDZ = (
    _make_type(name) for name in ("HISTOGRAM", "FILE_3D_GLB", "FILE_3D_GLTF", "FILE_3D_FBX", "FILE_3D_OBJ", "FILE_3D_STL", "FILE_3D_USDZ"))
Input, WidgetInput, Output = _Input, _Input, _Output


def Custom(io_type):
    return _make_type(io_type)


class ComfyTypeI:
    """What a type of a pack's own is made of: `@comfytype(io_type="MINE")` gives it Input and Output."""


class ComfyTypeIO(ComfyTypeI):
    pass


def comfytype(io_type, **_):
    def make(found):
        made = _make_type(io_type)
        found.io_type = io_type
        for name in ("Input", "Output"):
            if name not in vars(found):
                setattr(found, name, getattr(made, name))
        return found
    return make


class Combo:
    io_type = "COMBO"
    Type = str

    class Input(_Input):
        def __init__(self, id, options=None, display_name=None, optional=False, tooltip=None, lazy=None, default=None, control_after_generate=None,
                     upload=None, image_folder=None, remote=None, socketless=None, extra_dict=None, **more):
            if isinstance(options, type) and issubclass(options, Enum):
                options = [member.value for member in options]
            if hasattr(remote, "as_dict"):
                remote = remote.as_dict()
            widget = {"default": default, "socketless": socketless, "multiselect": False, "options": list(options or []),
                      "control_after_generate": control_after_generate, "image_folder": image_folder, "remote": remote}
            if upload is not None:
                widget[_plain(upload)] = True
            super().__init__("COMBO", id, display_name, optional, tooltip, lazy, extra_dict, **widget, **more)

    class Output(_Output):
        def __init__(self, id=None, display_name=None, options=None, tooltip=None, is_output_list=False):
            super().__init__("COMBO", id, display_name, tooltip, is_output_list)


class RemoteOptions:
    """Where the editor gets a choice's options from."""

    def __init__(self, route, refresh_button, control_after_refresh="first", timeout=None, max_retries=None, refresh=None):
        self.values = {"route": route, "refresh_button": refresh_button, "control_after_refresh": control_after_refresh, "timeout": timeout,
                       "max_retries": max_retries, "refresh": refresh}

    def as_dict(self):
        return {key: value for key, value in self.values.items() if value is not None}


class MultiCombo(Combo):
    class Input(Combo.Input):
        def __init__(self, id, options=None, *positional, placeholder=None, chip=None, **more):
            super().__init__(id, options, *positional, **more)
            look = {"placeholder": placeholder, "chip": chip}
            self.options.update(multiselect=True, multi_select={key: value for key, value in look.items() if value is not None})


class MultiType:
    """An input that takes several types: the first one says how its widget looks."""

    class Input(_Input):
        def __init__(self, id, types, display_name=None, optional=False, tooltip=None, lazy=None, extra_dict=None, **options):
            if isinstance(id, _Input):
                first, name, options = id.io_type, id.id, {**id.options, **options}
                if first in ("INT", "FLOAT", "STRING", "BOOLEAN", "COMBO"):  # the editor shows this one's widget
                    options["widgetType"] = first
                optional = optional or id.optional
            else:
                first, name = None, id
            names = [first] if first else []
            names += [kind.io_type for kind in types if kind.io_type not in names]
            options.pop("tooltip", None) if tooltip else None
            super().__init__(",".join(names), name, display_name, optional, tooltip, lazy, extra_dict, **options)


def _sections_of(inputs):
    sections = {}
    for found in inputs:
        sections.setdefault("optional" if found.optional else "required", {})[found.id] = found.printed()
    return sections


class DynamicCombo:
    """A choice that brings inputs of its own: they travel as "choice.name" and arrive as one dictionary."""
    io_type = "COMFY_DYNAMICCOMBO_V3"

    class Option:
        def __init__(self, key, inputs):
            self.key, self.inputs = key, list(inputs)

        def as_dict(self):
            return {"key": self.key, "inputs": _sections_of(self.inputs)}

    class Input(_Input):
        def __init__(self, id, options, display_name=None, optional=False, tooltip=None, lazy=None, extra_dict=None):
            super().__init__(DynamicCombo.io_type, id, display_name, optional, tooltip, lazy, extra_dict, options=[option.as_dict() for option in options])

        def nest(self, own, rest):
            return {self.id: own, **rest}

    class Output(_Output):
        def __init__(self, id=None, display_name=None, tooltip=None, is_output_list=False):
            super().__init__("COMBO", id, display_name, tooltip, is_output_list)


class Autogrow:
    """Inputs that grow in the editor: they travel as "id.name" and arrive as one dictionary."""
    io_type = "COMFY_AUTOGROW_V3"

    class TemplatePrefix:
        def __init__(self, input, prefix, min=1, max=10):
            self.printed = {"input": _sections_of([input]), "prefix": prefix, "min": min, "max": max}

    class TemplateNames:
        def __init__(self, input, names, min=1):
            self.printed = {"input": _sections_of([input]), "names": list(names), "min": min}

    class Input(_Input):
        def __init__(self, id, template, display_name=None, optional=False, tooltip=None, lazy=None, extra_dict=None):
            super().__init__(Autogrow.io_type, id, display_name, optional, tooltip, lazy, extra_dict, template=template.printed)

        def nest(self, own, rest):
            return rest


class MatchType:
    """Inputs and outputs that have one type, whichever it is."""
    io_type = "COMFY_MATCHTYPE_V3"

    class Template:
        def __init__(self, template_id, allowed_types=None):
            kinds = allowed_types if isinstance(allowed_types, (list, tuple)) else [allowed_types or AnyType]
            self.printed = {"template_id": template_id, "allowed_types": ",".join(kind.io_type for kind in kinds)}

    class Input(_Input):
        def __init__(self, id, template, display_name=None, optional=False, tooltip=None, lazy=None, extra_dict=None):
            super().__init__(MatchType.io_type, id, display_name, optional, tooltip, lazy, extra_dict, template=template.printed)

    class Output(_Output):
        def __init__(self, template, id=None, display_name=None, tooltip=None, is_output_list=False):
            super().__init__(MatchType.io_type, id, display_name, tooltip, is_output_list)


class Schema:
    def __init__(self, node_id, display_name=None, category="sd", inputs=None, outputs=None, hidden=None, description="", is_input_list=False,
                 is_output_node=False, is_deprecated=False, is_experimental=False, is_api_node=False, not_idempotent=False, enable_expand=False, **_):
        self.node_id, self.display_name, self.category, self.description = node_id, display_name, category, description
        self.inputs, self.outputs, self.hidden = list(inputs or []), list(outputs or []), list(hidden or [])
        self.is_input_list, self.is_output_node, self.not_idempotent = is_input_list, is_output_node, not_idempotent
        self.is_deprecated, self.is_experimental, self.is_api_node = is_deprecated, is_experimental, is_api_node

    def hidden_names(self):
        """Markers: what saves files is given the prompt to keep in them."""
        markers = [_plain(marker) for marker in self.hidden]
        if self.is_output_node:
            markers = ["PROMPT", "EXTRA_PNGINFO"] + [marker for marker in markers if marker not in ("PROMPT", "EXTRA_PNGINFO")]
        return markers

    def is_dynamic(self):
        return any(hasattr(found, "nest") for found in self.inputs)

    def nest(self, arguments):
        """{"a": 1, "mode": "x", "mode.b": 2} as the node takes it: {"a": 1, "mode": {"mode": "x", "b": 2}}."""
        if not self.is_dynamic():
            return arguments
        names = {found.id for found in self.inputs}
        nested = {name: value for name, value in arguments.items() if name.split(".")[0] in names}
        for found in self.inputs:
            if not hasattr(found, "nest"):
                continue
            rest = {name[len(found.id) + 1:]: nested.pop(name) for name in arguments if name.startswith(found.id + ".")}
            if rest or found.id in nested:
                nested[found.id] = found.nest(nested.get(found.id), rest)
        return nested

    def print_inputs(self):
        sections = {"required": {}, **_sections_of(self.inputs)}
        if self.hidden_names():
            sections["hidden"] = {marker.lower(): [marker] for marker in self.hidden_names()}
        return sections, {section: list(found) for section, found in sections.items()}


class _Record:
    """What only ComfyUI's own services read."""

    def __init__(self, *given, **named):
        self.given, self.named = given, named


class NodeReplace(_Record):
    pass


class PriceBadge(_Record):
    pass


class PriceBadgeDepends(_Record):
    pass


class HiddenHolder:
    """What a node asked to be told: `cls.hidden.prompt` and its like."""

    def __init__(self, values):
        for marker in Hidden:
            setattr(self, marker.name, values.get(marker.value))


class NodeOutput:
    def __init__(self, *args, ui=None, expand=None, block_execution=None, **_):
        self.args, self.ui, self.expand, self.block_execution = args, ui, expand, block_execution

    @property
    def result(self):
        return self.args if self.args else None

    @classmethod
    def from_dict(cls, data):
        return cls(*(data.get("result") or ()), ui=data.get("ui"), expand=data.get("expand"))

    def as_returned(self):
        from comfy_execution.graph_utils import ExecutionBlocker
        found = {"result": self.args}
        if self.block_execution is not None:
            found["result"] = ExecutionBlocker(self.block_execution)
        if self.ui is not None:
            found["ui"] = self.ui if isinstance(self.ui, dict) else self.ui.as_dict()
        if self.expand is not None:
            found["expand"] = self.expand
        return found


def _absent(function):
    function.is_absent = True
    return function


class ComfyNode:
    hidden = None
    _schema = None

    @classmethod
    def define_schema(cls):
        raise NotImplementedError

    @classmethod
    def GET_SCHEMA(cls):
        return cls.define_schema()

    @classmethod
    def prepared(cls, hidden):
        """A class of its own for each call: state of the class must not leak from one to the next."""
        return type(cls.__name__, (cls,), {"hidden": HiddenHolder(hidden)})

    @classmethod
    @_absent
    def validate_inputs(cls, **_):
        return True

    @classmethod
    @_absent
    def fingerprint_inputs(cls, **_):
        return None

    @classmethod
    @_absent
    def check_lazy_status(cls, **arguments):
        return [name for name, value in arguments.items() if value is None]

