// @vitest-environment jsdom
// What the bridge says, in the window's language.
import { screen } from "@testing-library/react";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { examples } from "../app/command/memory";
import { sentenceFor } from "../app/objects/dragging";
import type { Entry } from "../app/projects/entryTitle";
import { entryTitle } from "../app/projects/entryTitle";
import { nameOfTrack } from "../app/timeline/nameOfTrack";
import { kindName, shortNameOf } from "../app/models/kinds";
import { Failure, adviceFor, detailOf, messageOf, wordsOf } from "../app/parts/Failure";
import { speak } from "../app/words";
import { category, learn, namesOf, nodeHelp, nodeLabel, objectName, shownName, shownThing, templateOf, tipOf, titleOfNode, translated, nameOfOp, valueIn } from "../app/words/foreign";
import { WireError } from "../wire/client";
import schema from "../../assets/commands.schema.json";
import { show } from "./render";

beforeAll(() => learn("de"));
afterEach(() => speak("en"));

describe("in German", () => {
  it("settings, nodes, categories, models and templates go by their stable names", () => {
    speak("de");
    expect([translated("settings", "engine.own", "x"), nodeLabel("SceneAdd", "x"), category("sampling/custom_sampling"), templateOf("turntable", { name: "x", description: "y" }).name])
      .toEqual(["Eine eigene Engine starten.", "Objekt hinzufügen", "Sampling/Eigenes Sampling", "Drehteller"]);
    expect(nodeHelp("SceneSky", "x")).toContain("Himmel");
    expect([tipOf("SceneSky", "fog", "x"), tipOf("SceneTransform", "scale", "x"), tipOf("SceneAdd", "scale", "x")]).toEqual(["0 klar, 1 dicht.", "Mal der jetzigen Größe.", "Mal seiner eigenen Größe."]);
  });
  it("the camera that films is a Kamera, one that stands in the scene goes by its lexicon", () => {
    speak("de");
    const named = (id: string) => nameOfTrack({ id, name: "camera", object: "camera", bars: [] });
    expect([named("camera"), named("camera-1")]).toEqual(["Kamera", shownThing({ name: "camera", object: "camera" })]);
    expect(named("camera-1")).not.toBe("Kamera");
  });
  it("what is not in the catalogue stays as it was said, and English is as the bridge says it", () => {
    speak("de");
    expect([translated("settings", "new.one", "New."), nodeHelp("Foreign", "Help."), tipOf("Foreign", "it", "Tip."), category("mine/image"), shownName("zorblat"), wordsOf({ type: "odd" }, "Odd.")]).toEqual(["New.", "Help.", "Tip.", "mine/Bild", "zorblat", "Odd."]);
    speak("en");
    expect([translated("settings", "engine.own", "Said."), nodeLabel("SceneAdd", "Add"), objectName("dog"), wordsOf({ type: "timeout" }, "too long")]).toEqual(["Said.", "Add", "dog", "too long"]);
  });
  it("errors are told by their kind, with what they are about; the bridge's own words are a detail", () => {
    speak("de");
    const error = new WireError("width must be at least 16, got 3", 400, { type: "value_out_of_range", field: "width" });
    expect(messageOf(error)).toBe("Ein Wert liegt außerhalb dessen, was erlaubt ist. (width)");
    show(<Failure error={error} />);
    expect(screen.getByText(/width must be at least 16, got 3/)).toBeTruthy();
  });
  it("what cannot be, however often it is tried, is not tried again but changed", () => {
    expect(adviceFor(new WireError("a.ckpt is a pickle file", 501, { type: "unsupported" }))).toBe("Change what the message names and try again.");
    expect(adviceFor(new WireError("no answer", 503, { type: "unavailable" }))).toContain("Nothing was lost.");
  });
  it("kinds of models are told in words, and those that nobody installs by their folder", () => {
    expect([kindName("checkpoints"), shortNameOf("loras"), shortNameOf("t2i_adapter")]).toEqual(["Checkpoint (a whole model)", "LoRA", "t2i adapter"]);
    speak("de");
    expect(shortNameOf("upscale_models")).toBe("Vergrößerer");
  });
  it("what the bridge notes of a return or a branch is told; a sentence that reads like one stays", () => {
    const entry = (sentence: string | null, note: Entry["note"]) => entryTitle({ version: 7, sentence, note, added: [], parent: null, time: "", who: "", n_commands: 1 });
    const all = () => [entry(null, { code: "branched", name: "A red ball", version: 2 }), entry(null, { code: "restored", version: 3 }), entry("back to version 3", null)];
    speak("de");
    expect(all()).toEqual(["Abgezweigt von A red ball", "Zurück bei Fassung 3", "back to version 3"]);
    speak("en");
    expect(all()[1]).toBe("Back at version 3");
  });
  it("a disk that is full is said in words in every language, with what to do, and names the bridge's file as a detail", () => {
    const said = "/data/bridge.db: the disk is full; nothing was changed", ofCall = new WireError(said, 507, { type: "disk_refused" }), ofTask = new WireError("“Install” failed", 500, { error: { type: "disk_refused" } });
    for (const [language, what, advice] of [["en", "The disk takes nothing more.", "Make room on it, then try again. What was made until now is kept."], ["de", "Die Festplatte nimmt nichts mehr auf.", "Platz schaffen und noch einmal versuchen. Was bisher entstand, bleibt erhalten."]] as const) {
      speak(language);
      expect([messageOf(ofCall), adviceFor(ofCall), detailOf(ofCall).includes(said), adviceFor(ofTask), wordsOf({ type: "disk_refused" }, said)]).toEqual([what, advice, true, advice, what]);
    }
    speak("en");
  });
  it("objects go by the lexicon's names, which sentences are then made of", () => {
    speak("de");
    expect([objectName("butterfly"), namesOf({ "läufer im schach|läufers": "bishop", "u-boot": "submarine", boot: "submarine" })]).toEqual(["Schmetterling", { bishop: "Läufer im Schach", submarine: "U-Boot" }]);
    expect([sentenceFor("dog", .1), sentenceFor("zorblat", .9)]).toEqual(["Hund links dazu", "add a zorblat on the right"]);
    expect(examples()[1]).toBe("ein Roboter tanzt nachts im Schnee");
    speak("en");
    expect([sentenceFor("ant", .5), examples()[1]]).toEqual(["add an ant", "a robot dances in the snow at night"]);
  });
  it("every object of the library has a name", () => {
    speak("de");
    const recipes = Object.values(import.meta.glob<{ name: string; abstract?: boolean }>("../../assets/objects/*.json", { eager: true, import: "default" }));
    expect(recipes.length).toBeGreaterThan(500);
    expect(recipes.filter(({ name, abstract }) => name !== "stand-in" && !abstract && objectName(name) === null)).toEqual([]); // nobody sees what others are only made of
  });
  it("all that commands choose from has a word, and so have the titles of planned nodes and of templates", () => {
    speak("de");
    const $defs: Record<string, { properties?: Record<string, { enum?: string[] }> }> = schema.$defs as never;
    const ops = Object.keys($defs).filter((op) => "op" in ($defs[op]?.properties ?? {})), isName = (value: string) => ["x", "y", "z"].includes(value);
    const fields = ops.flatMap((op) => Object.entries($defs[op]?.properties ?? {}).map(([field, { enum: values = [] }]) => ({ op, field, values })));
    const unsaid = fields.flatMap(({ op, field, values }) => values.filter((value) => !isName(value) && valueIn(op, field, value) === value && value !== "standard"));
    const unnamed = fields.map(({ field }) => field.replace(/_(m|s|deg|mm)$/, "")).filter((field) => translated("fields", field, "") === "");
    expect([ops.length > 12, fields.length > 100, ops.filter((op) => op !== "text" && nameOfOp(op).toLowerCase() === op), unsaid]).toEqual([true, true, [], []]);
    expect([...new Set(unnamed)]).toEqual(["op", "kind", "surface", "id", "targets", "object", "name", "text", "file", "motion", "scenario", "shot"]);
    const same = ["Stable Diffusion", "Film"], graphs = Object.values(import.meta.glob<Record<string, { _meta: { title: string } }>>("../../workflows/*.json", { eager: true, import: "graph" }));
    expect(graphs.flatMap((graph) => Object.values(graph).map((node) => node._meta.title)).filter((title) => titleOfNode(title) === title && !same.includes(title))).toEqual([]);
    expect(["Add: robot", "Add: hund", "Animate: walk", "Sky: sunset", "Text: sunset", "My own: walk", "Render film"].map(titleOfNode)).toEqual(["Objekt: Roboter", "Objekt: Hund", "Bewegung: gehen", "Himmel: Sonnenuntergang", "Text: sunset", "My own: walk", "Film erstellen"]);
    speak("en");
    expect(["Add: robot", "Render film"].map(titleOfNode)).toEqual(["Add: robot", "Render film"]);
  });
  it("commands are told by what they do, to what, and how, with units", () => {
    const added = [{ op: "add", id: "dog-1", object: "dog", name: "hund", color: "#ff0000" }, { op: "animate", targets: ["dog-1"], motion: "bounce", easing: "bounce", start_s: 1.236 }, { op: "text", text: "bounce", place: [{ relation: "on", targets: ["table-1"] }], bold: true }, { op: "camera", angle: "low", lens_mm: 50 }];
    const told = () => entryTitle({ version: 1, sentence: null, note: null, added, parent: null, time: "", who: "", n_commands: 1 } as Entry).split("; ");
    speak("de");
    expect(told()).toEqual(["Objekt Hund · Farbe #ff0000", "Bewegung dog-1 · hüpfen · Verlauf aufprallend · ab 1,24 s", "Text bounce · auf table-1 · fett", "Kamera von unten · Brennweite 50 mm"]);
    speak("en");
    expect(told()[1]).toBe("Animate dog-1 · bounce · easing bounce · start 1.24 s");
  });
  it("things are called as they were said, if in this language", () => {
    speak("de");
    expect([{ name: "boot", object: "boat" }, { name: "boat", object: "boat" }, { name: "hund", object: "dog" }, { name: "Rex", object: "dog" }].map(shownThing)).toEqual(["Boot", "Boot", "Hund", "Rex"]);
  });
  it("things are called in this language, too, where they were made in another, and names that were given stay", async () => {
    await learn("en");
    const made = [{ id: "hund-1", name: "hund", object: "dog" }, { id: "perro-1", name: "perro", object: "dog" }, { id: "doggy-1", name: "doggy", object: "dog" }, { id: "boot-1", name: "boot", object: "boat" }, { id: "katze-1", name: "Mimi", object: "cat" }, { id: "wug-1", name: "wug", object: "stand-in" }];
    speak("de");
    expect(made.map(shownThing)).toEqual(["Hund", "Hund", "Hund", "Boot", "Mimi", "wug"]);
    speak("en");
    expect(made.map(shownThing)).toEqual(["dog", "dog", "doggy", "boat", "Mimi", "wug"]);
  });
});
