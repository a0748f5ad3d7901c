"""What the engine asks: run a node, want lazy inputs, a fingerprint, a verdict on inputs."""
import asyncio
import inspect
import threading
import traceback

from miktos_host import pack, results, state, values, web

_instances = {}  # (node id, class): an object lives as long as the process, so that it may remember
_loop = None
_loop_lock = threading.Lock()


def _await(coroutine):
    """Coroutines of all calls share one loop, so that they run beside each other."""
    global _loop
    with _loop_lock:
        if _loop is None:
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, daemon=True).start()
    return asyncio.run_coroutine_threadsafe(coroutine, _loop).result()


def _settle(found):
    return _await(found) if inspect.isawaitable(found) else found


def _call(function, arguments):
    return _settle(function(**arguments))


def _hidden_of(node, request):
    """The arguments that a V1 class asks for by marker; the V3 kind by name."""
    given = request.get("hidden") or {}
    from comfy_execution.graph import DynamicPrompt
    known = {"PROMPT": lambda: given.get("PROMPT"), "EXTRA_PNGINFO": lambda: given.get("EXTRA_PNGINFO"), "UNIQUE_ID": lambda: request["node"],
             "DYNPROMPT": lambda: DynamicPrompt(given.get("PROMPT") or {}), "AUTH_TOKEN_COMFY_ORG": lambda: given.get("AUTH_TOKEN_COMFY_ORG"), "API_KEY_COMFY_ORG": lambda: given.get("API_KEY_COMFY_ORG")}
    if pack.is_v3(node):
        return {marker: known[marker]() for marker in node.GET_SCHEMA().hidden_names() if marker in known}
    markers = node.INPUT_TYPES().get("hidden", {})
    return {name: known[marker]() for name, marker in markers.items() if isinstance(marker, str) and marker in known}


def _arguments(request, memory, takes_lists):
    lists = values.read(memory) if memory is not None else []
    return {name: (found if takes_lists else found[0]) for name, found in zip(request["names"], lists) if found}


def _prepare(request, memory):
    """The node to call, its arguments, and which of its classes it is."""
    node = pack.classes[request["class"]]
    if pack.is_v3(node):
        schema = node.GET_SCHEMA()
        arguments = schema.nest(_arguments(request, memory, schema.is_input_list))
        return node.prepared(_hidden_of(node, request)), arguments
    takes_lists = bool(getattr(node, "INPUT_IS_LIST", False))
    arguments = _arguments(request, memory, takes_lists)
    hidden = _hidden_of(node, request)
    arguments.update({name: [value] for name, value in hidden.items()} if takes_lists else hidden)
    key = (request["node"], request["class"])
    if key not in _instances:
        _instances[key] = node()
    return _instances[key], arguments


def _run(request, memory):
    target, arguments = _prepare(request, memory)
    node = pack.classes[request["class"]]
    function = target.execute if pack.is_v3(node) else getattr(target, node.FUNCTION)
    state.raise_if_interrupted()
    return results.normalise(node, _call(function, arguments))


def _want_lazy(request, memory):
    target, arguments = _prepare(request, memory)
    node = pack.classes[request["class"]]
    sections = node.GET_SCHEMA().print_inputs()[0] if pack.is_v3(node) else node.INPUT_TYPES()
    for section in ("required", "optional"):
        for name in sections.get(section, {}):
            options = sections[section][name][1:2]
            if options and options[0].get("lazy"):
                arguments.setdefault(name, None)
    return {"names": list(_call(target.check_lazy_status, arguments) or [])}


def _fingerprint(request, memory):
    node = pack.classes[request["class"]]
    function = getattr(node, "fingerprint_inputs" if pack.is_v3(node) else "IS_CHANGED", None)
    if function is None or getattr(function, "is_absent", False):
        return {"value": False}
    sections = node.GET_SCHEMA().print_inputs()[0] if pack.is_v3(node) else node.INPUT_TYPES()
    arguments = {name: None for section in ("required", "optional") for name in sections.get(section, {}) if name not in request["names"]}
    arguments.update(_arguments(request, memory, bool(getattr(node, "INPUT_IS_LIST", False))))
    names, takes_any = describe_parameters(function)
    wanted = arguments if takes_any else {name: value for name, value in arguments.items() if name in names}
    if not pack.is_v3(node):
        for name, marker in node.INPUT_TYPES().get("hidden", {}).items():
            if takes_any or name in names:
                wanted[name] = {"PROMPT": {}, "UNIQUE_ID": request["node"]}.get(marker)
    value = _call(function, wanted)
    return {} if value != value else {"value": value}  # NaN is never known


def describe_parameters(function):
    from miktos_host.describe_v1 import parameters
    return parameters(function)


OPERATIONS = {"run": _run, "lazy": _want_lazy, "fingerprint": _fingerprint}


def describe_failure(error):
    if isinstance(error, state.Interrupted):
        return {"message": "interrupted", "is_interrupt": True}
    kind = type(error)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    return {"message": str(error), "type": name, "traceback": traceback.format_tb(error.__traceback__)}


def answer(connection, request, memory):
    """One request of a worker, one answer."""
    operation = request["op"]
    if operation == "interrupt":
        state.interrupt()
        return
    state.objects.drop(request.get("drop") or ())
    call = state.Call(connection, request)
    token = state.enter_call(call)
    descriptor = None
    try:
        if operation == "run":
            state.clear_interrupt()
        reply = OPERATIONS[operation](request, memory)
        if "slots" in reply:
            descriptor = values.write(reply.pop("slots"), reply.pop("types"), reply.pop("ui"))
        reply.pop("types", None)
    except BaseException as error:  # a node may raise anything; the process goes on
        if not isinstance(error, state.Interrupted):
            traceback.print_exc()
        reply, descriptor = {"error": describe_failure(error)}, None
    finally:
        state.leave_call(token)
    call.send(reply, descriptor)
    if descriptor is not None:
        import os
        os.close(descriptor)


# --- questions of the server ---

def _verdict(question):
    """None when the inputs are good, else what is wrong with them."""
    node = pack.classes[question["class"]]
    function = node.validate_inputs if pack.is_v3(node) else node.VALIDATE_INPUTS
    names, takes_any = describe_parameters(function)
    given = dict(question["inputs"])
    if pack.is_v3(node):
        given = node.GET_SCHEMA().nest(given)
    if not takes_any:
        given = {name: given.get(name) for name in names if name != "input_types" and (name in given or name in question["types"])}
    if "input_types" in names:
        given["input_types"] = question["types"]
    found = _call(function, given)
    return None if found is True else str(found) if found is not False else ""


def _validate(request):
    verdicts = {}
    for node, question in request["nodes"].items():
        try:
            verdict = _verdict(question)
        except Exception as error:
            verdict = f"{type(error).__name__}: {error}"
        if verdict is not None:
            verdicts[node] = verdict
    return {"verdicts": verdicts}


def _answer_request(request):
    return web.answer(request, lambda handler, asked: _settle(handler(asked)))


# Questions that handlers of the pack answer, which may take their time: the engine asks others meanwhile.
SLOW = {"request": _answer_request, "prompt": lambda request: {"body": web.rewrite_prompt(request["body"])}}


def answer_control(request):
    try:
        if request["op"] in SLOW:
            return SLOW[request["op"]](request)
        return _validate(request) if request["op"] == "validate" else pack.describe()
    except Exception as error:
        traceback.print_exc()
        return {"error": describe_failure(error)}
