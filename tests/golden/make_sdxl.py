"""make_sdxl.py IDS - a tiny SDXL written out in PyTorch, with doubles, from the public architecture: its names and shapes
(tiny_sdxl.json) and what it gives (tiny_sdxl_numbers.safetensors). IDS is the JSON list of the tokens of “a red boat”:
[49406,320,736,4440,49407]. Written into the current folder."""
import json, math, struct, sys
import numpy as np, torch, torch.nn.functional as F
torch.set_default_dtype(torch.float64)
L, G, V = 64, 64, 49408   # widths of the two text encoders, tokens
CH, MULT, DEPTH = 64, (1, 2, 2), (0, 1, 2)
shapes = []
def t(name, *s): shapes.append((name, s))
def lin(n, o, i, bias=True):
    t(n + ".weight", o, i)
    if bias: t(n + ".bias", o)
def conv(n, o, i, k=3): t(n + ".weight", o, i, k, k); t(n + ".bias", o)
def norm(n, c): t(n + ".weight", c); t(n + ".bias", c)
# text
P0, P1 = "conditioner.embedders.0.transformer.text_model.", "conditioner.embedders.1.model."
t(P0 + "embeddings.token_embedding.weight", V, L); t(P0 + "embeddings.position_embedding.weight", 77, L)
for i in range(3):
    a = f"{P0}encoder.layers.{i}."
    norm(a + "layer_norm1", L); norm(a + "layer_norm2", L)
    for q in ("q_proj", "k_proj", "v_proj", "out_proj"): lin(a + "self_attn." + q, L, L)
    lin(a + "mlp.fc1", 4 * L, L); lin(a + "mlp.fc2", L, 4 * L)
norm(P0 + "final_layer_norm", L)
t(P1 + "token_embedding.weight", V, G); t(P1 + "positional_embedding", 77, G)
for i in range(3):
    a = f"{P1}transformer.resblocks.{i}."
    norm(a + "ln_1", G); norm(a + "ln_2", G)
    t(a + "attn.in_proj_weight", 3 * G, G); t(a + "attn.in_proj_bias", 3 * G); lin(a + "attn.out_proj", G, G)
    lin(a + "mlp.c_fc", 4 * G, G); lin(a + "mlp.c_proj", G, 4 * G)
norm(P1 + "ln_final", G); t(P1 + "text_projection", G, G)
# unet
U = "model.diffusion_model."
T = 4 * CH
lin(U + "time_embed.0", T, CH); lin(U + "time_embed.2", T, T)
lin(U + "label_emb.0.0", T, G + 6 * 256); lin(U + "label_emb.0.2", T, T)
def res(a, i, o):
    norm(a + ".in_layers.0", i); conv(a + ".in_layers.2", o, i); lin(a + ".emb_layers.1", o, T); norm(a + ".out_layers.0", o); conv(a + ".out_layers.3", o, o)
    if i != o: conv(a + ".skip_connection", o, i, 1)
def trans(a, c, depth):
    norm(a + ".norm", c); lin(a + ".proj_in", c, c)
    for d in range(depth):
        b = f"{a}.transformer_blocks.{d}."
        for k, w in ((1, c), (2, L + G)):
            lin(f"{b}attn{k}.to_q", c, c, False); lin(f"{b}attn{k}.to_k", c, w, False); lin(f"{b}attn{k}.to_v", c, w, False); lin(f"{b}attn{k}.to_out.0", c, c)
        for k in (1, 2, 3): norm(f"{b}norm{k}", c)
        lin(b + "ff.net.0.proj", 8 * c, c); lin(b + "ff.net.2", c, 4 * c)
    lin(a + ".proj_out", c, c)
conv(U + "input_blocks.0.0", CH, 4)
c, at, skips, plan = CH, 1, [CH], []
for lv, m in enumerate(MULT):
    for _ in range(2):
        res(f"{U}input_blocks.{at}.0", c, CH * m); c = CH * m
        if DEPTH[lv]: trans(f"{U}input_blocks.{at}.1", c, DEPTH[lv])
        skips.append(c); at += 1
    if lv < 2: conv(f"{U}input_blocks.{at}.0.op", c, c); skips.append(c); at += 1
