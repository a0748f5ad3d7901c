// Palette: an example of a plugin with a panel, a command and a widget. docs/ui.md describes what `miktos` offers.

/** A colour from hue in degrees, saturation and lightness 0..1, as #rrggbb. */
function hsl(hue, saturation, lightness) {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const part = (n) => {
    const k = (n + hue / 30) % 12;
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1)))).toString(16).padStart(2, "0");
  };
  return `#${part(0)}${part(8)}${part(4)}`;
}

/** Five colours around a hue: itself, its neighbours, its opposite, and a quiet one. */
function palette(hue) {
  return [hsl(hue, 0.72, 0.52), hsl(hue + 32, 0.66, 0.56), hsl(hue + 328, 0.6, 0.46), hsl(hue + 180, 0.5, 0.48), hsl(hue, 0.16, 0.86)];
}

function objectsOf(scene) {
  return scene.commands.filter((c) => c.op === "add" || c.op === "text").map((c) => c.id);
}

function paint(scene, colors) {
  const targets = scene.selected ? [scene.selected] : objectsOf(scene);
  miktos.apply(targets.map((id, i) => ({ op: "material", targets: [id], color: colors[i % colors.length] })));
}

const words = {
  en: { title: "Colours that go together", hue: "Hue", palette: "Palette", selected: "Paint what is selected", scene: "Paint the scene", command: "Palette: paint the scene in colours that go together", asIs: "as it is" },
  de: { title: "Farben, die zusammenpassen", hue: "Farbton", palette: "Palette", selected: "Gewähltes färben", scene: "Szene färben", command: "Palette: die Szene in Farben färben, die zusammenpassen", asIs: "wie es ist" },
};
const say = words[miktos.language] ?? words.en;

let hue = 18;

miktos.addPanel({
  id: "palette",
  title: say.title,
  draw: (_, scene) => [
    { kind: "slider", id: "hue", label: say.hue, value: hue, min: 0, max: 359, step: 1 },
    { kind: "swatches", id: "swatches", label: say.palette, colors: palette(hue) },
    { kind: "button", id: "paint", label: scene.selected ? say.selected : say.scene },
  ],
  on(piece, value, scene) {
    if (piece === "hue") hue = value;
    if (piece === "swatches") paint(scene, [value]);
    if (piece === "paint") paint(scene, palette(hue));
  },
});

miktos.addCommand({
  id: "harmonise",
  label: say.command,
  run: (scene) => paint(scene, palette(hue)),
});

miktos.addWidget({
  id: "color",
  input: "SceneMaterial.color",
  draw: (value) => [{ kind: "swatches", id: "pick", label: say.palette, colors: palette(hue) }, { kind: "text", text: value || say.asIs }],
  on: (piece, value) => (piece === "pick" ? value : undefined),
});
