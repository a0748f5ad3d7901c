// @vitest-environment jsdom
import { afterEach, describe, expect, it } from "vitest";
import { readManifest, saidIn } from "../app/plugins/protocol";
import { titleOf } from "../app/wire/titles";
import { speak } from "../app/words";

afterEach(() => speak("en"));

describe("in the window's language", () => {
  it("are what is installed and verified, and sentences as they were said", () => {
    const all = () => [titleOf({ kind: "install", title: "Install vae/a b.safetensors" }), titleOf({ kind: "verify", title: "Verify all models" }), titleOf({ kind: "verify", title: "Verify a.safetensors" }), titleOf({ kind: "command", title: "Install a door" })];
    expect(all()).toEqual(["Install vae/a b.safetensors", "Verify all models", "Verify a.safetensors", "Install a door"]);
    speak("de");
    expect(all()).toEqual(["vae/a b.safetensors installieren", "Alle Modelle prüfen", "a.safetensors prüfen", "Install a door"]);
  });
  it("is what a plugin says of itself, where it does", () => {
    const manifest = { id: "p", name: "P", version: "1", description: "Does.", module: "main.js" }, german = readManifest({ ...manifest, in: { de: { description: "Tut." } } }), odd = readManifest({ ...manifest, in: { de: { name: 7 } } });
    expect([german && saidIn(german, "de"), german && saidIn(german, "en"), odd && saidIn(odd, "de")]).toEqual([{ name: "P", description: "Tut." }, { name: "P", description: "Does." }, { name: "P", description: "Does." }]);
  });
});
