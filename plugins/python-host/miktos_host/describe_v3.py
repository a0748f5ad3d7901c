"""Classes with define_schema: comfy_api.latest.io."""
import inspect

from miktos_host.describe_v1 import check_names, parameters


def _own(node, name):
    """A hook that the node defines itself, not the empty one that it inherits."""
    found = getattr(node, name, None)
    return None if found is None or getattr(found, "is_absent", False) else found


def _info(schema, module):
    sections, order = schema.print_inputs()
    outputs = schema.outputs
    return {
        "input": sections,
        "input_order": order,
        "output": [output.io_type for output in outputs],
        "output_is_list": [output.is_output_list for output in outputs],
        "output_name": [output.display_name or output.io_type for output in outputs],
        "output_tooltips": [output.tooltip for output in outputs],
        "name": schema.node_id,
        "display_name": schema.display_name,
        "description": schema.description,
        "python_module": module,
        "category": schema.category,
        "output_node": schema.is_output_node,
        "deprecated": schema.is_deprecated,
        "experimental": schema.is_experimental,
        "api_node": schema.is_api_node,
    }


def describe(name, node, label, module):
    schema = node.GET_SCHEMA()
    _, takes_any = parameters(node.execute)
    return {
        "info": _info(schema, module),
        "check": check_names(_own(node, "validate_inputs")),
        "lazy": _own(node, "check_lazy_status") is not None,
        "fingerprint": _own(node, "fingerprint_inputs") is not None,
        "async": inspect.iscoroutinefunction(node.execute),
        "any_input": takes_any or schema.is_dynamic(),
        "any_constant": schema.is_dynamic(),
        "input_is_list": schema.is_input_list,
        "not_idempotent": schema.not_idempotent,
        "v3": True,
    }
