"""check_symbols.py BUILD - a public name is defined in one room only, and says whose it is.

Rooms are static libraries that one program links: of two definitions the linker may take either without a word.
"""
import collections
import pathlib
import subprocess
import sys

DEFINED = "TDBRVWC"  # nm's letters for code, data, weak and common symbols that others may use


def read(library):
    listed = subprocess.run(["nm", "--extern-only", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    return {parts[2] for parts in map(str.split, listed.splitlines()) if len(parts) == 3 and parts[1] in DEFINED}


def main():
    owners = collections.defaultdict(list)
    for library in sorted(pathlib.Path(sys.argv[1], "src").glob("*/libmiktos-*.a")):
        for name in read(library):
            owners[name].append(library.parent.name)
    wrong = [f"{name} is defined in {' and '.join(rooms)}" for name, rooms in owners.items() if len(rooms) > 1]
    # The sanitizers' own names begin with two underscores.
    wrong += [f"{name} of {rooms[0]} does not begin with mk_" for name, rooms in owners.items() if not name.lower().startswith("mk_") and not name.startswith("__")]
    if len(owners) < 500:
        wrong.append(f"only {len(owners)} public names were found")
    for line in wrong:
        print("#", line)
    print("not ok" if wrong else "ok", "1 - a_public_name_is_defined_in_one_room_only")
    print("1..1")


main()
