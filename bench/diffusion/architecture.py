"""The tensors of Stable Diffusion 1.5, by name and shape, from the published architecture."""

WIDTHS = (320, 640, 1280, 1280)
CONTEXT, TIME = 768, 1280


def conv(name, n_in, n_out, kernel=3):
    return [(name + ".weight", (n_out, n_in, kernel, kernel)), (name + ".bias", (n_out,))]


def linear(name, n_in, n_out, bias=True):
    return [(name + ".weight", (n_out, n_in))] + ([(name + ".bias", (n_out,))] if bias else [])


def norm(name, n):
    return [(name + ".weight", (n,)), (name + ".bias", (n,))]


def res(name, n_in, n_out):
    parts = norm(name + ".in_layers.0", n_in) + conv(name + ".in_layers.2", n_in, n_out) + linear(name + ".emb_layers.1", TIME, n_out)
    parts += norm(name + ".out_layers.0", n_out) + conv(name + ".out_layers.3", n_out, n_out)
    return parts + (conv(name + ".skip_connection", n_in, n_out, 1) if n_in != n_out else [])


def transformer(name, n):
    block = name + ".transformer_blocks.0."
    parts = norm(name + ".norm", n) + conv(name + ".proj_in", n, n, 1) + conv(name + ".proj_out", n, n, 1)
    for i, width in ((1, n), (2, CONTEXT)):
        at = f"{block}attn{i}."
        parts += linear(at + "to_q", n, n, False) + linear(at + "to_k", width, n, False) + linear(at + "to_v", width, n, False) + linear(at + "to_out.0", n, n)
    parts += linear(block + "ff.net.0.proj", n, 8 * n) + linear(block + "ff.net.2", 4 * n, n)
    return parts + [t for i in (1, 2, 3) for t in norm(f"{block}norm{i}", n)]


def unet(prefix="model.diffusion_model."):
    parts = linear("time_embed.0", 320, TIME) + linear("time_embed.2", TIME, TIME) + conv("input_blocks.0.0", 4, 320)
    skips, width, i = [320], 320, 1
    for level, out in enumerate(WIDTHS):
        for _ in range(2):
            parts += res(f"input_blocks.{i}.0", width, out) + (transformer(f"input_blocks.{i}.1", out) if level < 3 else [])
            width = out
            skips.append(out)
            i += 1
        if level < 3:
            parts += conv(f"input_blocks.{i}.0.op", out, out)
            skips.append(out)
            i += 1
    parts += res("middle_block.0", 1280, 1280) + transformer("middle_block.1", 1280) + res("middle_block.2", 1280, 1280)
    i = 0
    for level in (3, 2, 1, 0):
        for k in range(3):
            parts += res(f"output_blocks.{i}.0", width + skips.pop(), WIDTHS[level])
            width = WIDTHS[level]
            if level < 3:
                parts += transformer(f"output_blocks.{i}.1", width)
            if level > 0 and k == 2:
                parts += conv(f"output_blocks.{i}.{2 if level < 3 else 1}.conv", width, width)
            i += 1
    parts += norm("out.0", 320) + conv("out.2", 320, 4)
    return [(prefix + name, shape) for name, shape in parts]


def vae_res(name, n_in, n_out):
    parts = norm(name + ".norm1", n_in) + conv(name + ".conv1", n_in, n_out) + norm(name + ".norm2", n_out) + conv(name + ".conv2", n_out, n_out)
    return parts + (conv(name + ".nin_shortcut", n_in, n_out, 1) if n_in != n_out else [])


def vae_middle(name):
    parts = vae_res(name + ".block_1", 512, 512) + vae_res(name + ".block_2", 512, 512) + norm(name + ".attn_1.norm", 512)
    return parts + [t for part in ("q", "k", "v", "proj_out") for t in conv(f"{name}.attn_1.{part}", 512, 512, 1)]


def vae(prefix="first_stage_model."):
    widths = (128, 256, 512, 512)
    parts = conv("encoder.conv_in", 3, 128) + vae_middle("encoder.mid") + norm("encoder.norm_out", 512) + conv("encoder.conv_out", 512, 8)
    width = 128
    for level, out in enumerate(widths):
        for k in range(2):
            parts += vae_res(f"encoder.down.{level}.block.{k}", width, out)
            width = out
        parts += conv(f"encoder.down.{level}.downsample.conv", out, out) if level < 3 else []
    parts += conv("decoder.conv_in", 4, 512) + vae_middle("decoder.mid") + norm("decoder.norm_out", 128) + conv("decoder.conv_out", 128, 3)
    width = 512
    for level in (3, 2, 1, 0):
        for k in range(3):
            parts += vae_res(f"decoder.up.{level}.block.{k}", width, widths[level])
            width = widths[level]
        parts += conv(f"decoder.up.{level}.upsample.conv", width, width) if level > 0 else []
    parts += conv("quant_conv", 8, 8, 1) + conv("post_quant_conv", 4, 4, 1)
    return [(prefix + name, shape) for name, shape in parts]


def text(prefix="cond_stage_model.transformer.text_model."):
    parts = [("embeddings.token_embedding.weight", (49408, 768)), ("embeddings.position_embedding.weight", (77, 768))] + norm("final_layer_norm", 768)
    for i in range(12):
        at = f"encoder.layers.{i}."
        parts += norm(at + "layer_norm1", 768) + norm(at + "layer_norm2", 768)
        for part in "qkv":
            parts += linear(f"{at}self_attn.{part}_proj", 768, 768)
        parts += linear(at + "self_attn.out_proj", 768, 768) + linear(at + "mlp.fc1", 768, 3072) + linear(at + "mlp.fc2", 3072, 768)
    return [(prefix + name, shape) for name, shape in parts]


def checkpoint():
    return unet() + vae() + text()
