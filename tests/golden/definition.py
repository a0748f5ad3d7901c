"""Stable Diffusion's networks written out in PyTorch, with doubles, from their public architectures: what they give by definition, for
any widths and depths that the weights' names and shapes tell. `W` maps names to tensors, a name ends without a dot."""
import json
import math
import struct

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
UNET = "model.diffusion_model."
KINDS = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64}


def load(path):
    data = open(path, "rb").read()
    n = struct.unpack("<Q", data[:8])[0]
    tensors = {}
    for name, t in json.loads(data[8:8 + n]).items():
        if name != "__metadata__" and t["shape"] and t["dtype"] != "I64":
            first, last = (8 + n + i for i in t["data_offsets"])
            tensors[name] = torch.frombuffer(bytearray(data[first:last]), dtype=KINDS[t["dtype"]]).reshape(t["shape"])
    return tensors


def place(W, prefix):
    """The weights at one place, as doubles."""
    return {name[len(prefix):]: tensor.double() for name, tensor in W.items() if name.startswith(prefix)}


def lots(seed, n):
    """A hash of each place below `n`: -1 to 1 in steps of 1/512."""
    x = (torch.arange(n, dtype=torch.int64) * 2654435761 + seed * 40503 + 12345) & 0xffffffff
    for _ in range(2):
        x = x ^ x >> 16
        x = (x * 0x45d9f3b) & 0xffffffff
    return ((x ^ x >> 16) >> 22).double() / 512 - 1


def linear(W, name, x):
    weight = W[name + ".weight"]
    return F.linear(x, weight.reshape(weight.shape[0], -1), W.get(name + ".bias"))


def layer_norm(W, name, x):
    return F.layer_norm(x, x.shape[-1:], W[name + ".weight"], W[name + ".bias"])


def group_norm(W, name, x, epsilon=1e-5):
    return F.group_norm(x, 32, W[name + ".weight"], W[name + ".bias"], epsilon)


