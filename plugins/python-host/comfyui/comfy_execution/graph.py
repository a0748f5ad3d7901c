"""The prompt as nodes with DYNPROMPT see it."""


class DynamicPrompt:
    def __init__(self, original_prompt):
        self.original_prompt = original_prompt

    def get_node(self, node_id):
        if node_id not in self.original_prompt:
            raise NodeNotFoundError(f"Node {node_id} not found")
        return self.original_prompt[node_id]

    def has_node(self, node_id):
        return node_id in self.original_prompt

    def get_original_prompt(self):
        return self.original_prompt

    def get_real_node_id(self, node_id):
        return node_id

    def get_parent_node_id(self, node_id):
        return None

    def get_display_node_id(self, node_id):
        return node_id

    def all_node_ids(self):
        return set(self.original_prompt)


class NodeNotFoundError(Exception):
    pass


from comfy_execution.graph_utils import ExecutionBlocker, is_link  # noqa: E402, F401
