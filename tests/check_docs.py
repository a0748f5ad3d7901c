"""check_docs.py ROOT - what the documents point to is there, and no room of the source is left out of them."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
pages = [root / "README.md", root / "CHANGELOG.md", *sorted((root / "docs").glob("*.md"))]


def anchors(page):
    """Names of the headings, as they are linked to."""
    return {re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()).replace(" ", "-") for line in page.read_text().splitlines() if line.startswith("#")}


def broken_links():
    for page in pages:
        text = re.sub(r"```.*?```", "", page.read_text(), flags=re.S)
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"[a-z]+:", link):
                continue
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            if not target.exists():
                yield f"{page.relative_to(root)} points to {link}, which is not there"
            elif anchor and target.suffix == ".md" and anchor not in anchors(target):
                yield f"{page.relative_to(root)} points to {link}, which has no such heading"


def forgotten_rooms():
    architecture, tour = (root / "docs" / name for name in ("architecture.md", "tour.md"))
    for room in sorted(p.name for p in (root / "src").iterdir() if (p / "meson.build").exists()):
        if f"`{room}" not in architecture.read_text():
            yield f"docs/architecture.md says nothing of the room {room}"
        if f"src/{room}/" not in tour.read_text():
            yield f"docs/tour.md does not come through src/{room}"


for number, (name, complaints) in enumerate({"links_of_documents_lead_somewhere": broken_links(), "every_room_is_in_the_documents": forgotten_rooms()}.items(), 1):
    found = list(complaints)
    for complaint in found:
        print(f"# {complaint}")
    print(f"{'not ok' if found else 'ok'} {number} - {name}")
print("1..2")
