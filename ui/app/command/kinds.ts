// The colour of each kind of thing that is understood; also used by the timeline and the outliner.
const hues: Record<string, string> = {
  object: "object", count: "object", text: "object", size: "object", color: "color", material: "color", motion: "motion", camera: "camera",
  relation: "place", ground: "place", light: "light", sky: "light", time: "time", render: "time", edit: "edit",
};

export function hueOf(kind: string): string {
  return `var(--hue-${hues[kind] ?? "edit"})`;
}

const kindsOfOps: Record<string, string> = { add: "object", text: "text", import: "object", material: "material", transform: "relation", remove: "edit", animate: "motion", physics: "motion", camera: "camera", light: "light", sky: "sky", ground: "ground", render: "render" };

export function kindOfOp(op: string): string {
  return kindsOfOps[op] ?? "edit";
}
