// An error in words, with what to do; the technical part is folded.
import { RotateCw, TriangleAlert } from "lucide-react";
import { WireError } from "../../wire/client";
import { t } from "../words";
import { translated } from "../words/foreign";
import { Button } from "./controls";
import { cx } from "./format";

/** The status of what found no room. */
const noRoom = 507;
/** Of what was asked for and cannot be, however often it is tried. */
const unsupported = 501;
const fullDisk = "disk_refused";

/** Of a call, or of the task that it tells of. */
const foundNoRoom = ({ status, data }: WireError) => status === noRoom || (data as { error?: { type?: unknown } | null } | null)?.error?.type === fullDisk;

export function adviceFor(error: unknown): string {
  if (error instanceof Plain) return error.advice;
  if (!(error instanceof WireError)) return t("error.advice.other");
  if (foundNoRoom(error)) return t("error.advice.full");
  if (error.status === 0) return t("error.advice.offline");
  if (error.status === 404) return t("error.advice.gone");
  if (error.status === 409) return t("error.advice.conflict");
  if (error.status === unsupported) return t("error.advice.input");
  return error.status >= 500 ? t("error.advice.server") : t("error.advice.input");
}

/** What went wrong, in the window's language where the sentence is our own. */
export function messageOf(error: unknown): string {
  if (error instanceof WireError && error.status === 0) return t("error.offline");
  if (error instanceof WireError && error.status === noRoom) return t("error.disk"); // which file of the bridge's it was is a detail
  if (error instanceof WireError) return wordsOf(error.data, error.message);
  return error instanceof Error ? error.message : String(error);
}

/** What the bridge says of a failure of a kind that the window's language has words for; its own words are then a detail. */
export function wordsOf(failure: unknown, said: string): string {
  const { type, field } = (failure ?? {}) as { type?: unknown; field?: unknown };
  if (typeof type !== "string") return said;
  if (type === fullDisk) return t("error.disk"); // which file it was is a detail
  const own = translated("errors", type, said);
  return own !== said && typeof field === "string" ? `${own} (${field})` : own;
}

/** One that says all there is to know. */
export class Plain extends Error {
  advice = "";
}

/** What a person who mends it wants to know. */
export function detailOf(error: unknown): string {
  return error instanceof WireError ? JSON.stringify({ ...(messageOf(error) === error.message ? {} : { message: error.message }), status: error.status, data: error.data }, null, 2) : error instanceof Error && !(error instanceof Plain) ? error.stack ?? "" : "";
}

export function Detail({ text }: { text: string }) {
  return <details className="min-w-0 text-xs text-soft"><summary className="cursor-pointer">{t("error.detail")}</summary><pre className="mt-1 max-h-48 overflow-auto font-mono text-[11px]">{text}</pre></details>;
}

/** In a panel with room around it, in a form that has its own, or as what a card says, which has a frame already. */
const places = { panel: "m-3 rounded-xl border border-bad/35 bg-bad/8", form: "rounded-xl border border-bad/35 bg-bad/8", card: "" };

export function Failure({ error, retry, place = "panel" }: { error: unknown; retry?: () => void; place?: keyof typeof places }) {
  const advice = adviceFor(error), detail = detailOf(error);
  return (
    <div role="alert" className={cx("rise p-3 text-[13px]", places[place])}>
      <p className="flex gap-2 font-medium"><TriangleAlert size={16} className="mt-0.5 shrink-0 text-bad" />{messageOf(error)}</p>
      {advice && <p className="mt-1 pl-6 text-xs text-soft">{advice}</p>}
      <div className="mt-2 flex items-start justify-between gap-2 pl-6">
        {detail ? <Detail text={detail} /> : <span />}
        {retry && <Button icon={<RotateCw size={14} />} onClick={retry}>{t("error.retry")}</Button>}
      </div>
    </div>
  );
}
