// A file of this machine on its way to where engines read their inputs.
import { WireError, base } from "../../wire/client";

export async function upload(file: File): Promise<string> {
  const answer = await fetch(`${base}/inputs/${encodeURIComponent(file.name)}`, { method: "PUT", body: file, headers: { "Content-Type": file.type || "application/octet-stream" } }).catch(() => { throw new WireError("The bridge does not answer.", 0); });
  const envelope = await answer.json().catch(() => null) as { status: string; message: string; data: { file?: string } | null } | null;
  if (envelope?.status !== "success") throw new WireError(envelope?.message ?? `The bridge answered ${answer.status}.`, answer.status);
  return envelope.data?.file ?? file.name;
}
