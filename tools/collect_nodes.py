"""collect_nodes.py OUTPUT SOURCE... - writes the list of every `const mk_node_def` in the sources."""
import pathlib
import re
import sys

names = [name for path in sys.argv[2:] for name in re.findall(r"^const mk_node_def (\w+)", pathlib.Path(path).read_text(), re.M)]
lines = ['#include "nodes/nodes.h"', ""]
lines += [f"extern const mk_node_def {name};" for name in names]
lines += ["", "const mk_node_def *const mk_all_nodes[] = {", *(f"  &{name}," for name in names), "  NULL", "};", ""]
pathlib.Path(sys.argv[1]).write_text("\n".join(lines))
