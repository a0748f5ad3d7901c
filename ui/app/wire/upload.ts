// A file of this machine on its way to where engines read their inputs.
import { WireError, base } from "../../wire/client";
import { pend } from "../../wire/pending";

export async function upload(file: File): Promise<string> {
  const form = new FormData();
  form.append("file", file, file.name);
  const answer = await pend((signal) => fetch(`${base}/inputs`, { method: "POST", body: form, signal })).catch((cause: unknown) => { throw cause instanceof DOMException && cause.name === "AbortError" ? cause : new WireError("The bridge does not answer.", 0); });
  const envelope = await answer.json().catch(() => null) as { status: string; message: string; data: { name?: string } | null } | null;
  if (envelope?.status !== "success") throw new WireError(envelope?.message ?? `The bridge answered ${answer.status}.`, answer.status, envelope?.data);
  return envelope.data?.name ?? file.name;
}
