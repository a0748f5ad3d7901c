// One typed function for every route of assets/openapi.json.
import { parseExact, writeExact } from "./exact";
import { pend } from "./pending";
import type { components, paths } from "./types";

export type Schemas = components["schemas"];
type Method = "get" | "post" | "put" | "patch" | "delete";
export type PathOf<M extends Method> = { [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never }[keyof paths];
type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;
type Parameters<O> = O extends { parameters: infer X } ? X : never;
type PathParameters<O> = Parameters<O> extends { path: infer X } ? X : undefined;
type Query<O> = Parameters<O> extends { query?: infer X } ? X : undefined;
type Body<O> = O extends { requestBody: { content: { "application/json": infer X } } } ? X : undefined;
type Success<O> = O extends { responses: infer R } ? { [S in keyof R]: S extends 200 | 201 | 202 ? R[S] : never }[keyof R] : never;
export type DataOf<P extends keyof paths, M extends Method> =
  Success<Operation<P, M>> extends { content: { "application/json": { data: infer D } } } ? D : never;

export interface CallOptions<O> {
  path?: PathParameters<O>;
  query?: Query<O>;
  body?: Body<O>;
  signal?: AbortSignal;
  /** Repeating a call with the same key gives the first answer. */
  idempotencyKey?: string;
}

/** What the bridge said went wrong, or that it could not be reached (status 0). */
export class WireError extends Error {
  constructor(message: string, readonly status: number, readonly data: unknown = null) {
    super(message);
    this.name = "WireError";
  }
}

export const base = "/api/v1";

/** For one change; browsers that are served over a network without TLS have no randomUUID. */
export const newKey = (): string => Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(16).padStart(8, "0")).join("");

export function urlOf(path: string, parameters: Record<string, unknown> = {}, query: Record<string, unknown> = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(parameters[name])));
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const search = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
  return base + filled + (search ? `?${search}` : "");
}

const changes = new Set<Promise<unknown>>();

/** Resolves when no change is on its way to the bridge, nor another one that follows from its answer. */
export async function settled(): Promise<void> {
  while (changes.size > 0) {
    await Promise.allSettled(changes);
    await new Promise((then) => setTimeout(then));
  }
}

/** Until `work` is done a change is still on its way. */
export function expect(work: Promise<unknown>): void {
  changes.add(work);
  void work.catch(() => {}).then(() => changes.delete(work));
}

/** One without a signal of its caller's is somebody's who waits for it. */
export function call<M extends Method, P extends PathOf<M>>(method: M, path: P, options: CallOptions<Operation<P, M>> = {}): Promise<DataOf<P, M>> {
  const answer = options.signal ? ask(method, path, options) : pend((signal) => ask(method, path, { ...options, signal }));
  if (method !== "get") expect(answer);
  return answer;
}

async function ask<M extends Method, P extends PathOf<M>>(
  method: M, path: P, options: CallOptions<Operation<P, M>> = {},
): Promise<DataOf<P, M>> {
  const headers: Record<string, string> = {};
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (options.idempotencyKey) headers["Idempotency-Key"] = options.idempotencyKey;
  const url = urlOf(path, options.path as Record<string, unknown>, options.query as Record<string, unknown>);
  let response: Response;
  try {
    const init: RequestInit = { method: method.toUpperCase(), headers };
    if (options.body !== undefined) init.body = writeExact(options.body);
    if (options.signal) init.signal = options.signal;
    response = await fetch(url, init);
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new WireError("The bridge does not answer.", 0);
  }
  const envelope = await response.text().then(parseExact).catch(() => null) as { status: string; message: string; data: unknown } | null;
  if (!envelope || envelope.status !== "success")
    throw new WireError(envelope?.message ?? `The bridge answered ${response.status}.`, response.status, envelope?.data);
  return envelope.data as DataOf<P, M>;
}

/** What is no JSON: a file of the bridge's, or what it says why there is none. */
export async function fetchWhole(url: string, request: RequestInit): Promise<Response> {
  const answer = await fetch(url, request).catch((cause: unknown) => { throw request.signal?.aborted ? cause : new WireError("The bridge does not answer.", 0); });
  if (answer.ok) return answer;
  const envelope = await answer.json().catch(() => null) as { message?: string; data?: unknown } | null;
  throw new WireError(envelope?.message ?? `The bridge answered ${answer.status}.`, answer.status, envelope?.data);
}
