"""make_definitions.py - pictures of models that are not the tiny one: other weights, sizes, batches, number formats, predictions, widths,
channels and ControlNets, by their definition (definition.py): definitions.json, definitions.safetensors, and the names and shapes of a
small Stable Diffusion 2 and of what a union of ControlNets has more, tiny_sd2.json and tiny_union.json. Written into the current folder, which holds the tiny models.

Weights are too many to keep. Every one is the tiny models' own times a hash of its place, or for Stable Diffusion 2 that hash alone:
tests/diffusion/weights_file.h makes the same files.

Use: /usr/bin/python3 make_definitions.py (Debian's python3-torch)."""
import json
import math

import torch

from definition import UNET as U, Lazy, clip_h, clip_l, euler, load, lots, normal, place
from write_tensors import write_tensors

BOAT, EMPTY = [49406, 320, 736, 4440, 49407], [49406, 49407]
SCALE = 0.18215


def vary(W, seed, kind):
    """Every number times 7/8 to 9/8."""
    return {name: (tensor.float() * (1 + lots(seed + sum(name.encode()), tensor.numel()) / 8).float().reshape(tensor.shape)).to(kind) for name, tensor in W.items()}


def widen(W, n_more):
    """The first layer sees as many channels more: half as strong as the four it has, over and over."""
    name = U + "input_blocks.0.0.weight"
    first = W[name].float()
    return {**W, name: torch.cat([first] + [first[:, k % 4:k % 4 + 1] / 2 for k in range(n_more)], 1)}


def describe_sd2():
    """Four levels of 64 to 128 channels, heads 64 wide, linear maps around transformers, OpenCLIP's text encoder."""
    shapes, channels, context = [], 64, 128

    def linear(name, n_out, n_in, bias=True):
        shapes.append((name + ".weight", n_out, n_in))
        if bias:
            shapes.append((name + ".bias", n_out))

    def convolution(name, n_out, n_in, side=3):
        shapes.extend([(name + ".weight", n_out, n_in, side, side), (name + ".bias", n_out)])

    def norm(name, n):
        shapes.extend([(name + ".weight", n), (name + ".bias", n)])

    def residual(at, n_in, n_out):
        norm(at + ".in_layers.0", n_in)
        convolution(at + ".in_layers.2", n_out, n_in)
        linear(at + ".emb_layers.1", n_out, 4 * channels)
        norm(at + ".out_layers.0", n_out)
        convolution(at + ".out_layers.3", n_out, n_out)
        if n_in != n_out:
            convolution(at + ".skip_connection", n_out, n_in, 1)

    def transformer(at, n):
        inner = at + ".transformer_blocks.0."
        norm(at + ".norm", n)
        linear(at + ".proj_in", n, n)
        for k, width in ((1, n), (2, context)):
            for name, n_in in (("to_q", n), ("to_k", width), ("to_v", width)):
                linear(f"{inner}attn{k}.{name}", n, n_in, False)
            linear(f"{inner}attn{k}.to_out.0", n, n)
        for k in (1, 2, 3):
            norm(f"{inner}norm{k}", n)
        linear(inner + "ff.net.0.proj", 8 * n, n)
        linear(inner + "ff.net.2", n, 4 * n)
        linear(at + ".proj_out", n, n)

    linear(U + "time_embed.0", 4 * channels, channels)
    linear(U + "time_embed.2", 4 * channels, 4 * channels)
    convolution(U + "input_blocks.0.0", channels, 4)
    widths, n, at, skips = [channels * m for m in (1, 2, 2, 2)], channels, 1, [channels]
    for level, width in enumerate(widths):
        for _ in range(2):
            residual(f"{U}input_blocks.{at}.0", n, width)
            n = width
            if level < 3:
                transformer(f"{U}input_blocks.{at}.1", n)
            skips.append(n)
            at += 1
        if level < 3:
            convolution(f"{U}input_blocks.{at}.0.op", n, n)
            skips.append(n)
            at += 1
    residual(U + "middle_block.0", n, n)
    transformer(U + "middle_block.1", n)
    residual(U + "middle_block.2", n, n)
    at = 0
    for level in (3, 2, 1, 0):
        for k in range(3):
            residual(f"{U}output_blocks.{at}.0", n + skips.pop(), widths[level])
            n = widths[level]
            if level < 3:
                transformer(f"{U}output_blocks.{at}.1", n)
            if level > 0 and k == 2:
                convolution(f"{U}output_blocks.{at}.{2 if level < 3 else 1}.conv", n, n)
            at += 1
    norm(U + "out.0", n)
    convolution(U + "out.2", 4, n)
    text = "cond_stage_model.model."
    shapes.extend([(text + "token_embedding.weight", 49408, context), (text + "positional_embedding", 77, context)])
    for i in range(3):
        at = f"{text}transformer.resblocks.{i}."
        norm(at + "ln_1", context)
        norm(at + "ln_2", context)
        shapes.extend([(at + "attn.in_proj_weight", 3 * context, context), (at + "attn.in_proj_bias", 3 * context)])
        linear(at + "attn.out_proj", context, context)
        linear(at + "mlp.c_fc", 4 * context, context)
        linear(at + "mlp.c_proj", context, 4 * context)
    norm(text + "ln_final", context)
    shapes.append((text + "text_projection", context, context))
    return shapes


