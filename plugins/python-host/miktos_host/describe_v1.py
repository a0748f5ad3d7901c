"""Classes with INPUT_TYPES, RETURN_TYPES and FUNCTION."""
import inspect


def parameters(function):
    """The names that a hook takes, and whether it takes any."""
    if function is None:
        return [], False
    found = inspect.signature(function).parameters.values()
    names = [p.name for p in found if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY) and p.name not in ("self", "cls")]
    return names, any(p.kind == p.VAR_KEYWORD for p in found)


def check_names(validator):
    if validator is None:
        return None
    names, takes_any = parameters(validator)
    if not takes_any:
        return ",".join(names)
    return "*" if "input_types" not in names else "*,input_types"


def _info(name, node, label, module):
    inputs = node.INPUT_TYPES()
    returned = list(node.RETURN_TYPES)
    info = {
        "input": inputs,
        "input_order": {section: list(found) for section, found in inputs.items()},
        "output": returned,
        "output_is_list": list(getattr(node, "OUTPUT_IS_LIST", [False] * len(returned))),
        "output_name": list(getattr(node, "RETURN_NAMES", returned)),
        "name": name,
        "display_name": label or name,
        "description": getattr(node, "DESCRIPTION", ""),
        "python_module": module,
        "category": getattr(node, "CATEGORY", "sd"),
        "output_node": bool(getattr(node, "OUTPUT_NODE", False)),
    }
    if hasattr(node, "OUTPUT_TOOLTIPS"):
        info["output_tooltips"] = list(node.OUTPUT_TOOLTIPS)
    for attribute, key in (("DEPRECATED", "deprecated"), ("EXPERIMENTAL", "experimental")):
        if getattr(node, attribute, False):
            info[key] = True
    if hasattr(node, "API_NODE"):
        info["api_node"] = node.API_NODE
    return info


def _takes_any_name(sections):
    """Packs that let inputs grow in the editor hand out a dictionary that claims to have every name."""
    return any("no such name" in sections.get(section, {}) for section in ("required", "optional"))


def describe(name, node, label, module):
    function = getattr(node, node.FUNCTION)
    _, takes_any = parameters(function)
    return {
        "info": _info(name, node, label, module),
        "check": check_names(getattr(node, "VALIDATE_INPUTS", None)),
        "lazy": hasattr(node, "check_lazy_status"),
        "fingerprint": hasattr(node, "IS_CHANGED"),
        "async": inspect.iscoroutinefunction(function),
        "any_input": takes_any,
        "any_constant": takes_any and _takes_any_name(node.INPUT_TYPES()),
        "input_is_list": bool(getattr(node, "INPUT_IS_LIST", False)),
        "not_idempotent": bool(getattr(node, "NOT_IDEMPOTENT", False)),
    }
