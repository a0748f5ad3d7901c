"""test_look.py ROOT - the window's own parts have the interface's colours: look.c repeats what theme.css says."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
theme, look = ((root / path).read_text() for path in ("ui/app/theme.css", "src/desktop/look.c"))
NAMES = ["ground", "panel", "line", "ink", "soft", "accent", "on-accent"]

print("1..2")
failed = 0
for number, which in enumerate(["dark", "light"]):  # as they follow each other in the style sheet
    wanted = [re.findall(rf"--{name}: (#[0-9a-f]{{6}})", theme)[number] for name in NAMES]
    found = re.findall("#[0-9a-f]{6}", re.search(rf"palette {which} = {{([^}}]*)}}", look)[1])
    failed += wanted != found
    print(f"{'ok' if wanted == found else 'not ok'} {number + 1} - the window is as {which} as the interface")
    if wanted != found:
        print(f"# theme.css {wanted}, look.c {found}")
sys.exit(1 if failed else 0)