def hashed(shapes):
    """Numbers that halves hold exactly, about as large as a trained network's."""
    W = {}
    for seed, (name, *shape) in enumerate(shapes):
        fan_in = math.prod(shape[1:]) if len(shape) > 1 else 0
        is_gain = fan_in == 0 and name.endswith("weight")
        shift = 5 if "embedding" in name else math.ceil(math.log2(fan_in) / 2) - 1 if fan_in else 1 if is_gain else 3
        W[name] = (lots(seed, math.prod(shape)) * 2.0**-shift + is_gain).reshape(shape)
    return W


cases, tensors = [], {}


def checkpoint(name):
    return {"node": "CheckpointLoaderSimple", "ckpt_name": name + ".safetensors"}


def add(key, W, name, latent, cfg=7.0, text=clip_l, at="cond_stage_model.transformer.text_model.", model=None, wrap=lambda positive, negative, k: (positive, negative)[k], samples=None, steps=4, **how):
    """A case: what KSampler gives, and the graph that asks for it. The model of the graph is `model`, its prompts go through `wrap`."""
    words, clip = place(W, at), {**checkpoint(name), "out": 1}
    prompts = [{"text": words, "clip": clip} for words in ("a red boat", "")]
    tensors[key] = euler(place(W, U), latent, normal(steps), cfg, text(words, BOAT), text(words, EMPTY), **how) / SCALE
    cases.append({"key": key, "out": [key], "tol_abs": round(1e-4 * tensors[key].abs().max().item(), 7), "graph": {
        "node": "KSampler", "model": model or checkpoint(name), "seed": 42, "steps": steps, "cfg": cfg, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0,
        "positive": wrap(*prompts, 0), "negative": wrap(*prompts, 1), "latent_image": samples or {"latent": {"samples": {"zeros": list(latent.shape)}}}}})


tiny, tiny_control = load("tiny_sd15.safetensors"), load("tiny_controlnet.safetensors")
zeros = torch.zeros
bfloats, halves = vary(tiny, 1, torch.bfloat16), vary(tiny, 2, torch.float16)
add("bfloats", bfloats, "bfloats", zeros(3, 4, 7, 9))
add("halves", halves, "halves", zeros(1, 4, 25, 17))
for key, latent, threshold, start, end in (("lazy", zeros(2, 4, 7, 9), 0.21, 0.0, 1.0), ("lazier", zeros(1, 4, 17, 25), 0.6, 0.15, 0.95)):
    add(key, tiny, "tiny_sd15", latent, steps=12, lazy=Lazy(threshold, start, end), model={"node": "LazyCache", "model": checkpoint("tiny_sd15"), "reuse_threshold": threshold, "start_percent": start, "end_percent": end})
add("velocity", halves, "halves", zeros(2, 4, 7, 9), velocity=True, model={"node": "ModelSamplingDiscrete", "model": checkpoint("halves"), "sampling": "v_prediction", "zsnr": False})

inputs = load("inputs.safetensors")
hint = inputs["hint_h64_w96"].double().permute(0, 3, 1, 2)
nets = place(tiny_control, "control_model."), place(vary(tiny_control, 3, torch.float16), "control_model.")
times = (0.8, 0.0, 0.6), (0.5, 0.3, 1.0)


def controlled(positive, negative, k):
    picture = {"tensor": "hint_h64_w96"}
    for name, image, (strength, start, end) in zip(("tiny_controlnet", "control_halves"), (picture, {"node": "ImageInvert", "image": picture}), times):
        node = {"node": "ControlNetApplyAdvanced", "positive": positive, "negative": negative, "control_net": {"node": "ControlNetLoader", "control_net_name": name + ".safetensors"},
                "image": image, "strength": strength, "start_percent": start, "end_percent": end}
        positive, negative = {**node, "out": 0}, {**node, "out": 1}
    return (positive, negative)[k]