def convolve(W, name, x, stride=1):
    weight = W[name + ".weight"]
    return F.conv2d(x, weight, W[name + ".bias"], stride, weight.shape[-1] // 2)


def attend(q, k, v, n_heads, mask=None):
    b, n, c = q.shape
    q, k, v = (x.reshape(b, x.shape[1], n_heads, c // n_heads).transpose(1, 2) for x in (q, k, v))
    scores = q @ k.transpose(2, 3) / math.sqrt(c // n_heads)
    return ((scores if mask is None else scores + mask).softmax(-1) @ v).transpose(1, 2).reshape(b, n, c)


# --- texts ---

CAUSAL = torch.full((77, 77), float("-inf")).triu(1)


def clip_l(W, ids):
    """States of all layers; texts are held in halves."""
    W = {name: tensor.half().double() for name, tensor in W.items()}
    x = W["embeddings.token_embedding.weight"][ids + [49407] * (77 - len(ids))][None] + W["embeddings.position_embedding.weight"]
    for i in range(layers(W, "encoder.layers.{}.mlp.fc1.weight")):
        at = f"encoder.layers.{i}."
        h = layer_norm(W, at + "layer_norm1", x)
        x = x + linear(W, at + "self_attn.out_proj", attend(*(linear(W, f"{at}self_attn.{q}_proj", h) for q in "qkv"), x.shape[-1] // 64, CAUSAL))
        h = linear(W, at + "mlp.fc1", layer_norm(W, at + "layer_norm2", x))
        x = x + linear(W, at + "mlp.fc2", h * torch.sigmoid(1.702 * h))
    return layer_norm(W, "final_layer_norm", x)


def clip_h(W, ids):
    """States before the last layer, as Stable Diffusion 2 wants them."""
    W = {name: tensor.half().double() for name, tensor in W.items()}
    x = W["token_embedding.weight"][ids + [0] * (77 - len(ids))][None] + W["positional_embedding"]
    for i in range(layers(W, "transformer.resblocks.{}.ln_1.weight") - 1):
        at = f"transformer.resblocks.{i}."
        qkv = F.linear(layer_norm(W, at + "ln_1", x), W[at + "attn.in_proj_weight"], W[at + "attn.in_proj_bias"])
        x = x + linear(W, at + "attn.out_proj", attend(*qkv.chunk(3, -1), x.shape[-1] // 64, CAUSAL))
        x = x + linear(W, at + "mlp.c_proj", F.gelu(linear(W, at + "mlp.c_fc", layer_norm(W, at + "ln_2", x))))
    return layer_norm(W, "ln_final", x)


# --- pictures ---

def layers(W, pattern):
    i = 0
    while pattern.format(i) in W:
        i += 1
    return i


def blocks(W, name):
    i = 0
    while any(key.startswith(f"{name}.{i}.") for key in W):
        i += 1
    return i


def embed(W, t):
    n = W["time_embed.0.weight"].shape[1]
    angles = t[:, None] * torch.exp(-math.log(10000) * torch.arange(n // 2) / (n // 2))
    return linear(W, "time_embed.2", F.silu(linear(W, "time_embed.0", torch.cat([angles.cos(), angles.sin()], -1))))


def residual(W, at, x, time):
    h = convolve(W, at + ".in_layers.2", F.silu(group_norm(W, at + ".in_layers.0", x))) + linear(W, at + ".emb_layers.1", F.silu(time))[:, :, None, None]
    h = convolve(W, at + ".out_layers.3", F.silu(group_norm(W, at + ".out_layers.0", h)))
    return h + (convolve(W, at + ".skip_connection", x) if at + ".skip_connection.weight" in W else x)


def transformer(W, at, x, context):
    b, c, height, width = x.shape
    n_heads = c // 64 if W[at + ".proj_in.weight"].dim() == 2 else 8
    h = linear(W, at + ".proj_in", group_norm(W, at + ".norm", x, 1e-6).reshape(b, c, -1).transpose(1, 2))
    for i in range(layers(W, at + ".transformer_blocks.{}.norm1.weight")):
        inner = f"{at}.transformer_blocks.{i}."
        for k in (1, 2):
            normed = layer_norm(W, f"{inner}norm{k}", h)
            seen = normed if k == 1 else context
            h = h + linear(W, f"{inner}attn{k}.to_out.0", attend(linear(W, f"{inner}attn{k}.to_q", normed), linear(W, f"{inner}attn{k}.to_k", seen), linear(W, f"{inner}attn{k}.to_v", seen), n_heads))
        value, gate = linear(W, inner + "ff.net.0.proj", layer_norm(W, inner + "norm3", h)).chunk(2, -1)
        h = h + linear(W, inner + "ff.net.2", value * F.gelu(gate))
    return x + linear(W, at + ".proj_out", h).transpose(1, 2).reshape(b, c, height, width)


def block(W, at, h, time, context, size=None):
    for i in range(3):
        name = f"{at}.{i}"
        if name + ".in_layers.0.weight" in W:
            h = residual(W, name, h, time)
        elif name + ".norm.weight" in W:
            h = transformer(W, name, h, context)
        elif name + ".op.weight" in W:
            h = convolve(W, name + ".op", h, 2)
        elif name + ".conv.weight" in W:
            h = convolve(W, name + ".conv", F.interpolate(h, size=size, mode="nearest"))
        elif name + ".weight" in W:
            h = convolve(W, name, h)
    return h


def unet(W, x, t, context, added=None):
    """`added` is what ControlNets give: one for each input block, then the middle's."""
    time, h, skips, added = embed(W, t), x, [], list(added or [])
    for i in range(blocks(W, "input_blocks")):
        h = block(W, f"input_blocks.{i}", h, time, context)
        skips.append(h)
    h = block(W, "middle_block", h, time, context)
    h = h + added.pop() if added else h
    for i in range(blocks(W, "output_blocks")):
        skip = skips.pop()
        skip = skip + added.pop() if added else skip
        h = block(W, f"output_blocks.{i}", torch.cat([h, skip], 1), time, context, skips[-1].shape[-2:] if skips else None)
    return convolve(W, "out.2", F.silu(group_norm(W, "out.0", h)))


def told(W, kind):
    """What a union of ControlNets adds to the time: each kind's yes or no as 256 waves."""
    n = W["task_embedding"].shape[0]
    angles = (torch.arange(n) == (-1 if kind is None else kind))[:, None] * torch.exp(-math.log(10000) * torch.arange(128) / 128)
    waves = torch.cat([angles.cos(), angles.sin()], -1).reshape(1, n * 256)
    return linear(W, "control_add_embedding.linear_2", F.silu(linear(W, "control_add_embedding.linear_1", waves)))


def shift(W, features, kind):
    """By what a transformer makes of the features' means and the kind, one token."""
    x = (features.mean((2, 3)) + W["task_embedding"][kind])[:, None]
    for i in range(layers(W, "transformer_layes.{}.ln_1.weight")):
        at = f"transformer_layes.{i}."
        qkv = F.linear(layer_norm(W, at + "ln_1", x), W[at + "attn.in_proj_weight"], W[at + "attn.in_proj_bias"])
        x = x + linear(W, at + "attn.out_proj", attend(*qkv.chunk(3, -1), 8))
        h = linear(W, at + "mlp.c_fc", layer_norm(W, at + "ln_2", x))
        x = x + linear(W, at + "mlp.c_proj", h * torch.sigmoid(1.702 * h))
    return features + linear(W, "spatial_ch_projs", x)[:, 0, :, None, None]


def control(W, x, hint, t, context, kind=None):
    time, h, outputs = embed(W, t), x, []
    time = time + told(W, kind) if "task_embedding" in W else time
    for i in range(8):
        hint = convolve(W, f"input_hint_block.{2 * i}", hint, 2 if i in (2, 4, 6) else 1)
        hint = F.silu(hint) if i < 7 else hint
    hint = hint if kind is None else shift(W, hint, kind)
    for i in range(blocks(W, "input_blocks")):
        h = block(W, f"input_blocks.{i}", h, time, context)
        h = h + hint if i == 0 else h
        outputs.append(convolve(W, f"zero_convs.{i}.0", h))
    return outputs + [convolve(W, "middle_block_out.0", block(W, "middle_block", h, time, context))]


# --- sampling ---

BETAS = torch.linspace(0.00085**0.5, 0.012**0.5, 1000)**2
SIGMAS = ((1 - (1 - BETAS).cumprod(0)) / (1 - BETAS).cumprod(0))**0.5


def sigma_at(t):
    low, share = math.floor(t), t - math.floor(t)
    return math.exp((1 - share) * math.log(SIGMAS[low]) + share * math.log(SIGMAS[math.ceil(t)]))


def normal(steps):
    return [sigma_at(t) for t in torch.linspace(999, 0, steps).tolist()] + [0.0]


def sigma_at_percent(share):
    return math.inf if share <= 0 else 0.0 if share >= 1 else sigma_at((1 - share) * 999)


def noise(shape, seed):
    generator = torch.Generator()
    generator.manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float32).double()


class Lazy:
    """Steps whose result follows from those before, as long as what every eighth cell says of them stays below a threshold."""

    def __init__(self, threshold, start, end):
        self.threshold, self.last, self.rate, self.sum, self.moved, self.told = threshold, None, None, 0, None, []
        self.sigmas = sigma_at_percent(end), sigma_at_percent(start)

    def foretell(self, x, sigma):
        self.moved = None
        if self.last is None or not self.sigmas[0] < sigma <= self.sigmas[1]:
            return None
        self.moved = (x - self.last[0])[..., ::8, ::8].abs().mean()
        if self.rate is None:
            return None
        self.sum = self.sum + self.rate * self.moved / self.last[1].abs().mean()
        self.told.append((round(float(self.sum), 3), bool(self.sum < self.threshold)))
        if self.sum < self.threshold:
            return x + self.last[1] - self.last[0]
        self.sum = 0
        return None

    def learn(self, x, sigma, clean):
        if sigma <= self.sigmas[0]:
            return
        if self.moved is not None:
            self.rate = (clean - self.last[1])[..., ::8, ::8].abs().mean() / self.moved
        self.last = x, clean


def euler(W, latent, sigmas, cfg, positive, negative, seed=42, velocity=False, shown=None, controls=(), mask=None, lazy=None):
    """From noise on a scaled latent. `shown`: channels that in-painting models see beside it; `controls`: (weights, hint, strength, start,
    end, and the kind of a union's hint); `mask`: what is made anew;
    `lazy`: threshold, start and end of steps that are foretold."""
    n, start = latent.shape[0], noise(latent.shape, seed)
    x = latent + start * math.sqrt(1 + sigmas[0]**2)
    for sigma, following in zip(sigmas, sigmas[1:]):
        if mask is not None:
            x = x * mask + (latent + start * sigma) * (1 - mask)
        t = torch.full((n,), float((SIGMAS.log() - math.log(sigma)).abs().argmin()))
        guided = lazy.foretell(x, sigma) if lazy else None
        if guided is not None:
            x = x + (x - guided) / sigma * (following - sigma)
            continue
        seen, clean = x / math.sqrt(sigma**2 + 1), []
        for context in (positive.expand(n, -1, -1), negative.expand(n, -1, -1)):
            acting = [[strength * out for out in control(C, seen, hint.expand(n, -1, -1, -1), t, context, *kind)] for C, hint, strength, begin, end, *kind in controls if sigma_at_percent(end) <= sigma <= sigma_at_percent(begin)]
            out = unet(W, seen if shown is None else torch.cat([seen, shown.expand(n, -1, -1, -1)], 1), t, context, [sum(outs) for outs in zip(*acting)])
            clean.append(x / (sigma**2 + 1) - out * sigma / math.sqrt(sigma**2 + 1) if velocity else x - out * sigma)
        guided = clean[1] + (clean[0] - clean[1]) * cfg
        if lazy:
            lazy.learn(x, sigma, guided)
        if mask is not None:
            guided = guided * mask + latent * (1 - mask)
        x = x + (x - guided) / sigma * (following - sigma)
    return x
