"""What a node returned, in one form: a list of values per output, what it shows, what it expands into."""
from miktos_host import pack, state, values, wire
from miktos_host.values import Blocker


class _Expansion:
    """A graph that a node becomes. What in it is no JSON goes beside it: a node of its own stands for each such value, whose
    slot comes after the node's own outputs (src/packs/passed.h)."""

    def __init__(self, n_outputs):
        self._first, self.passed, self._ids = n_outputs, [], {}

    def _plain(self, value):
        if values.is_json(value):
            return list(value) if isinstance(value, tuple) else value
        if id(value) not in self._ids:
            call = state.current_call()
            self._ids[id(value)] = f"{call.node}.{call.index}.passed.{len(self.passed)}"
            self.passed.append(value)
        return [self._ids[id(value)], 0]

    def graph_of(self, graph):
        made = {key: {**node, "inputs": {name: self._plain(value) for name, value in node.get("inputs", {}).items()}} for key, node in graph.items()}
        return made

    def results_of(self, result):
        """Links, plain constants and values."""
        return [self._plain(value) for value in (result if isinstance(result, (list, tuple)) else [result])]

    def nodes(self):
        return {self._ids[id(value)]: {"class_type": "MiktosPassedValue", "inputs": {"slot": self._first + place}} for place, value in enumerate(self.passed)}


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
        made = _Expansion(len(types))
        graph, links = made.graph_of(expand), made.results_of(result)
        return {**reply, "types": [*types, *("*" for _ in made.passed)], "slots": [*(None for _ in types), *([value] for value in made.passed)],
                "expand": {**graph, **made.nodes()}, "result": links}
    if not isinstance(result, (tuple, list, Blocker, type(None))):
        raise TypeError(f"a node returns a tuple with one value per output, this one returned a {type(result).__name__}")
    return {**reply, "slots": _slots(node, result, types, are_lists)}
