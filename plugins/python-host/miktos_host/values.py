"""Values as the engine writes them into shared memory: src/engine/value_file.h says how.

Types that the engine knows travel as what its own nodes make of them; all else stays here and travels as a number.
"""
import json
import math
import mmap
import os
import struct
from fractions import Fraction

from miktos_host import lent, state, tensors

MAGIC = b"MKVALUE1"
NONE = 0xFFFFFFFF
MOST_DIMS = 5  # of a latent
U32, U64, I64, REAL, SIZES, SOUND, LATENT, FILM, OBJECT = (struct.Struct("=" + f) for f in ("I", "Q", "q", "d", "4i", "4iq", "10i32s", "d4i", "qq"))
I32 = struct.Struct("=i")
TICKET = struct.Struct("=qq")


class Blocker:
    """Stops what depends on it; the message is told once, None stays silent."""

    def __init__(self, message):
        self.message = message


# --- types of the engine ---

def _read_picture(view, at, is_mask):
    n, height, width, channels = SIZES.unpack_from(view, at)
    shape = (n, height, width) if is_mask else (n, height, width, channels)
    return tensors.from_bytes(view, at + SIZES.size, n * height * width * channels, shape)


def _write_picture(value, is_mask):
    flat, shape = tensors.to_bytes(value)
    if is_mask:
        shape = (1,) * (3 - len(shape)) + tuple(shape) if len(shape) < 4 else (shape[0] * shape[1],) + tuple(shape[2:])
        shape += (1,)
    elif len(shape) == 3:
        shape = (1,) + tuple(shape)
    if len(shape) != 4:
        raise TypeError(f"a picture has 4 dimensions (count, height, width, channels), this one has {len(shape)}: {tuple(shape)}")
    return [SIZES.pack(*shape), flat]


def _read_sound(view, at, length):
    n, channels, rate, _, samples = SOUND.unpack_from(view, at)
    return {"waveform": tensors.from_bytes(view, at + SOUND.size, n * channels * samples, (n, channels, samples)), "sample_rate": rate}


def _write_sound(value):
    flat, shape = tensors.to_bytes(value["waveform"])
    if len(shape) != 3:
        raise TypeError(f"a waveform has 3 dimensions (count, channels, samples), this one has {len(shape)}: {tuple(shape)}")
    return [SOUND.pack(shape[0], shape[1], int(value["sample_rate"]), 0, shape[2]), flat]


def _read_latent(view, at, length):
    n_dims, *rest, kind = LATENT.unpack_from(view, at)
    shape, mask, places = tuple(rest[:n_dims]), tuple(rest[MOST_DIMS:-1]), rest[-1]
    at += LATENT.size
    n = math.prod(shape)
    found = {"samples": tensors.from_bytes(view, at, n, shape)}
    at += n * 4
    if mask[0] > 0:
        found["noise_mask"] = tensors.from_bytes(view, at, math.prod(mask), mask)
        at += math.prod(mask) * 4
    if places > 0:
        found["batch_index"] = list(struct.unpack_from(f"={places}i", view, at))
    kind = kind.split(b"\0", 1)[0].decode()
    if kind:
        found["type"] = kind
    return found


def _write_latent(value):
    flat, shape = tensors.to_bytes(value["samples"])
    if not 2 <= len(shape) <= MOST_DIMS:
        raise TypeError(f"a latent has 2 to {MOST_DIMS} dimensions, this one has {len(shape)}: {tuple(shape)}")
    mask, mask_shape = (b"", (0, 0, 0)) if value.get("noise_mask") is None else tensors.to_bytes(value["noise_mask"])
    mask_shape = (1,) * (3 - len(mask_shape)) + tuple(mask_shape) if len(mask_shape) < 4 else (mask_shape[0] * mask_shape[1],) + tuple(mask_shape[2:])
    places = [int(place) for place in value.get("batch_index") or ()]
    if places and len(places) != shape[0]:
        raise TypeError(f"a latent of {shape[0]} has {len(places)} places in its batch_index")
    kind = str(value.get("type") or "").encode()
    if len(kind) >= 32:
        raise TypeError(f"the type of a latent has {len(kind)} bytes, more than 31")
    dims = tuple(shape) + (1,) * (MOST_DIMS - len(shape))
    return [LATENT.pack(len(shape), *dims, *mask_shape, len(places), kind), flat, mask, struct.pack(f"={len(places)}i", *places)]


def _read_film(view, at, length):
    from miktos_host import films
    fps, n, height, width, channels = FILM.unpack_from(view, at)
    sound_at = at + FILM.size
    has_sound = SOUND.unpack_from(view, sound_at)[3]
    at = sound_at + SOUND.size
    count = n * height * width * channels
    images = tensors.from_bytes(view, at, count, (n, height, width, channels))
    sound = None
    if has_sound:
        sounds, sound_channels, rate, _, samples = SOUND.unpack_from(view, sound_at)
        sound = {"waveform": tensors.from_bytes(view, at + count * 4, sounds * sound_channels * samples, (sounds, sound_channels, samples)), "sample_rate": rate}
    return films.VideoFromComponents(films.VideoComponents(images=images, audio=sound, frame_rate=Fraction(fps).limit_denominator(100000)))


