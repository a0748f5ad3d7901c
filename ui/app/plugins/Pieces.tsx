// What a plugin drew, with the window's own controls.
import { Button } from "../parts/controls";
import type { Piece } from "./protocol";

export function Pieces({ pieces, onEvent }: { pieces: readonly Piece[]; onEvent: (piece: string, value: unknown) => void }) {
  return <div className="flex flex-col gap-2">{pieces.map((p, i) => <One key={"id" in p ? p.id : i} piece={p} onEvent={onEvent} />)}</div>;
}

function One({ piece, onEvent }: { piece: Piece; onEvent: (piece: string, value: unknown) => void }) {
  switch (piece.kind) {
    case "text": return <p className={piece.tone === "strong" ? "text-[13px] font-medium" : "text-xs text-soft"}>{piece.text}</p>;
    case "button": return <Button onClick={() => onEvent(piece.id, true)}>{piece.label}</Button>;
    case "slider": return <label className="flex items-center gap-2 text-xs"><span className="w-20 shrink-0 truncate text-soft">{piece.label}</span><input type="range" className="min-w-0 flex-1" min={piece.min} max={piece.max} step={piece.step} value={piece.value} onChange={(e) => onEvent(piece.id, Number(e.target.value))} /></label>;
    case "field": return <label className="flex flex-col gap-1 text-xs text-soft">{piece.label}<input className="field text-ink" defaultValue={piece.value} onBlur={(e) => onEvent(piece.id, e.target.value)} /></label>;
    case "swatches": return <div role="group" aria-label={piece.label} className="flex flex-wrap gap-1.5">{piece.colors.map((c, i) => <button key={`${c}${i}`} type="button" aria-label={c} title={c} className="size-6 rounded-full border border-line hover:scale-110" style={{ background: c }} onClick={() => onEvent(piece.id, c)} />)}</div>;
    case "row": return <div className="flex flex-wrap gap-1.5">{piece.pieces.map((p, i) => <One key={"id" in p ? p.id : i} piece={p} onEvent={onEvent} />)}</div>;
  }
}
