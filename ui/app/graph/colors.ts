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