NIN = at
res(U + "middle_block.0", c, c); trans(U + "middle_block.1", c, DEPTH[-1]); res(U + "middle_block.2", c, c)
at = 0
for lv in (2, 1, 0):
    for k in range(3):
        res(f"{U}output_blocks.{at}.0", c + skips.pop(), CH * MULT[lv]); c = CH * MULT[lv]; n = 1
        if DEPTH[lv]: trans(f"{U}output_blocks.{at}.1", c, DEPTH[lv]); n = 2
        if lv and k == 2: conv(f"{U}output_blocks.{at}.{n}.conv", c, c)
        at += 1
NOUT = at
norm(U + "out.0", c); conv(U + "out.2", 4, c)
# numbers: a hash of the place, ten bits times a power of two, so that halves hold them too
def numbers(seed, n):
    x = (np.arange(n, dtype=np.uint64) * 2654435761 + seed * 40503 + 12345) & 0xffffffff
    for _ in range(2):
        x ^= x >> 16; x = (x * 0x45d9f3b) & 0xffffffff
    x ^= x >> 16
    return ((x >> 22).astype(np.int64) - 512) / 512.0
W = {}
for k, (n, s) in enumerate(shapes):
    fan = math.prod(s[1:]) if len(s) > 1 else 0
    shift = 5 if "embedding" in n else math.ceil(math.log2(fan) / 2) - 1 if fan else 1 if n.endswith("weight") else 3
    x = numbers(k, math.prod(s)) * 2.0 ** -shift
    if not fan and n.endswith("weight"): x = x + 1
    W[n] = torch.tensor(x.reshape(s))
