// What was said before, newest first; kept between visits.
const key = "miktos.said", most = 50;

export function said(): string[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(list) ? list.filter((i): i is string => typeof i === "string") : [];
  } catch {
    return [];
  }
}

export function remember(sentence: string): void {
  localStorage.setItem(key, JSON.stringify([sentence, ...said().filter((s) => s !== sentence)].slice(0, most)));
}

export const examples = [
  "a red ball bounces on grass, camera orbits",
  "a robot dances in the snow at night",
  "five colorful balloons float up at sunset",
  "a dog runs across a meadow, the camera follows",
  "a gold teapot spins on marble in a studio",
  "twenty dominoes topple on a wooden floor",
];