def _write_film(value):
    if not hasattr(value, "get_components"):
        raise TypeError(f"a VIDEO has get_components(), this {type(value).__name__} has not")
    parts = value.get_components()
    flat, shape = tensors.to_bytes(parts.images)
    if len(shape) != 4:
        raise TypeError(f"the pictures of a film have 4 dimensions (count, height, width, channels), these have {len(shape)}: {tuple(shape)}")
    head, samples = [SOUND.pack(0, 0, 0, 0, 0), b""] if parts.audio is None else _write_sound(parts.audio)
    if parts.audio is not None:
        sounds, channels, rate, _, length = SOUND.unpack(head)
        head = SOUND.pack(sounds, channels, rate, 1, length)
    return [FILM.pack(float(parts.frame_rate), *shape), head, flat, samples]


CODECS = {
    "VIDEO": (_read_film, _write_film),
    "LATENT": (_read_latent, _write_latent),
    "AUDIO": (_read_sound, _write_sound),
    "IMAGE": (lambda view, at, length: _read_picture(view, at, False), lambda value: _write_picture(value, False)),
    "MASK": (lambda view, at, length: _read_picture(view, at, True), lambda value: _write_picture(value, True)),
}


# --- reading ---

class _Reader:
    def __init__(self, view, at=len(MAGIC) + U64.size):
        self.view, self.at = view, at

    def number(self, form):
        (value,) = form.unpack_from(self.view, self.at)
        self.at += form.size
        return value

    def block(self, length):
        start = self.at
        self.at += length
        return start

    def text(self, start, length):
        return bytes(self.view[start:start + length]).decode()

    def value(self):
        kind = chr(self.view[self.block(1)])
        name_length = self.number(U32)
        name = self.text(self.block(name_length), name_length)
        length = self.number(U64)
        start = self.block(length)
        if kind in "iur":
            return {"i": I64, "u": U64, "r": REAL}[kind].unpack_from(self.view, start)[0]
        if kind in "tf":
            return kind == "t"
        if kind == "s":
            return self.text(start, length)
        if kind == "j":
            return json.loads(self.text(start, length))
        if kind in "lmToh":
            return getattr(self, "kind_" + kind)(name, start, length)
        if name == "PYTHON":
            return self.object(start, length)
        if name in CODECS:
            return CODECS[name][0](self.view, start, length)
        raise TypeError(f"a {name} of the engine cannot be read by packs")

    def kind_l(self, name, start, length):
        inner = _Reader(self.view, start)
        return [inner.value() for _ in range(inner.number(U32))]

    def kind_m(self, name, start, length):
        inner, found = _Reader(self.view, start), {}
        for _ in range(inner.number(U32)):
            key_length = inner.number(U32)
            key = inner.text(inner.block(key_length), key_length)
            found[key] = inner.value()
        return found

    def kind_T(self, name, start, length):
        inner = _Reader(self.view, start)
        shape = tuple(inner.number(I32) for _ in range(inner.number(U32)))
        return tensors.from_bytes(self.view, inner.at, math.prod(shape), shape)

    def kind_o(self, name, start, length):
        from miktos_host import opened
        return opened.READERS[name](_Reader(self.view, start).value())

    def kind_h(self, name, start, length):
        from miktos_host import engine_values
        return engine_values.of(lent.take(TICKET.unpack_from(self.view, start), name))

    def object(self, start, length):
        number, generation = OBJECT.unpack_from(self.view, start)
        owner = self.text(start + OBJECT.size, length - OBJECT.size)
        if owner != state.options.name:
            raise TypeError(f"this value belongs to the pack {owner}, whose process alone can hold it")
        if generation != state.options.generation:
            raise RuntimeError("this value was lost when the pack was restarted; run again")
        return state.objects.find(number)

    def list(self):
        count = self.number(U32)
        return None if count == NONE else [self.value() for _ in range(count)]


def read(descriptor):
    """A list of values per slot."""
    return read_outcome(descriptor)[0]


def read_outcome(descriptor):
    """The same, and what is shown, or None. Arrays may be written to: the mapping is private."""
    try:
        view = mmap.mmap(descriptor, 0, access=mmap.ACCESS_COPY)
    finally:
        os.close(descriptor)
    reader = _Reader(view)
    slots = [reader.list() for _ in range(reader.number(U32))]
    length = reader.number(U64)
    shown = reader.text(reader.block(length), length)
    return slots, json.loads(shown) if shown else None


# --- writing ---

def _piece(kind, parts, name=b""):
    length = sum(len(part) for part in parts)
    return [kind.encode() + U32.pack(len(name)) + name + U64.pack(length), *parts]


def _write_object(value):
    number = state.objects.keep(value)
    return _piece("d", [OBJECT.pack(number, state.options.generation), state.options.name.encode()], b"PYTHON")


