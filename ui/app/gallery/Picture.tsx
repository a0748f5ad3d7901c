// A work as large as the room it has; one that is not there, or is damaged, says so.
import { ImageOff } from "lucide-react";
import { Suspense, lazy, useState } from "react";
import { Empty } from "../parts/controls";
import { t } from "../words";
import { lacksDecoder } from "./decoder";
import type { Work } from "./useWorks";

const SceneFile = lazy(() => import("./SceneFile"));

/** A film whose size nobody knows. */
const usual = 16 / 9;

export function Picture({ work, hasControls = true }: { work: Work; hasControls?: boolean }) {
  const [isBroken, setBroken] = useState(false), shape = work.width && work.height ? work.width / work.height : usual;
  const size = { width: `min(100cqw, 100cqh * ${shape})`, aspectRatio: shape }, fail = () => setBroken(true);
  const isPlayable = work.kind !== "film" || !lacksDecoder(work.file);
  if (isBroken) return <Empty icon={<ImageOff size={28} strokeWidth={1.5} />} title={t(isPlayable ? "gallery.broken" : "gallery.noDecoder", { name: work.file })}>{t(isPlayable ? "gallery.brokenText" : "gallery.noDecoderText")}</Empty>;
  if (work.kind === "film") return <video src={work.url} poster={work.thumbnail_url ?? undefined} style={size} controls={hasControls} autoPlay loop muted playsInline onError={fail} className="rounded-lg bg-black object-contain" />;
  if (work.kind === "image") return <img src={work.url} alt={work.title} style={size} onError={fail} className="rounded-lg object-contain" />;
  if (work.kind === "scene") return <Suspense fallback={null}><SceneFile url={work.url} /></Suspense>;
  return <p className="text-soft">{work.file}</p>;
}
