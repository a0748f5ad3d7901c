"""make_adapters.py - what LoRA, LoHa, LoKr, GLoRA, OFT and DoRA make of a weight, by their definitions in PyTorch: adapters.safetensors.

Use: /usr/bin/python3 make_adapters.py (Debian's python3-torch). A case NAME has NAME.weight, NAME.out (at strength 0.7) and its adapter's tensors.
"""
import torch
from write_tensors import write_tensors
torch.manual_seed(5)
tensors, strength = {}, 0.7


def case(name, weight, parts, change, scale=1.0, lengths=None):
    weight, change = weight.double(), change.double().reshape(weight.shape) * scale
    if lengths is None:
        out = weight + strength * change
    else:
        turned = weight + change
        if lengths.shape[0] == weight.shape[0]:  # by output: the length before
            norm = weight.flatten(1).norm(dim=1).reshape([-1] + [1] * (weight.dim() - 1))
        else:
            norm = turned.transpose(0, 1).flatten(1).norm(dim=1).reshape([1, -1] + [1] * (weight.dim() - 2))
        turned = turned * (lengths.double() / (norm + torch.finfo(torch.float32).eps))
        out = weight + strength * (turned - weight)
        parts = {**parts, "dora_scale": lengths}
    for end, tensor in {**parts, "weight": weight, "out": out}.items():
        tensors[f"{name}.{end}"] = tensor.float().contiguous()


def alpha(value): return torch.tensor(float(value))


r = torch.randn
linear, conv = r(10, 12), r(10, 6, 3, 3)
tucker = lambda t, b, a: torch.einsum("ijkl,jr,ip->prkl", t, b, a).contiguous()
up, down = r(10, 3), r(3, 12)
case("lora_without_alpha", linear, {"lora_up.weight": up, "lora_down.weight": down}, up @ down)
case("lora_alpha", linear, {"lora_B.weight": up, "lora_A.weight": down, "alpha": alpha(2)}, up @ down, 2 / 3)
up1, down1 = r(10, 1), r(1, 12)
case("lora_rank_1", linear, {"lora.up.weight": up1, "lora.down.weight": down1}, up1 @ down1)
upc, downc = r(10, 4, 1, 1), r(4, 6, 3, 3)
case("lora_conv", conv, {"lora_up.weight": upc, "lora_down.weight": downc, "alpha": alpha(1)}, upc.flatten(1) @ downc.flatten(1), 1 / 4)
mid, flat = r(4, 4, 3, 3), r(4, 6, 1, 1)
case("locon", conv, {"lora_up.weight": upc, "lora_mid.weight": mid, "lora_down.weight": flat, "alpha": alpha(4)},
     torch.einsum("or,rskl,si->oikl", upc[:, :, 0, 0], mid, flat[:, :, 0, 0]))
a1, b1, a2, b2 = r(10, 3), r(3, 12), r(10, 3), r(3, 12)
case("loha", linear, {"hada_w1_a": a1, "hada_w1_b": b1, "hada_w2_a": a2, "hada_w2_b": b2, "alpha": alpha(1)}, (a1 @ b1) * (a2 @ b2), 1 / 3)
a1, b1, a2, b2, t1, t2 = r(3, 10), r(3, 6), r(3, 10), r(3, 6), r(3, 3, 3, 3), r(3, 3, 3, 3)
case("loha_tucker", conv, {"hada_w1_a": a1, "hada_w1_b": b1, "hada_t1": t1, "hada_w2_a": a2, "hada_w2_b": b2, "hada_t2": t2}, tucker(t1, b1, a1) * tucker(t2, b2, a2))
w1, w2 = r(2, 3), r(5, 4)
case("lokr_whole", linear, {"lokr_w1": w1, "lokr_w2": w2, "alpha": alpha(9)}, torch.kron(w1, w2))
wa, wb = r(5, 2), r(2, 4)
case("lokr_pair", linear, {"lokr_w1": w1, "lokr_w2_a": wa, "lokr_w2_b": wb, "alpha": alpha(1)}, torch.kron(w1, wa @ wb), 1 / 2)
k2 = r(5, 2, 3, 3)
case("lokr_conv", conv, {"lokr_w1": w1, "lokr_w2": k2}, torch.kron(w1[:, :, None, None], k2))
a, b, t = r(2, 5), r(2, 2), r(2, 2, 3, 3)
case("lokr_tucker", conv, {"lokr_w1": w1, "lokr_w2_a": a, "lokr_w2_b": b, "lokr_t2": t, "alpha": alpha(1)}, torch.kron(w1[:, :, None, None], tucker(t, b, a)), 1 / 2)
case("dora_by_output", linear, {"lora_up.weight": up, "lora_down.weight": down, "alpha": alpha(1)}, up @ down, 1 / 3, r(10, 1).abs())
case("dora_by_input", linear, {"lora_up.weight": up, "lora_down.weight": down, "alpha": alpha(1)}, up @ down, 1 / 3, r(1, 12).abs())
case("dora_conv_by_input", conv, {"lora_up.weight": upc, "lora_down.weight": downc}, upc.flatten(1) @ downc.flatten(1), 1, r(1, 6, 1, 1).abs())
a1, a2, b1, b2 = r(12, 3), r(3, 12), r(10, 3), r(3, 12)
case("glora", linear, {"a1.weight": a1, "a2.weight": a2, "b1.weight": b1, "b2.weight": b2, "alpha": alpha(2)},
     linear.double() @ a1.double() @ a2.double() + b1.double() @ b2.double(), 2 / 3)
first_a1, first_a2, first_b1, first_b2 = r(3, 12), r(12, 3), r(3, 12), r(10, 3)
case("glora_first", linear, {"a1.weight": first_a1, "a2.weight": first_a2, "b1.weight": first_b1, "b2.weight": first_b2},
     linear.double() @ first_a2.double() @ first_a1.double() + first_b2.double() @ first_b1.double())
ca1, ca2, cb1, cb2 = r(6, 2, 1, 1), r(2, 6, 1, 1), r(10, 2, 1, 1), r(2, 6, 3, 3)
case("glora_conv", conv, {"a1.weight": ca1, "a2.weight": ca2, "b1.weight": cb1, "b2.weight": cb2, "alpha": alpha(1)},
     torch.einsum("oikl,ij->ojkl", conv.double(), (ca1[:, :, 0, 0].double() @ ca2[:, :, 0, 0].double())) + (cb1.flatten(1).double() @ cb2.flatten(1).double()).reshape(10, 6, 3, 3), 1 / 2)


def turned(weight, blocks, longest=None):  # OFT by Cayley's form; ComfyUI multiplies by the strength twice
    q = (blocks - blocks.transpose(1, 2)).double()
    if longest is not None and q.norm() > longest:
        q = q * longest / q.norm()
    one = torch.eye(q.shape[1], dtype=torch.float64)
    by = torch.linalg.solve(one - q, one + q).transpose(1, 2)
    w = weight.double().reshape(q.shape[0], q.shape[1], -1)
    return (by @ w - w).reshape(weight.shape)


blocks = r(2, 5, 5)
case("oft", linear, {"oft_blocks": blocks}, turned(linear, blocks), strength)
case("oft_limited", linear, {"oft_blocks": blocks, "alpha": alpha(0.5)}, turned(linear, blocks, 0.5), strength)
case("oft_conv", conv, {"oft_blocks": blocks}, turned(conv, blocks), strength)

write_tensors("adapters.safetensors", tensors)
