"""ComfyUI's node classes, with the engine behind them: `nodes.KSampler ().sample (…)` runs the engine's KSampler.

A class has the method that ComfyUI's has, with its arguments in their order; newer nodes have `execute`. Nodes that are
not in the table take their inputs in the order in which they are shown, by whatever name the method is called.
"""
from miktos_host import ask, catalogue

# class method arguments: what cannot be read from a node's inputs
_METHODS = """
CLIPTextEncode encode clip text
ConditioningCombine combine conditioning_1 conditioning_2
ConditioningAverage addWeighted conditioning_to conditioning_from conditioning_to_strength
ConditioningConcat concat conditioning_to conditioning_from
ConditioningSetArea append conditioning width height x y strength
ConditioningSetAreaPercentage append conditioning width height x y strength
ConditioningSetAreaStrength append conditioning strength
ConditioningSetMask append conditioning mask set_cond_area strength
ConditioningZeroOut zero_out conditioning
ConditioningSetTimestepRange set_range conditioning start end
VAEDecode decode vae samples
VAEDecodeTiled decode vae samples tile_size overlap temporal_size temporal_overlap
VAEEncode encode vae pixels
VAEEncodeTiled encode vae pixels tile_size overlap temporal_size temporal_overlap
VAEEncodeForInpaint encode vae pixels mask grow_mask_by
InpaintModelConditioning encode positive negative pixels vae mask noise_mask
SaveLatent save samples filename_prefix
LoadLatent load latent
CheckpointLoader load_checkpoint config_name ckpt_name
CheckpointLoaderSimple load_checkpoint ckpt_name
DiffusersLoader load_checkpoint model_path
unCLIPCheckpointLoader load_checkpoint ckpt_name
CLIPSetLastLayer set_last_layer clip stop_at_clip_layer
LoraLoader load_lora model clip lora_name strength_model strength_clip
LoraLoaderModelOnly load_lora_model_only model lora_name strength_model
VAELoader load_vae vae_name
ControlNetLoader load_controlnet control_net_name
DiffControlNetLoader load_controlnet model control_net_name
ControlNetApply apply_controlnet conditioning control_net image strength
ControlNetApplyAdvanced apply_controlnet positive negative control_net image strength start_percent end_percent vae
UNETLoader load_unet unet_name weight_dtype
CLIPLoader load_clip clip_name type device
DualCLIPLoader load_clip clip_name1 clip_name2 type device
CLIPVisionLoader load_clip clip_name
CLIPVisionEncode encode clip_vision image crop
StyleModelLoader load_style_model style_model_name
StyleModelApply apply_stylemodel conditioning style_model clip_vision_output strength strength_type
unCLIPConditioning apply_adm conditioning clip_vision_output strength noise_augmentation
GLIGENLoader load_gligen gligen_name
GLIGENTextBoxApply append conditioning_to clip gligen_textbox_model text width height x y
EmptyLatentImage generate width height batch_size
LatentFromBatch frombatch samples batch_index length
RepeatLatentBatch repeat samples amount
LatentUpscale upscale samples upscale_method width height crop
LatentUpscaleBy upscale samples upscale_method scale_by
LatentRotate rotate samples rotation
LatentFlip flip samples flip_method
LatentComposite composite samples_to samples_from x y composite_method feather
LatentBlend blend samples1 samples2 blend_factor
LatentCrop crop samples width height x y
SetLatentNoiseMask set_mask samples mask
KSampler sample model seed steps cfg sampler_name scheduler positive negative latent_image denoise
KSamplerAdvanced sample model add_noise noise_seed steps cfg sampler_name scheduler positive negative latent_image start_at_step end_at_step return_with_leftover_noise
LoadImageMask load_image image channel
LoadImageOutput load_image image
ImageScale upscale image upscale_method width height crop
ImageScaleBy upscale image upscale_method scale_by
ImageInvert invert image
ImageBatch batch image1 image2
EmptyImage generate width height batch_size color
ImagePadForOutpaint expand_image image left top right bottom feathering
"""
_table = {line.split()[0]: line.split()[1:] for line in _METHODS.strip().splitlines()}
_made = {}
_HOOKS = ("IS_CHANGED", "VALIDATE_INPUTS", "check_lazy_status", "fingerprint_inputs", "validate_inputs")
SINCE_REMOVED = {"KSamplerAdvanced": ("denoise",), "ControlNetApplyAdvanced": ("extra_concat",)}  # arguments that change nothing here


def _collect(name, order, given, named):
    """Arguments by name, as the method's caller gave them."""
    if len(given) > len(order):
        extra = SINCE_REMOVED.get(name, ())
        given = given[:len(order)] if len(given) <= len(order) + len(extra) else given
    if len(given) > len(order):
        raise TypeError(f"{name} takes {len(order)} inputs ({', '.join(order)}), {len(given)} were given")
    found = dict(zip(order, given))
    found.update({key: value for key, value in named.items() if key not in SINCE_REMOVED.get(name, ())})
    known = catalogue.inputs_of(name)
    # what a workflow would carry along and the engine has at hand itself
    return {key: value for key, value in found.items() if key in known or key not in ("prompt", "extra_pnginfo", "unique_id", "dynprompt")}


def _result(outputs, ui):
    return {"ui": ui, "result": outputs} if ui else outputs


def _method(name, order):
    def call(self, *given, **named):
        outputs, ui = ask.run(name, _collect(name, order, given, named))
        return _result(outputs, ui)
    return call


def _execute(name, order):
    def execute(cls, *given, **named):
        from comfy_api.latest import io
        outputs, ui = ask.run(name, _collect(name, order, given, named))
        return io.NodeOutput(*outputs, ui=ui)
    return classmethod(execute)


class EngineNode:
    """What all of them are."""

    @classmethod
    def INPUT_TYPES(cls):
        return catalogue.input_types(cls._engine_name)

    def __getattr__(self, name):
        if name.startswith("_") or name in _HOOKS or name.isupper() or self._engine_name in _table:
            raise AttributeError(f"{self._engine_name} of the engine has no {name}")
        return _method(self._engine_name, list(catalogue.inputs_of(self._engine_name))).__get__(self)


def find(name):
    """The class of this name, or None when the engine has no such node."""
    if name in _made:
        return _made[name]
    record = catalogue.nodes().get(name)
    if record is None:
        return None
    function, *order = _table.get(name, ("execute", *catalogue.inputs_of(name)))
    body = {"_engine_name": name, "__module__": record["python_module"], "FUNCTION": function, "RETURN_TYPES": tuple(record["output"]),
            "RETURN_NAMES": tuple(record["output_name"]), "OUTPUT_IS_LIST": tuple(record["output_is_list"]), "CATEGORY": record["category"],
            "OUTPUT_NODE": record["output_node"], "DESCRIPTION": record["description"] or ""}
    body[function] = _execute(name, order) if function == "execute" else _method(name, order)
    _made[name] = type(name, (EngineNode,), body)
    return _made[name]


def names():
    return list(catalogue.nodes())
