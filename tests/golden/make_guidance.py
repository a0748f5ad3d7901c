"""make_guidance.py - guidance and attention of SD 1 that nodes change, by their definitions in PyTorch, with doubles, over tiny_sd15.safetensors:
guidance.safetensors. Written into the current folder, which holds the checkpoint.

Use: /usr/bin/python3 make_guidance.py (Debian's python3-torch)."""
import json, math, struct, torch, torch.nn.functional as F
from write_tensors import write_tensors
torch.set_default_dtype(torch.float64)
U = "model.diffusion_model."


def load(path):
    data = open(path, "rb").read()
    n = struct.unpack("<Q", data[:8])[0]
    kinds = {"F32": torch.float32, "F16": torch.float16}
    out = {}
    for name, t in json.loads(data[8:8 + n]).items():
        if name.startswith(U):
            first, last = (8 + n + i for i in t["data_offsets"])
            out[name] = torch.frombuffer(bytearray(data[first:last]), dtype=kinds[t["dtype"]]).double().reshape(t["shape"])
    return out


W = load("tiny_sd15.safetensors")
def l(n, x): return F.linear(x, W[n + ".weight"], W.get(n + ".bias"))
def ln(n, x): return F.layer_norm(x, x.shape[-1:], W[n + ".weight"], W[n + ".bias"])
def gn(n, x, e): return F.group_norm(x, 32, W[n + ".weight"], W[n + ".bias"], e)
def cv(n, x, s=1): w = W[n + ".weight"]; return F.conv2d(x, w, W[n + ".bias"], s, w.shape[-1] // 2)


def weights(q, k, heads=8):
    q, k = (z.reshape(z.shape[0], z.shape[1], heads, -1).transpose(1, 2) for z in (q, k))
    return (q @ k.transpose(2, 3) / math.sqrt(q.shape[-1])).softmax(-1)


def attention(q, k, v, heads=8):
    b, n, c = q.shape
    k, v = k.reshape(b, -1, c), v.reshape(b, -1, c)  # as many pictures as ask: what was asked of is cut in order
    return (weights(q, k) @ v.reshape(b, -1, heads, c // heads).transpose(1, 2)).transpose(1, 2).reshape(b, n, c)


def draw(lot, which):
    x = (lot * 2654435761 + which * 40503 + 1) & 0xffffffff
    x = ((x ^ x >> 16) * 0x85ebca6b) & 0xffffffff
    x = ((x ^ x >> 13) * 0xc2b2ae35) & 0xffffffff
    return x ^ x >> 16


def tiled(tile, depth, scales):  # at most two sizes to draw from: the first is taken
    def divide(n, least):
        return next(n // i for i in range(min(least, n), n + 1) if n % i == 0)

    def change(n, size, lot):
        b, hw, c = n.shape
        levels = [size[0] / 2**i * size[1] / 2**i for i in range(depth + 1)]
        if hw not in levels: return n, lambda out: out
        h, w = round(math.sqrt(hw * size[1] / size[0])), round(math.sqrt(hw * size[0] / size[1]))
        least = max(32, tile) // 8 * (2**levels.index(hw) if scales else 1)
        nh, nw = divide(h, least), divide(w, least)
        cut = n.reshape(b, nh, h // nh, nw, w // nw, c).permute(0, 1, 3, 2, 4, 5).reshape(b * nh * nw, -1, c)
        return cut, lambda out: out.reshape(b, nh, nw, h // nh, w // nw, c).permute(0, 1, 3, 2, 4, 5).reshape(b, hw, c)
    return change


def merged(ratio):
    def change(n, size, lot):
        b, hw, c = n.shape
        h, w = size
        if hw != h * w: return n, lambda out: out
        to = [i for i in range(hw) if i // w < h // 2 * 2 and i % w < w // 2 * 2 and draw(lot, i // w // 2 * (w // 2) + i % w // 2) % 4 == i // w % 2 * 2 + i % w % 2]
        rest = [i for i in range(hw) if i not in to]
        r = min(int(hw * ratio), len(rest))
        unit = n / n.norm(dim=-1, keepdim=True)
        best, where = (unit[:, rest] @ unit[:, to].transpose(1, 2)).max(-1)
        outs, maps = [], []
        for i in range(b):
            order = best[i].argsort(descending=True).tolist()
            row, rows = {}, []
            for k, t in enumerate(to): row[t] = len(rest) - r + k
            for k in order[:r]: row[rest[k]] = len(rest) - r + where[i, k].item()
            for k, o in enumerate(order[r:]): row[rest[o]] = k
            index = torch.tensor([row[t] for t in range(hw)])
            outs.append(torch.stack([n[i, index == k].mean(0) for k in range(hw - r)]))
            maps.append(index)
        return torch.stack(outs), lambda out: torch.stack([out[i, maps[i]] for i in range(b)])
    return change


def unet(x, t, context, change=None, looks=None):
    waves = float(t) * torch.exp(-math.log(10000) * torch.arange(16) / 16)
    e = F.silu(l(U + "time_embed.2", F.silu(l(U + "time_embed.0", torch.cat([waves.cos(), waves.sin()])[None]))))
    size, lot = x.shape[2:], struct.unpack("<I", struct.pack("<f", t))[0]

    def res(a, h):
        out = cv(a + ".in_layers.2", F.silu(gn(a + ".in_layers.0", h, 1e-5))) + l(a + ".emb_layers.1", e)[:, :, None, None]
        out = cv(a + ".out_layers.3", F.silu(gn(a + ".out_layers.0", out, 1e-5)))
        return out + (cv(a + ".skip_connection", h) if a + ".skip_connection.weight" in W else h)

    def transformer(a, h):
        nonlocal lot
        b, c, hh, ww = h.shape
        x = cv(a + ".proj_in", gn(a + ".norm", h, 1e-6)).reshape(b, c, -1).transpose(1, 2)
        p = a + ".transformer_blocks.0."
        n = ln(p + "norm1", x)
        asking, back = (change or (lambda n, *_: (n, lambda out: out)))(n, size, lot)
        lot = (lot + 1) & 0xffffffff
        q, k, v = l(p + "attn1.to_q", asking), l(p + "attn1.to_k", n), l(p + "attn1.to_v", n)
        if looks is not None and "middle_block" in a: looks.append(weights(q, k).mean(1).sum(1).reshape(b, hh, ww))
        x = x + back(l(p + "attn1.to_out.0", attention(q, k, v)))
        n = ln(p + "norm2", x)
        x = x + l(p + "attn2.to_out.0", attention(l(p + "attn2.to_q", n), l(p + "attn2.to_k", context), l(p + "attn2.to_v", context)))
        v, g = l(p + "ff.net.0.proj", ln(p + "norm3", x)).chunk(2, -1)
        x = x + l(p + "ff.net.2", v * F.gelu(g))
        return h + cv(a + ".proj_out", x.transpose(1, 2).reshape(b, c, hh, ww))

    def block(a, h):
        for i in range(3):
            n = f"{a}.{i}"
            if n + ".in_layers.0.weight" in W: h = res(n, h)
            elif n + ".norm.weight" in W: h = transformer(n, h)
            elif n + ".op.weight" in W: h = cv(n + ".op", h, 2)
            elif n + ".conv.weight" in W: h = cv(n + ".conv", F.interpolate(h, scale_factor=2, mode="nearest"))
            elif n + ".weight" in W: h = cv(n, h)
        return h
    h, kept = x, []
    for i in range(12): h = block(f"{U}input_blocks.{i}", h); kept.append(h)
    h = block(U + "middle_block", h)
    for i in range(12): h = block(f"{U}output_blocks.{i}", torch.cat([h, kept.pop()], 1))
    return cv(U + "out.2", F.silu(gn(U + "out.0", h, 1e-5)))


betas = torch.linspace(0.00085**0.5, 0.012**0.5, 1000)**2
sigmas = (((1 - (1 - betas).cumprod(0)) / (1 - betas).cumprod(0))**0.5)
torch.manual_seed(11)
STEP, CFG = 600, 7.5
sigma = sigmas[STEP].float().double()
x = (torch.randn(2, 4, 16, 32) * sigma).float().double()
positive, negative, empty = (torch.randn(1, 77, 64).float().double() for _ in range(3))
tensors = {"x": x, "sigma": sigma[None], "positive": positive, "negative": negative, "empty": empty}


def clean(x, context, looks=None):
    return x - sigma * unet(x / (sigma**2 + 1)**0.5, STEP, context.expand(x.shape[0], -1, -1), looks=looks)


for name, change in {"plain": None, "tiled": tiled(32, 0, False), "tiled_deep": tiled(32, 1, False), "tiled_scaled": tiled(32, 1, True), "merged": merged(0.3), "merged_most": merged(1.0)}.items():
    tensors["unet." + name] = unet(x / (sigma**2 + 1)**0.5, STEP, positive.expand(2, -1, -1), change)
looks = []
c, u, n = clean(x, positive), clean(x, negative, looks), clean(x, empty)
looks = looks[0]
tensors["looks"] = looks
for name, low, high, cutoff in (("frequencies", 0.5, 1.25, 3), ("frequencies_all", 0.5, 1.25, 20)):
    f = torch.fft.fftshift(torch.fft.fftn(c - u, dim=(-2, -1)), dim=(-2, -1))
    scale = torch.full(f.shape[2:], high)
    h, w = (min(cutoff, s // 2) for s in f.shape[2:])
    scale[f.shape[2] // 2 - h:f.shape[2] // 2 + h, f.shape[3] // 2 - w:f.shape[3] // 2 + w] = low
    tensors["clean." + name] = u + torch.fft.ifftn(torch.fft.ifftshift(f * scale, dim=(-2, -1)), dim=(-2, -1)).real * CFG
pos, neg = (c - n).flatten(1), (u - n).flatten(1)
across = neg - (neg * pos).sum(1, keepdim=True) / (pos * pos).sum(1, keepdim=True) * pos
tensors["clean.perpendicular"] = n + CFG * (pos - 0.8 * across).reshape(n.shape)
at = torch.arange(-4.0, 5.0)
kernel = torch.exp(-0.5 * (at / 2.0)**2)
kernel = kernel / kernel.sum()
blurred = F.conv2d(F.pad(u, (4, 4, 4, 4), mode="reflect"), (kernel[:, None] @ kernel[None])[None, None].expand(4, 1, 9, 9), groups=4)
mask = F.interpolate((looks > 1)[:, None].double(), u.shape[2:])
degraded = blurred * mask + u * (1 - mask)
tensors["clean.degraded"] = u + (c - u) * CFG + (degraded - clean(degraded + x - u, negative)) * 0.5
print("looked at more than on average:", mask.mean().item())

# LCM whose picture is half as large again after the first of two steps: noise from one generator, at scale as ComfyUI begins
torch.manual_seed(7)
first = torch.randn(1, 4, 16, 16, dtype=torch.float32)
low = sigmas[200].float().double()
grown = F.interpolate(clean(first.double() * sigma, positive), (24, 24), mode="nearest-exact")
grown = grown + low * torch.randn(1, 4, 24, 24, dtype=torch.float32).double()
tensors["low"], tensors["grown"] = low[None], (grown - low * unet(grown / (low**2 + 1)**0.5, 200, positive)) / 0.18215

write_tensors("guidance.safetensors", tensors)
