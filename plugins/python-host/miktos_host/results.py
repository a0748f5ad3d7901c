"""What a node returned, in one form: a list of values per output, what it shows, what it expands into."""
from miktos_host import pack, wire
from miktos_host.values import Blocker


def _links(result):
    """An expansion's results: links and plain constants."""
    return list(result) if isinstance(result, (list, tuple)) else [result]


def _slots(node, result, types, are_lists):
    if isinstance(result, Blocker):
        return [[result] for _ in types]
    if result is None:
        result = ()
    slots = []
    for index in range(len(types)):
        value = result[index] if index < len(result) else None
        slots.append(list(value) if are_lists[index] and isinstance(value, (list, tuple)) else [value])
    return slots


def _shape(node):
    if pack.is_v3(node):
        outputs = node.GET_SCHEMA().outputs
        return [output.io_type for output in outputs], [output.is_output_list for output in outputs]
    types = [kind if isinstance(kind, str) else "COMBO" for kind in node.RETURN_TYPES]
    return types, list(getattr(node, "OUTPUT_IS_LIST", [False] * len(types)))


def normalise(node, returned):
    types, are_lists = _shape(node)
    ui = expand = None
    result = returned
    if hasattr(returned, "as_returned"):  # V3's NodeOutput
        returned = returned.as_returned()
        result = returned
    if isinstance(returned, dict):
        ui, expand = returned.get("ui"), returned.get("expand")
        result = returned.get("result", ())
    reply = {"types": types, "ui": None if ui is None else wire.to_json({key: list(found) for key, found in ui.items()})}
    if expand is not None:
        return {**reply, "slots": [None for _ in types], "expand": expand, "result": _links(result)}
    if not isinstance(result, (tuple, list, Blocker, type(None))):
        raise TypeError(f"a node returns a tuple with one value per output, this one returned a {type(result).__name__}")
    return {**reply, "slots": _slots(node, result, types, are_lists)}
