"""Questions to the engine in the middle of a call: it runs one of its nodes, where the models are."""
from miktos_host import catalogue, state, values


def run(class_type, inputs):
    """What the node gives, one value per output (a list where the output is one), and what it shows."""
    call = state.current_call()
    if call is None or call.is_over:
        raise RuntimeError(f"{class_type}: the engine runs nodes for a pack only while one of the pack's own nodes runs")
    given = {name: value for name, value in inputs.items() if value is not None}
    types = [catalogue.type_of_input(class_type, name) for name in given]
    descriptor = values.write([[value] for value in given.values()], types, None)
    reply, memory = call.ask({"ask": "run", "class": class_type, "names": list(given)}, descriptor)
    if "error" in reply:
        if reply["error"].get("is_interrupt"):
            raise state.Interrupted()
        raise RuntimeError(reply["error"]["message"])
    slots, ui = values.read_outcome(memory)
    are_lists = catalogue.output_lists(class_type)
    outputs = tuple(found if is_list else found[0] if found else None for found, is_list in zip(slots, are_lists))
    return outputs, ui


def first(class_type, **inputs):
    """The first output alone."""
    return run(class_type, inputs)[0][0]
