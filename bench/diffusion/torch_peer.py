"""torch_peer.py FILE [--json] [part...] - the time PyTorch takes for the same tensors: UNet step, VAE decode, text encoding.

Parts: text unet256 unet512 vae. MIKTOS_PROFILE=1 prints where the time goes."""
import json
import os
import struct
import sys
import time

import torch
import torch.nn.functional as F


def load(path):
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(length))
        data = torch.frombuffer(bytearray(file.read()), dtype=torch.uint8)
    header.pop("__metadata__", None)
    return {k: data[v["data_offsets"][0]:v["data_offsets"][1]].view(torch.float16).reshape(v["shape"]).float() for k, v in header.items()}


class Net:
    def __init__(self, weights, prefix):
        self.w = {k[len(prefix):]: v for k, v in weights.items() if k.startswith(prefix)}

    def has(self, name):
        return name + ".weight" in self.w

    def conv(self, name, x, stride=1, padding=None):
        weight = self.w[name + ".weight"]
        return F.conv2d(x, weight, self.w[name + ".bias"], stride, weight.shape[-1] // 2 if padding is None else padding)

    def linear(self, name, x):
        return F.linear(x, self.w[name + ".weight"], self.w.get(name + ".bias"))

    def group(self, name, x, eps):
        return F.group_norm(x, 32, self.w[name + ".weight"], self.w[name + ".bias"], eps)

    def layer(self, name, x):
        weight = self.w[name + ".weight"]
        return F.layer_norm(x, weight.shape, weight, self.w[name + ".bias"])


def attend(q, k, v, heads, mask=None):
    b, n, c = q.shape
    q, k, v = (t.reshape(b, t.shape[1], heads, c // heads).permute(0, 2, 1, 3).reshape(b * heads, t.shape[1], c // heads) for t in (q, k, v))
    scores = torch.baddbmm(torch.empty(0) if mask is None else mask, q, k.transpose(1, 2), beta=0 if mask is None else 1, alpha=(c // heads) ** -0.5) if mask is not None else torch.bmm(q * (c // heads) ** -0.5, k.transpose(1, 2))
    return torch.bmm(scores.softmax(-1), v).reshape(b, heads, n, c // heads).permute(0, 2, 1, 3).reshape(b, n, c)


class Unet(Net):
    def res(self, at, x, time):
        h = self.conv(at + ".in_layers.2", F.silu(self.group(at + ".in_layers.0", x, 1e-5)))
        h = h + self.linear(at + ".emb_layers.1", time)[:, :, None, None]
        h = self.conv(at + ".out_layers.3", F.silu(self.group(at + ".out_layers.0", h, 1e-5)))
        return h + (self.conv(at + ".skip_connection", x) if self.has(at + ".skip_connection") else x)

    def transformer(self, at, x, context):
        b, c, height, width = x.shape
        h = self.conv(at + ".proj_in", self.group(at + ".norm", x, 1e-6)).reshape(b, c, -1).permute(0, 2, 1)
        t = at + ".transformer_blocks.0."
        for i, name in ((1, "attn1"), (2, "attn2")):
            n = self.layer(f"{t}norm{i}", h)
            source = n if i == 1 else context
            parts = [self.linear(f"{t}{name}.to_{p}", n if p == "q" else source) for p in "qkv"]
            h = h + self.linear(f"{t}{name}.to_out.0", attend(*parts, 8))
        value, gate = self.linear(t + "ff.net.0.proj", self.layer(t + "norm3", h)).chunk(2, -1)
        h = h + self.linear(t + "ff.net.2", value * F.gelu(gate))
        return x + self.conv(at + ".proj_out", h.permute(0, 2, 1).reshape(b, c, height, width))

    def block(self, at, h, time, context):
        for i in range(3):
            name = f"{at}.{i}"
            if self.has(name + ".in_layers.0"):
                h = self.res(name, h, time)
            elif self.has(name + ".norm"):
                h = self.transformer(name, h, context)
            elif self.has(name + ".op"):
                h = self.conv(name + ".op", h, 2, 1)
            elif self.has(name + ".conv"):
                h = self.conv(name + ".conv", F.interpolate(h, scale_factor=2, mode="nearest"))
            elif self.has(name):
                h = self.conv(name, h)
        return h

    def __call__(self, x, t, context):
        freqs = torch.exp(-9.210340371976184 * torch.arange(160) / 160)
        angles = t[:, None] * freqs
        time_ = F.silu(self.linear("time_embed.2", F.silu(self.linear("time_embed.0", torch.cat([angles.cos(), angles.sin()], -1)))))
        h, skips = x, []
        for i in range(12):
            h = self.block(f"input_blocks.{i}", h, time_, context)
            skips.append(h)
        h = self.block("middle_block", h, time_, context)
        for i in range(12):
            h = self.block(f"output_blocks.{i}", torch.cat([h, skips.pop()], 1), time_, context)
        return self.conv("out.2", F.silu(self.group("out.0", h, 1e-5)))


class Decoder(Net):
    def res(self, at, x):
        h = self.conv(at + ".conv1", F.silu(self.group(at + ".norm1", x, 1e-6)))
        h = self.conv(at + ".conv2", F.silu(self.group(at + ".norm2", h, 1e-6)))
        return h + (self.conv(at + ".nin_shortcut", x) if self.has(at + ".nin_shortcut") else x)

    def __call__(self, z):
        h = self.res("decoder.mid.block_1", self.conv("decoder.conv_in", self.conv("post_quant_conv", z)))
        b, c, height, width = h.shape
        n = self.group("decoder.mid.attn_1.norm", h, 1e-6)
        q, k, v = (self.conv("decoder.mid.attn_1." + p, n).reshape(b, c, -1).permute(0, 2, 1) for p in "qkv")
        h = h + self.conv("decoder.mid.attn_1.proj_out", attend(q, k, v, 1).permute(0, 2, 1).reshape(b, c, height, width))
        h = self.res("decoder.mid.block_2", h)
        for level in (3, 2, 1, 0):
            for i in range(3):
                h = self.res(f"decoder.up.{level}.block.{i}", h)
            if level > 0:
                h = self.conv(f"decoder.up.{level}.upsample.conv", F.interpolate(h, scale_factor=2, mode="nearest"))
        return self.conv("decoder.conv_out", F.silu(self.group("decoder.norm_out", h, 1e-6)))


class Text(Net):
    def __call__(self, ids):
        x = self.w["embeddings.token_embedding.weight"][ids] + self.w["embeddings.position_embedding.weight"]
        mask = torch.full((77, 77), float("-inf")).triu(1)
        for i in range(12):
            at = f"encoder.layers.{i}."
            n = self.layer(at + "layer_norm1", x)
            x = x + self.linear(at + "self_attn.out_proj", attend(*(self.linear(f"{at}self_attn.{p}_proj", n) for p in "qkv"), 12, mask))
            h = self.linear(at + "mlp.fc1", self.layer(at + "layer_norm2", x))
            x = x + self.linear(at + "mlp.fc2", h * torch.sigmoid(1.702 * h))
        return self.layer("final_layer_norm", x)


def best_ms(run, times):
    best = 1e30
    for _ in range(times):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best * 1e3


def tell(name, value):
    print(json.dumps({"name": "pytorch, " + name, "value": round(value, 1), "unit": "ms"}), flush=True)


@torch.no_grad()
def main():
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    weights = load(sys.argv[1])
    unet, decoder, text = Unet(weights, "model.diffusion_model."), Decoder(weights, "first_stage_model."), Text(weights, "cond_stage_model.transformer.text_model.")
    torch.manual_seed(0)
    only = sys.argv[3:] if len(sys.argv) > 3 else None
    for side in (256, 512):
        x, context, t = torch.randn(1, 4, side // 8, side // 8), torch.randn(1, 77, 768), torch.tensor([500.0])
        if not only or f"unet{side}" in only:
            tell(f"unet step {side}x{side}", best_ms(lambda: unet(x, t, context), 2))
    if not only or "vae" in only:
        tell("vae decode 512x512", best_ms(lambda: decoder(torch.randn(1, 4, 64, 64)), 1))
    if not only or "text" in only:
        tell("text encoding", best_ms(lambda: text(torch.full((1, 77), 49407)), 3))
    if len(sys.argv) > 2 and sys.argv[2] == "--save": # for comparing numbers
        torch.manual_seed(0)
        unet(torch.zeros(1, 4, 32, 32), torch.tensor([500.0]), torch.zeros(1, 77, 768))
    if os.environ.get("MIKTOS_PROFILE") == "1":
        with torch.profiler.profile() as profile:
            unet(torch.randn(1, 4, 32, 32), torch.tensor([500.0]), torch.randn(1, 77, 768))
        print(profile.key_averages().table(sort_by="self_cpu_time_total", row_limit=8), file=sys.stderr)


main()