def l(n, x): return F.linear(x, W[n + ".weight"], W.get(n + ".bias"))
def ln(n, x): return F.layer_norm(x, x.shape[-1:], W[n + ".weight"], W[n + ".bias"])
def gn(n, x, e): return F.group_norm(x, 32, W[n + ".weight"], W[n + ".bias"], e)
def cv(n, x, s=1): w = W[n + ".weight"]; return F.conv2d(x, w, W[n + ".bias"], s, w.shape[-1] // 2)
def att(q, k, v, heads, mask=None):
    b, n, c = q.shape
    q, k, v = (z.reshape(b, z.shape[1], heads, c // heads).transpose(1, 2) for z in (q, k, v))
    s = q @ k.transpose(2, 3) / math.sqrt(c // heads)
    if mask is not None: s = s + mask
    return (s.softmax(-1) @ v).transpose(1, 2).reshape(b, n, c)
MASK = torch.full((77, 77), float("-inf")).triu(1)
def text(ids_l, ids_g):
    x = W[P0 + "embeddings.token_embedding.weight"][ids_l][None] + W[P0 + "embeddings.position_embedding.weight"]
    for i in range(3):
        a = f"{P0}encoder.layers.{i}."
        h = ln(a + "layer_norm1", x)
        x = x + l(a + "self_attn.out_proj", att(*(l(a + f"self_attn.{q}_proj", h) for q in "qkv"), 1, MASK))
        h = l(a + "mlp.fc1", ln(a + "layer_norm2", x)); x = x + l(a + "mlp.fc2", h * torch.sigmoid(1.702 * h))
        if i == 1: hl = x
    x = W[P1 + "token_embedding.weight"][ids_g][None] + W[P1 + "positional_embedding"]
    for i in range(3):
        a = f"{P1}transformer.resblocks.{i}."
        h = F.linear(ln(a + "ln_1", x), W[a + "attn.in_proj_weight"], W[a + "attn.in_proj_bias"])
        x = x + l(a + "attn.out_proj", att(*h.chunk(3, -1), 1, MASK))
        x = x + l(a + "mlp.c_proj", F.gelu(l(a + "mlp.c_fc", ln(a + "ln_2", x))))
        if i == 1: hg = x
    end = ids_g.index(49407)
    pooled = ln(P1 + "ln_final", x)[:, end] @ W[P1 + "text_projection"]
    return torch.cat([hl, hg], -1), pooled
def waves(v, n):
    f = torch.exp(-math.log(10000) * torch.arange(n // 2) / (n // 2)); a = v * f
    return torch.cat([a.cos(), a.sin()])
def rblock(a, x, e):
    h = cv(a + ".in_layers.2", F.silu(gn(a + ".in_layers.0", x, 1e-5))) + l(a + ".emb_layers.1", F.silu(e))[:, :, None, None]
    h = cv(a + ".out_layers.3", F.silu(gn(a + ".out_layers.0", h, 1e-5)))
    return h + (cv(a + ".skip_connection", x) if a + ".skip_connection.weight" in W else x)
def tblock(a, x, ctx):
    b, c, hh, ww = x.shape
    h = l(a + ".proj_in", gn(a + ".norm", x, 1e-6).reshape(b, c, -1).transpose(1, 2)); d = 0
    while f"{a}.transformer_blocks.{d}.norm1.weight" in W:
        p = f"{a}.transformer_blocks.{d}."
        for k in (1, 2):
            n = ln(f"{p}norm{k}", h); s = n if k == 1 else ctx
            h = h + l(f"{p}attn{k}.to_out.0", att(l(f"{p}attn{k}.to_q", n), l(f"{p}attn{k}.to_k", s), l(f"{p}attn{k}.to_v", s), c // 64))
        v, g = l(p + "ff.net.0.proj", ln(p + "norm3", h)).chunk(2, -1)
        h = h + l(p + "ff.net.2", v * F.gelu(g)); d += 1
    return x + l(a + ".proj_out", h).transpose(1, 2).reshape(b, c, hh, ww)
def unet(x, ts, ctx, label):
    e = l(U + "time_embed.2", F.silu(l(U + "time_embed.0", waves(ts, CH)[None]))) + l(U + "label_emb.0.2", F.silu(l(U + "label_emb.0.0", label)))
    def block(a, h):
        for i in range(3):
            n = f"{a}.{i}"
            if n + ".in_layers.0.weight" in W: h = rblock(n, h, e)
            elif n + ".norm.weight" in W: h = tblock(n, h, ctx)
            elif n + ".op.weight" in W: h = cv(n + ".op", h, 2)
            elif n + ".conv.weight" in W: h = cv(n + ".conv", F.interpolate(h, scale_factor=2, mode="nearest"))
            elif n + ".weight" in W: h = cv(n, h)
        return h
    h, keep = x, []
    for i in range(NIN): h = block(f"{U}input_blocks.{i}", h); keep.append(h)
    h = block(U + "middle_block", h)
    for i in range(NOUT): h = block(f"{U}output_blocks.{i}", torch.cat([h, keep.pop()], 1))
    return cv(U + "out.2", F.silu(gn(U + "out.0", h, 1e-5)))
ids = json.loads(sys.argv[1]); n = len(ids)
states, pooled = text(ids + [49407] * (77 - n), ids + [0] * (77 - n))
H, WW = 8, 12
sizes = [H * 8, WW * 8, 0, 0, H * 8, WW * 8]   # height, width, crop top and left, target
label = torch.cat([pooled[0]] + [waves(float(v), 256) for v in sizes])[None]
sizes2 = [1024, 768, 32, 16, 512, 640]
label2 = torch.cat([pooled[0]] + [waves(float(v), 256) for v in sizes2])[None]
betas = torch.linspace(0.00085 ** 0.5, 0.012 ** 0.5, 1000) ** 2
kept = (1 - betas).cumprod(0)
sig = ((1 - kept) / kept).sqrt()
noise = torch.tensor(numbers(9999, 4 * H * WW).reshape(1, 4, H, WW)) * 2
s0, s1 = 10.0, 2.0
ts = float((sig.log() - math.log(s0)).abs().argmin())
def step(lab):
    x = noise * s0
    eps = unet(x / math.sqrt(s0 * s0 + 1), ts, states, lab)
    clean = x - eps * s0
    return (x + (x - clean) / s0 * (s1 - s0)) / 0.13025, eps
out, eps = step(label); out2, _ = step(label2)
print("states", states.std().item(), "pooled", pooled.std().item(), "eps", eps.std().item(), "diff", (out - out2).abs().max().item(), "out", out.abs().max().item(), "t", ts, "params", sum(math.prod(s) for _, s in shapes) - 2 * V * 64)
tensors = {"states": states, "pooled": pooled, "latent": out, "latent_other_sizes": out2}
h, data = {}, b""
for k, v in tensors.items():
    raw = v.float().contiguous().numpy().tobytes(); h[k] = {"dtype": "F32", "shape": list(v.shape), "data_offsets": [len(data), len(data) + len(raw)]}; data += raw
text_ = json.dumps(h).encode()
open("tiny_sdxl_numbers.safetensors", "wb").write(struct.pack("<Q", len(text_)) + text_ + data)
json.dump([[n, *s] for n, s in shapes], open("tiny_sdxl.json", "w"), separators=(",", ":"))
