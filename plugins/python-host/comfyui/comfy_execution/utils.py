"""Who is running."""
from typing import NamedTuple

from miktos_host import state


class ExecutionContext(NamedTuple):
    prompt_id: str
    node_id: str
    list_index: int


def get_executing_context():
    call = state.current_call()
    return None if call is None else ExecutionContext(call.prompt, call.node, call.index)
