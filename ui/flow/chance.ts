// Prompts that choose anew in each run: "a {red|blue} ball", within each other, with \{ \| \} for the signs themselves. Comments are left out, as ComfyUI's editor leaves them.
import type { Graph } from "./graph";
import { changeNode } from "./graph";
import type { NodeTable } from "./nodes";

const comments = /\/\*[\s\S]*?\*\/|\/\/.*/g;

/** Reads from `at` to the end, or to a sign that ends a choice. */
function read(text: string, at: number, isWithin: boolean, random: () => number): { said: string; at: number; isClosed: boolean } {
  const offers = [""];
  for (; at < text.length; at++) {
    const sign = text[at] as string, last = offers.length - 1;
    if (sign === "\\" && /[{}|]/.test(text[at + 1] ?? "")) offers[last] += text[++at] as string;
    else if (sign === "{") {
      const inner = read(text, at + 1, true, random);
      if (inner.isClosed) { offers[last] += inner.said; at = inner.at; } else offers[last] += sign;
    } else if (isWithin && sign === "|") offers.push("");
    else if (isWithin && sign === "}") return { said: offers[Math.min(last, Math.floor(random() * offers.length))] as string, at, isClosed: true };
    else offers[last] += sign;
  }
  return { said: offers.join("|"), at, isClosed: false };
}

export function choose(text: string, random: () => number): string {
  return read(text.replace(comments, ""), 0, false, random).said;
}

/** The graph as it runs once. */
export function chosen(graph: Graph, tables: Map<string, NodeTable>, random: () => number): Graph {
  let next = graph;
  for (const node of Object.values(graph.nodes)) {
    if (node.inner) next = changeNode(next, node.id, { inner: { ...node.inner, graph: chosen(node.inner.graph, tables, random) } });
    const texts = tables.get(node.type)?.inputs.filter((i) => i.isChance && typeof node.values[i.name] === "string") ?? [];
    if (texts.length) next = changeNode(next, node.id, { values: { ...node.values, ...Object.fromEntries(texts.map((i) => [i.name, choose(node.values[i.name] as string, random)])) } });
  }
  return next;
}
