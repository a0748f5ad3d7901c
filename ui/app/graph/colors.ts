// One colour for each type of value, the same for sockets and wires; types unknown here get one from their name.
const known: Record<string, string> = {
  SCENE: "#ff8052", IMAGE: "#6fa8ff", MASK: "#8fbf6a", LATENT: "#d48bd6", MODEL: "#b49cf0", CLIP: "#e7c85b", VAE: "#ef7f7f", CONDITIONING: "#f0a35e",
  VIDEO: "#5cc2c9", AUDIO: "#7fd0a8", INT: "#8ea3b0", FLOAT: "#8ea3b0", STRING: "#9fb48a", BOOLEAN: "#c49a7a", COMBO: "#a79f94", "*": "#a79f94",
};

export function colorOfType(type: string): string {
  const found = known[type];
  if (found) return found;
  let hash = 0;
  for (const letter of type) hash = (hash * 31 + letter.charCodeAt(0)) % 360;
  return `hsl(${hash} 45% 62%)`;
}

/** Heads of nodes: quiet enough to be many, and each with a name. */
export const headColors = [["red", "#7a3b3b"], ["brown", "#6f5232"], ["green", "#3f6444"], ["teal", "#2f6366"], ["blue", "#3b567f"], ["violet", "#5d4a7d"], ["pink", "#7a4463"], ["grey", "#55504a"]] as const;

/** Black or white, whichever reads better on `color` (#rgb or #rrggbb). */
export function inkOn(color: string): string {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(color)?.[1];
  if (!hex) return "inherit";
  const [r = 0, g = 0, b = 0] = (hex.length === 3 ? [...hex].map((d) => d + d) : hex.match(/../g) ?? []).map((d) => (parseInt(d, 16) / 255) ** 2.2);
  return .2126 * r + .7152 * g + .0722 * b > .18 ? "#16130f" : "#f7f3ee";
}
