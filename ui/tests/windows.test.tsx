// @vitest-environment jsdom
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import AllProjects from "../app/projects/AllProjects";
import { followOtherWindows, useApp } from "../app/state";
import { show } from "./render";

const key = "miktos.preferences";
const kept = () => JSON.parse(localStorage.getItem(key) ?? "{}") as Record<string, unknown>;

/** What another window of the same browser does. */
function elsewhere(change: object): void {
  const newValue = JSON.stringify({ ...kept(), ...change });
  localStorage.setItem(key, newValue);
  dispatchEvent(new StorageEvent("storage", { key, newValue }));
}

beforeEach(() => {
  localStorage.clear();
  useApp.getState().prefer({ language: "en", theme: "dark", room: "projects", projectId: null });
});

describe("two windows", () => {
  it("do not write over each other's choices", () => {
    localStorage.setItem(key, JSON.stringify({ ...kept(), theme: "light", width: 1280 }));
    useApp.getState().prefer({ room: "queue" });
    expect(kept()).toMatchObject({ theme: "light", width: 1280, room: "queue" });
  });
  it("share what the person chose, and each keeps its own room and project", () => {
    followOtherWindows();
    elsewhere({ theme: "light", quality: "final", room: "models", projectId: "p-2" });
    expect(useApp.getState().preferences).toMatchObject({ theme: "light", quality: "final", room: "projects", projectId: null });
  });
  it("go on when nothing can be kept", () => {
    const set = Storage.prototype.setItem;
    Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
    useApp.getState().prefer({ theme: "light" });
    Storage.prototype.setItem = set;
    expect(useApp.getState().preferences.theme).toBe("light");
  });
});

describe("the list of projects", () => {
  const project = { id: "p-1", name: "A ball", version: 1, commands: [], updated_at: "2026-01-01T00:00:00Z", created_at: "2026-01-01T00:00:00Z", can_undo: false, can_redo: false };
  it("renames one in its place", async () => {
    const asked = show(<AllProjects onOpen={() => {}} />, { "/projects": { items: [project], next_cursor: null, total: 1 }, "/tasks": { items: [], next_cursor: null, total: 0 }, "/projects/p-1": { ...project, name: "Two balls" } });
    fireEvent.click(await screen.findByRole("button", { name: "Rename A ball" }));
    const field = screen.getByRole("textbox", { name: "Rename A ball" });
    fireEvent.change(field, { target: { value: "  Two balls " } });
    fireEvent.blur(field);
    await waitFor(() => expect(asked).toContainEqual({ method: "PATCH", path: "/projects/p-1", body: { name: "Two balls" } }));
  });
  it("keeps the name when the field is left with Escape", async () => {
    const asked = show(<AllProjects onOpen={() => {}} />, { "/projects": { items: [project], next_cursor: null, total: 1 }, "/tasks": { items: [], next_cursor: null, total: 0 } });
    fireEvent.keyDown((await screen.findByText("A ball")).closest("button") as HTMLElement, { key: "F2" });
    const field = screen.getByRole("textbox", { name: "Rename A ball" });
    fireEvent.change(field, { target: { value: "Two balls" } });
    fireEvent.keyDown(field, { key: "Escape" });
    expect(await screen.findByText("A ball")).toBeTruthy();
    expect(asked.filter((a) => a.method === "PATCH")).toEqual([]);
  });
});