add("controls", tiny, "tiny_sd15", zeros(2, 4, 8, 12), wrap=controlled, controls=[(nets[0], hint, *times[0]), (nets[1], 1 - hint, *times[1])])

UNION = [("task_embedding", 8, 32), ("transformer_layes.0.attn.in_proj_weight", 96, 32), ("transformer_layes.0.attn.in_proj_bias", 96), ("transformer_layes.0.attn.out_proj.weight", 32, 32),
         ("transformer_layes.0.attn.out_proj.bias", 32), ("transformer_layes.0.ln_1.weight", 32), ("transformer_layes.0.ln_1.bias", 32), ("transformer_layes.0.ln_2.weight", 32),
         ("transformer_layes.0.ln_2.bias", 32), ("transformer_layes.0.mlp.c_fc.weight", 128, 32), ("transformer_layes.0.mlp.c_fc.bias", 128), ("transformer_layes.0.mlp.c_proj.weight", 32, 128),
         ("transformer_layes.0.mlp.c_proj.bias", 32), ("spatial_ch_projs.weight", 32, 32), ("spatial_ch_projs.bias", 32), ("control_add_embedding.linear_1.weight", 128, 2048),
         ("control_add_embedding.linear_1.bias", 128), ("control_add_embedding.linear_2.weight", 128, 128), ("control_add_embedding.linear_2.bias", 128)]
union = {**place(tiny_control, "control_model."), **hashed(UNION)}
UNION_LOADER = {"node": "ControlNetLoader", "control_net_name": "union.safetensors"}
for name, kind, net in (("union_depth", [1], {"node": "SetUnionControlNetType", "control_net": UNION_LOADER, "type": "depth"}), ("union_tile", [6], {"node": "SetUnionControlNetType", "control_net": UNION_LOADER, "type": "tile"}), ("union", [], UNION_LOADER)):
    add(name, tiny, "tiny_sd15", zeros(2, 4, 8, 12), controls=[(union, hint, 1.0, 0.0, 1.0, *kind)], wrap=lambda positive, negative, k: {
        "node": "ControlNetApplyAdvanced", "positive": positive, "negative": negative, "control_net": net, "image": {"tensor": "hint_h64_w96"}, "strength": 1.0, "start_percent": 0.0, "end_percent": 1.0, "out": k})

painter = widen(tiny, 5)
given = inputs["lat_8x8"].double()
mask = zeros(1, 1, 8, 8)
mask[:, :, 2:7, 1:5] = 1
square = {"node": "MaskComposite", "destination": {"node": "SolidMask", "value": 0.0, "width": 8, "height": 8}, "source": {"node": "SolidMask", "value": 1.0, "width": 4, "height": 5}, "x": 1, "y": 2, "operation": "add"}
add("painter", painter, "painter", given * SCALE, mask=mask, shown=torch.cat([mask, given * SCALE], 1), samples={"node": "SetLatentNoiseMask", "samples": {"latent": {"samples": {"tensor": "lat_8x8"}}}, "mask": square})
blank = torch.tensor([0.8223, -0.6876, 0.6364, 0.1380]).reshape(1, 4, 1, 1)  # a grey picture's latent
add("painter_alone", painter, "painter", zeros(2, 4, 7, 9), shown=torch.cat([torch.ones(1, 1, 7, 9), blank.expand(1, 4, 7, 9)], 1))

sd2 = describe_sd2()
W = hashed(sd2)
for name, spread in (("sd2", 1 / 64), ("sd2_velocity", 4)):  # the spread of one bias tells what a model of this family predicts
    key = U + "output_blocks.11.1.transformer_blocks.0.norm1.bias"
    add(name, {**W, key: W[key] * spread}, name, zeros(2, 4, 7, 9), 5.0, clip_h, "cond_stage_model.model.", velocity=spread > 1)

write_tensors("definitions.safetensors", tensors)
with open("definitions.json", "w") as file:
    file.write('{"about": "made by make_definitions.py", "cases": [\n' + ",\n".join(map(json.dumps, cases)) + "]}\n")
for name, shapes in (("tiny_sd2", sd2), ("tiny_union", UNION)):
    with open(name + ".json", "w") as file:
        file.write("[\n" + ",\n".join(map(json.dumps, shapes)) + "]\n")
