import { describe, expect, it } from "vitest";
import { readManifest, readMessage } from "../app/plugins/protocol";

describe("what a plugin says", () => {
  it("is taken when it is what the protocol allows", () => {
    expect(readMessage({ type: "say", sentence: "a ball" })).not.toBeNull();
    expect(readMessage({ type: "drawn", id: "p", pieces: [{ kind: "row", pieces: [{ kind: "swatches", id: "s", label: "S", colors: ["#aabbcc"] }] }] })).not.toBeNull();
  });
  it("is dropped when it is anything else", () => {
    for (const bad of [null, 3, "say", {}, { type: "eval", code: "1" }, { type: "say", sentence: 3 }, { type: "say", sentence: "x".repeat(5000) }, { type: "panel", id: "a b", title: "x" },
      { type: "drawn", id: "p", pieces: [{ kind: "html", html: "<script>" }] }, { type: "drawn", id: "p", pieces: [{ kind: "swatches", id: "s", label: "", colors: ["red; background:url(x)"] }] },
      { type: "apply", commands: [{ op: 3 }] }, { type: "apply", commands: Array(1000).fill({ op: "add" }) }])
      expect(readMessage(bad)).toBeNull();
  });
  it("nests no deeper than a few rows", () => {
    let piece: unknown = { kind: "text", text: "x" };
    for (let i = 0; i < 20; i++) piece = { kind: "row", pieces: [piece] };
    expect(readMessage({ type: "drawn", id: "p", pieces: [piece] })).toBeNull();
  });
});

describe("a manifest", () => {
  const good = { id: "palette", name: "Palette", version: "1.0.0", description: "", module: "main.js" };
  it("names a module in its own folder", () => {
    expect(readManifest(good)).not.toBeNull();
    expect(readManifest({ ...good, module: "../main.js" })).toBeNull();
    expect(readManifest({ ...good, module: "https://x/main.js" })).toBeNull();
    expect(readManifest({ ...good, id: "a/b" })).toBeNull();
  });
});