def write_ticket(value):
    """What lives in the engine goes back as its number."""
    return _piece("h", [TICKET.pack(*value.lent.ticket)], value.lent.kind.encode())


def write_list(parts):
    return _piece("l", [U32.pack(len(parts)), *(piece for part in parts for piece in part)])


def write_map(parts):
    return _piece("m", [U32.pack(len(parts)), *(piece for key, part in parts.items() for piece in (U32.pack(len(key.encode())) + key.encode(), *part))])


def write_tensor(value):
    flat, shape = tensors.to_bytes(value)
    return _piece("T", [U32.pack(len(shape)), *(I32.pack(size) for size in shape), flat])


def write_opened(kind, part):
    return _piece("o", part, kind.encode())


def write_any(value):
    """As it would leave an output of any type."""
    return _write_value(value, "*")


def is_json(value, depth=0):
    if value is None or isinstance(value, (bool, int, float, str)):
        return True
    if depth > 32:
        return False
    if isinstance(value, (list, tuple)):
        return all(is_json(item, depth + 1) for item in value)
    return isinstance(value, dict) and all(isinstance(k, str) and is_json(v, depth + 1) for k, v in value.items())


def _kind_of(value):
    """The engine's name for what an output of any type holds, if it loses nothing as such; None = it stays here."""
    if tensors.is_array(value):
        shape = tuple(value.shape)
        if not str(value.dtype).endswith("float32"):
            return None
        return "IMAGE" if len(shape) == 4 and shape[-1] in (1, 3, 4) else "MASK" if len(shape) == 3 else "SIGMAS" if len(shape) == 1 else None
    if isinstance(value, dict) and tensors.is_array(value.get("samples")):
        return "LATENT" if value.keys() <= {"samples", "noise_mask", "batch_index", "type"} else None
    if isinstance(value, dict) and value.keys() == {"waveform", "sample_rate"}:
        return "AUDIO"
    if isinstance(value, list) and value and all(_is_condition(item) for item in value):
        return "CONDITIONING"
    return "VIDEO" if hasattr(value, "get_components") else None


def _is_condition(value):
    return isinstance(value, (list, tuple)) and len(value) == 2 and tensors.is_array(value[0]) and isinstance(value[1], dict)


def _is_of_engine(value):
    from miktos_host import engine_values
    return isinstance(value, engine_values.EngineValue)


def _takes_anything(declared):
    return declared in ("*", "COMFY_MATCHTYPE_V3") or "," in declared


def _plain_number(value, declared):
    """Numbers of numpy and torch as Python's own."""
    if isinstance(value, (int, float, str)) or not hasattr(value, "item"):
        return value
    is_scalar = not tensors.is_array(value) or (declared in ("INT", "FLOAT", "BOOLEAN") and math.prod(value.shape) == 1)
    number = value.item() if is_scalar and hasattr(value, "dtype") else None
    return number if isinstance(number, (bool, int, float)) else value


def _write_value(value, declared):
    if isinstance(value, Blocker):
        return _piece("B", []) if value.message is None else _piece("b", [str(value.message).encode()])
    value = _plain_number(value, declared)
    if isinstance(value, bool):
        return _piece("t" if value else "f", [])
    if isinstance(value, int) and -(1 << 63) <= value < 1 << 64:
        return _piece("i", [I64.pack(value)]) if value < 0 else _piece("u", [U64.pack(value)])
    if isinstance(value, float):
        return _piece("r", [REAL.pack(value)])
    if isinstance(value, str):
        return _piece("s", [value.encode()])
    if _is_of_engine(value):
        return write_ticket(value)
    from miktos_host import opened
    kind = declared if declared in CODECS or declared in opened.WRITERS else _kind_of(value) if _takes_anything(declared) else None
    if kind in opened.WRITERS and opened.can_write(kind, value):
        return write_opened(kind, opened.WRITERS[kind](value))
    kind = kind if kind in CODECS else None
    if kind is not None and value is not None:
        return _piece("d", CODECS[kind][1](value), kind.encode())
    if value is None or (isinstance(value, (list, dict)) and is_json(value)):
        return _piece("j", [json.dumps(value).encode()])
    return _write_object(value)


def share(parts):
    """Shared memory with these bytes, one part after the other; whoever reads it can keep it from shrinking. The caller closes it."""
    descriptor = os.memfd_create("miktos", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    with os.fdopen(os.dup(descriptor), "wb") as memory:
        memory.writelines(parts)
    return descriptor


def write(slots, types, ui):
    """Shared memory with these lists of values, one per slot; the caller closes it."""
    parts = [U32.pack(len(slots))]
    for values, declared in zip(slots, types):
        parts.append(U32.pack(NONE if values is None else len(values)))
        for value in values or ():
            parts.extend(_write_value(value, declared))
    text = b"" if ui is None else ui.encode()
    parts.extend([U64.pack(len(text)), text])
    whole = len(MAGIC) + U64.size + sum(len(part) for part in parts)
    return share([MAGIC + U64.pack(whole), *parts])
