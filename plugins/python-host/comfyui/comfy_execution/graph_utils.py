"""Graphs that a node may become."""
from miktos_host import state
from miktos_host.values import Blocker as ExecutionBlocker  # noqa: F401


def is_link(value):
    return isinstance(value, list) and len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], (int, float)) \
        and not isinstance(value[1], bool)


class Node:
    def __init__(self, node_id, class_type, inputs):
        self.id, self.class_type, self.inputs, self.override_display_id = node_id, class_type, inputs, None

    def out(self, index):
        return [self.id, index]

    def set_input(self, key, value):
        if value is None:
            self.inputs.pop(key, None)
        else:
            self.inputs[key] = value

    def get_input(self, key):
        return self.inputs.get(key)

    def set_override_display_id(self, display_id):
        self.override_display_id = display_id

    def serialize(self):
        found = {"class_type": self.class_type, "inputs": self.inputs}
        if self.override_display_id is not None:
            found["override_display_id"] = self.override_display_id
        return found


class GraphBuilder:
    """Ids begin with the expanding node's, so that they are new and the same each time."""

    _counts = {}  # graphs made in one call: (node, call) -> number

    def __init__(self, prefix=None):
        self.prefix = GraphBuilder.alloc_prefix() if prefix is None else prefix
        self.nodes, self.id_gen = {}, 1

    @classmethod
    def set_default_prefix(cls, prefix_root, call_index, graph_index=0):
        cls._default = (prefix_root, call_index, graph_index)

    @classmethod
    def alloc_prefix(cls, root=None, call_index=None, graph_index=None):
        call = state.current_call()
        root = root if root is not None else call.node if call else "graph"
        index = call_index if call_index is not None else call.index if call else 0
        if graph_index is None:
            graph_index = getattr(call, "n_graphs", 0)
            if call is not None:
                call.n_graphs = graph_index + 1
        return f"{root}.{index}.{graph_index}."

    def node(self, class_type, id=None, **inputs):
        if id is None:
            id = str(self.id_gen)
            self.id_gen += 1
        id = self.prefix + id
        if id not in self.nodes:
            self.nodes[id] = Node(id, class_type, inputs)
        return self.nodes[id]

    def lookup_node(self, id):
        return self.nodes.get(self.prefix + id)

    def finalize(self):
        return {id: node.serialize() for id, node in self.nodes.items()}

    def replace_node_output(self, node_id, index, new_value):
        node_id = self.prefix + node_id
        for node in self.nodes.values():
            for key, value in list(node.inputs.items()):
                if is_link(value) and value[0] == node_id and value[1] == index:
                    node.set_input(key, new_value)

    def remove_node(self, id):
        del self.nodes[self.prefix + id]


def add_graph_prefix(graph, outputs, prefix):
    def moved(value):
        return [prefix + value[0], value[1]] if is_link(value) else value

    changed = {prefix + id: {**node, "inputs": {key: moved(value) for key, value in node["inputs"].items()}} for id, node in graph.items()}
    return changed, tuple(moved(output) for output in outputs)
