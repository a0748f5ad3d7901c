// @vitest-environment jsdom
import { expect, test } from "vitest";
import { allActions } from "../app/command/actions";
import { rooms, views } from "../app/state";

const ids = () => allActions().map((a) => a.id);

test("every view, room, look, tool and quality is found after a slash", () => {
  const wanted = [...views.map((v) => (v === "gallery" ? "films" : v)), ...rooms.map((r) => `room-${r}`), ...["shaded", "clay", "normal", "depth"].map((l) => `look-${l}`), "wireframe", "tool-none", "tool-translate", "tool-rotate", "tool-scale", "quality-draft", "quality-standard", "quality-final"];
  expect(wanted.filter((id) => !ids().includes(id))).toEqual([]);
});

test("no two actions go by one name", () => {
  const all = allActions();
  for (const names of [all.map((a) => a.id), all.map((a) => a.label)]) expect(names.filter((n, i) => names.indexOf(n) !== i)).toEqual([]);
});
