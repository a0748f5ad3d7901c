// @vitest-environment jsdom
// What the bridge says, in the window's language.
import { screen } from "@testing-library/react";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { stepsFrom } from "../app/command/steps";
import { examples } from "../app/command/memory";
import { sentenceFor } from "../app/objects/dragging";
import { Failure, adviceFor, detailOf, messageOf, wordsOf } from "../app/parts/Failure";
import { speak } from "../app/words";
import { category, learn, namesOf, nodeHelp, nodeLabel, objectName, shownName, templateOf, tipOf, translated } from "../app/words/foreign";
import { WireError } from "../wire/client";
import { show } from "./render";

beforeAll(() => learn("de"));
afterEach(() => speak("en"));

describe("in German", () => {
  it("settings, nodes, categories, models and templates go by their stable names", () => {
    speak("de");
    expect([translated("settings", "engine.own", "x"), nodeLabel("SceneAdd", "x"), category("sampling/custom_sampling"), translated("modelKinds", "upscale_models", "x"), templateOf("turntable", { name: "x", description: "y" }).name])
      .toEqual(["Eine eigene Engine starten.", "Objekt hinzufügen", "Sampling/Eigenes Sampling", "Vergrößerer", "Drehteller"]);
    expect(nodeHelp("SceneSky", "x")).toContain("Himmel");
    expect([tipOf("SceneSky", "fog", "x"), tipOf("SceneTransform", "scale", "x"), tipOf("SceneAdd", "scale", "x")]).toEqual(["0 klar, 1 dicht.", "Mal der jetzigen Größe.", "Mal seiner eigenen Größe."]);
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
  it("a disk that is full is said in words in every language, with what to do, and names the bridge's file as a detail", () => {
    const said = "/data/bridge.db: the disk is full; nothing was changed", ofCall = new WireError(said, 507, { type: "execution_error" });
    for (const [language, what, advice] of [["en", "The disk takes nothing more.", "Make room on it, then try again. What was made until now is kept."], ["de", "Die Festplatte nimmt nichts mehr auf.", "Platz schaffen und noch einmal versuchen. Was bisher entstand, bleibt erhalten."]] as const) {
      speak(language);
      expect([messageOf(ofCall), adviceFor(ofCall), detailOf(ofCall).includes(said)]).toEqual([what, advice, true]);
    }
    speak("en");
  });
  it("objects go by the lexicon's names, which sentences are then made of", () => {
    speak("de");
    expect([objectName("butterfly"), namesOf({ "läufer im schach|läufers": "bishop", "u-boot": "submarine", boot: "submarine" })]).toEqual(["Schmetterling", { bishop: "Läufer im Schach", submarine: "U-Boot" }]);
    expect([sentenceFor("dog", .1), sentenceFor("zorblat", .9)]).toEqual(["Hund links dazu", "add a zorblat on the right"]);
    expect(stepsFrom([{ op: "add", id: "ball-1", object: "ball", name: "ball" }])).toEqual(["lass Ball hüpfen", "die Kamera kreist", "bei Sonnenuntergang", "auf Gras"]);
    expect(examples()[1]).toBe("ein Roboter tanzt nachts im Schnee");
    speak("en");
    expect([sentenceFor("ant", .5), examples()[1]]).toEqual(["add an ant", "a robot dances in the snow at night"]);
  });
});
