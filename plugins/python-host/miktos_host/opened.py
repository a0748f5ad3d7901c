"""Values that packs look into: prompts, schedules and noise, as ComfyUI's Python has them. src/nodes/diffusion/conditioning_parts.h
says what the engine makes of them."""
from miktos_host import engine_values, tensors, values


# --- CONDITIONING: a list of [states, map] ---

def _read_conditioning(found):
    for _, about in found:
        if isinstance(about.get("area"), list):
            about["area"] = tuple(about["area"])
    return found


def _part(value):
    """An entry of a prompt's map: floats and what the engine knows go to it, all else stays here and keeps its number."""
    if tensors.is_array(value) and str(value.dtype).rsplit(".", 1)[-1] in ("float32", "float16", "bfloat16", "float64"):
        return values.write_tensor(value)
    if isinstance(value, list) and value and all(tensors.is_array(item) for item in value):
        return values.write_list([_part(item) for item in value])
    return values.write_any(value)


def _write_control(control):
    if not isinstance(control, engine_values.ControlNet):
        return values.write_any(control)
    made_of = control.as_control()
    if made_of is None:
        return values.write_ticket(control)
    return values.write_map({key: _write_control(part) if key == "previous" else values.write_ticket(part) if key in ("control_net", "base") else _part(part)
                             for key, part in made_of.items() if part is not None})


def _write_entry(key, value):
    if key == "control":
        return _write_control(value)
    if key == "area" and value is not None:
        return values.write_any([part if isinstance(part, str) else float(part) for part in value])
    return _part(value)


def _write_conditioning(conditioning):
    return values.write_list([values.write_list([values.write_tensor(pair[0]), values.write_map({str(key): _write_entry(key, value) for key, value in pair[1].items()})])
                              for pair in conditioning])


def _can_be_conditioning(value):
    return isinstance(value, (list, tuple)) and all(isinstance(pair, (list, tuple)) and len(pair) == 2 and isinstance(pair[1], dict) and tensors.is_array(pair[0]) for pair in value)


# --- NOISE ---

def _write_noise(noise):
    parts = {"seed": values.write_any(int(noise.seed)), "is_off": values.write_any(noise.is_off)}
    if noise.noise is not None:
        parts["noise"] = values.write_tensor(noise.noise)
    return values.write_map(parts)


READERS = {"CONDITIONING": _read_conditioning, "SIGMAS": lambda found: found, "NOISE": lambda found: engine_values.Noise(**found)}
WRITERS = {"CONDITIONING": _write_conditioning, "SIGMAS": values.write_tensor, "NOISE": _write_noise}
_TESTS = {"CONDITIONING": _can_be_conditioning, "SIGMAS": lambda value: tensors.is_array(value) and len(value.shape) == 1,
          "NOISE": lambda value: isinstance(value, engine_values.Noise)}


def can_write(kind, value):
    """What is none of them stays a value of the pack."""
    return _TESTS[kind](value)
