"""Pictures that are worked on tile by tile, whose overlapping borders fade into each other."""
import itertools
import math


def _starts(size, tile, overlap):
    """Where tiles begin along one side: the last one ends where the picture does."""
    if size <= tile:
        return [0]
    step = max(1, tile - overlap)
    return [min(place, size - tile) for place in range(0, size - overlap, step)]


def count_steps(width, height, tile_x, tile_y, overlap):
    return len(_starts(width, tile_x, overlap)) * len(_starts(height, tile_y, overlap))


def _fade(weight, dim, overlap):
    """Falls off towards both ends of one side."""
    size = weight.shape[dim]
    for i in range(min(overlap, size)):
        share = (i + 1) / overlap
        weight.narrow(dim, i, 1).mul_(share)
        weight.narrow(dim, size - 1 - i, 1).mul_(share)


def run(samples, function, tile, overlap, amounts, channels, device, progress):
    """`function` of each tile of `samples`; `tile`, `overlap` and `amounts` have one number per side."""
    import torch
    sizes = samples.shape[2:]
    made = torch.zeros([samples.shape[0], channels, *(round(size * amount) for size, amount in zip(sizes, amounts))], device=device)
    for n in range(samples.shape[0]):
        one, weights = made[n:n + 1], torch.zeros_like(made[n:n + 1, :1])
        for places in itertools.product(*(_starts(size, t, o) for size, t, o in zip(sizes, tile, overlap))):
            part = samples[n:n + 1]
            for dim, (place, t) in enumerate(zip(places, tile), 2):
                part = part.narrow(dim, place, min(t, samples.shape[dim]))
            answer = function(part).to(device)
            weight = torch.ones_like(answer[:, :1])
            target, count = one, weights
            for dim, (place, amount, o) in enumerate(zip(places, amounts, overlap), 2):
                _fade(weight, dim, math.ceil(o * amount))
                target = target.narrow(dim, round(place * amount), answer.shape[dim])
                count = count.narrow(dim, round(place * amount), answer.shape[dim])
            target += answer * weight
            count += weight
            if progress is not None:
                progress.update(1)
        one /= weights
    return made
