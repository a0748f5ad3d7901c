// A file of this machine on its way to where engines read their inputs. How far it is, is seen; a bridge that is away is waited for.
import { WireError, base } from "../../wire/client";
import type { Told } from "../../wire/pending";
import { pend } from "../../wire/pending";
import { say } from "../parts/Toasts";
import { t } from "../words";
import { untilThere } from "./untilThere";

interface Envelope { status: string; message: string; data: { name?: string } | null }

const gone = () => new DOMException("given up", "AbortError");

/** Once; fetch does not tell how much of a body has gone out. */
function send(file: File, signal: AbortSignal, told: Told): Promise<string> {
  return new Promise((then, fail) => {
    const request = new XMLHttpRequest(), form = new FormData(), giveUp = () => request.abort();
    form.append("file", file, file.name);
    request.upload.onprogress = (event) => { if (event.lengthComputable) told({ title: file.name, fraction: event.loaded / event.total }); };
    request.onload = () => {
      const envelope = request.response as Envelope | null;
      if (envelope?.status === "success") then(envelope.data?.name ?? file.name);
      else fail(new WireError(envelope?.message ?? `The bridge answered ${request.status}.`, request.status, envelope?.data));
    };
    request.onerror = () => fail(new WireError("The bridge does not answer.", 0));
    request.onabort = () => fail(gone());
    request.onloadend = () => signal.removeEventListener("abort", giveUp);
    signal.addEventListener("abort", giveUp);
    request.open("POST", `${base}/inputs`);
    request.responseType = "json";
    told({ title: file.name, fraction: 0 });
    request.send(form);
  });
}

/** The name by which engines know it. */
export function upload(file: File): Promise<string> {
  return pend(async (signal, told) => {
    for (let isSaid = false; ; isSaid = true) {
      try {
        return await send(file, signal, told);
      } catch (error) {
        if (!(error instanceof WireError) || error.status !== 0) throw error;
        if (!isSaid) say(t("file.waits", { name: file.name }));
        await untilThere(signal);
      }
    }
  });
}
