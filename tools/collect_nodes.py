"""collect_nodes.py OUTPUT SOURCE... - writes the lists of every `const mk_node_def` and `const mk_value_type` in the sources."""
import pathlib
import re
import sys

texts = [pathlib.Path(path).read_text() for path in sys.argv[2:]]
lines = ['#include "nodes/nodes.h"']
for kind, array in ("mk_node_def", "mk_all_nodes"), ("mk_value_type", "mk_all_value_types"):
    names = [name for text in texts for name in re.findall(rf"^const {kind} (\w+)", text, re.M)]
    lines += ["", *(f"extern const {kind} {name};" for name in names)]
    lines += ["", f"const {kind} *const {array}[] = {{", *(f"  &{name}," for name in names), "  NULL", "};"]
pathlib.Path(sys.argv[1]).write_text("\n".join(lines) + "\n")
