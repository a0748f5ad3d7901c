// What uses the processor, the memory and the disk, and what can be done about it.
import { CircleX, Copy, FolderOpen, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useState } from "react";
import type { Schemas } from "../../wire/client";
import { Button } from "../parts/controls";
import { bytes, cx } from "../parts/format";
import { complain, say } from "../parts/Toasts";
import type { Room } from "../state";
import { useApp } from "../state";
import { t } from "../words";
import { isLive, useCancel, useFolders, useProcesses, useTasks } from "../wire/queries";
import { titleOf } from "../wire/titles";
import { ask, isInShell } from "./shell";
import { sharesOf } from "./shares";
import type { MadeAgain } from "./usageDeeds";
import { empty, freeEngine } from "./usageDeeds";

type Status = Schemas["Status"];

/** `share` 0..1 of what all rows with one are compared with; `tone` "rest" is what is not ours. */
function Row({ name, note, share, value, tone = "own", children }: { name: ReactNode; note?: string | undefined; share?: number; value: string; tone?: "own" | "rest" | "free"; children?: ReactNode }) {
  return (
    <tr className="h-9">
      <th scope="row" className="max-w-0 w-full truncate pr-3 text-left font-normal text-ink" title={note}>{name}{note && <span className="ml-2 text-soft">{note}</span>}</th>
      <td className="w-32 min-w-20">{share !== undefined && <div className="h-1.5 overflow-hidden rounded-full bg-line" aria-hidden><div className={cx("h-full rounded-full", tone === "own" ? "bg-accent" : tone === "rest" ? "bg-soft/70" : "bg-good/60")} style={{ width: `${Math.min(100, share * 100)}%` }} /></div>}</td>
      <td className="pl-3 text-right whitespace-nowrap tabular-nums">{value}</td>
      <td className="w-px pl-2"><div className="flex justify-end gap-1">{children}</div></td>
    </tr>
  );
}

function Table({ label, children }: { label: string; children: ReactNode }) {
  return <table aria-label={label} className="w-full border-separate border-spacing-0 rounded-xl border border-line bg-raised px-3 py-1 text-xs"><tbody>{children}</tbody></table>;
}

const nameOf = (name: string) => (name === "engine" ? t("engine.own") : t("usage.bridge"));
const percent = (share: number) => `${Math.round(share * 100)} %`;

function Computing({ status }: { status: Status }) {
  const processes = useProcesses().data ?? [], shares = sharesOf(processes, status.cpu.cores), cancel = useCancel();
  const running = useTasks().data?.items.filter(isLive).find((i) => i.state === "running");
  const ours = shares.reduce((sum, s) => sum + s.share, 0), rest = Math.max(0, status.cpu.usage - ours);
  return (
    <Table label={t("status.cpu")}>
      {shares.map((s) => (
        <Row key={s.name} name={nameOf(s.name)} note={s.name === "engine" && running ? titleOf(running) : undefined} share={s.share} value={percent(s.share)}>
          {s.name === "engine" && running && <Button kind="ghost" icon={<CircleX size={14} />} label={t("task.cancel")} onClick={() => cancel.mutate(running.id)} />}
        </Row>
      ))}
      <Row name={t("usage.others")} share={rest} value={percent(rest)} tone="rest" />
      <Row name={t("usage.idle")} share={1 - ours - rest} value={percent(Math.max(0, 1 - ours - rest))} tone="free" />
    </Table>
  );
}

/** A button that is busy until what it began is over. */
function Act({ label, icon, run }: { label: string; icon: ReactNode; run: () => Promise<unknown> }) {
  const [isBusy, setBusy] = useState(false);
  const begin = () => { setBusy(true); run().catch(complain).finally(() => setBusy(false)); };
  return <Button kind="plain" className="h-7! px-2! text-xs!" icon={icon} disabled={isBusy} onClick={begin}>{label}</Button>;
}

function Holding({ status }: { status: Status }) {
  const now = useProcesses().data?.at(-1)?.items ?? [], { total_bytes: total, available_bytes: free } = status.memory;
  const rest = Math.max(0, total - free - now.reduce((sum, p) => sum + p.memory_bytes, 0));
  return (
    <Table label={t("status.memory")}>
      {now.map((p) => (
        <Row key={p.name} name={nameOf(p.name)} note={p.name === "engine" ? t("usage.holds") : undefined} share={p.memory_bytes / total} value={bytes(p.memory_bytes)}>
          {p.name === "engine" && <Act label={t("usage.free")} icon={<Trash2 size={13} />} run={freeEngine} />}
        </Row>
      ))}
      <Row name={t("usage.others")} share={rest / total} value={bytes(rest)} tone="rest" />
      <Row name={t("usage.available")} share={free / total} value={bytes(free)} tone="free" />
    </Table>
  );
}

/** Where what lies in a folder is seen and removed one by one. */
const roomOf: Partial<Record<string, Room>> = { outputs: "gallery", models: "models", plugins: "plugins" };

type Folder = Schemas["Folder"];

function copy(path: string): void {
  navigator.clipboard.writeText(path).then(() => say(t("usage.isCopied", { path }))).catch(complain);
}

function FolderName({ folder }: { folder: Folder }) {
  const room = roomOf[folder.name], name = t(`usage.${folder.name}`);
  return room ? <button type="button" className="hover:text-accent hover:underline" onClick={() => useApp.getState().prefer({ room })}>{name}</button> : name;
}

function Lying({ status }: { status: Status }) {
  const { data, isPending } = useFolders(), { total_bytes: total, free_bytes: free } = status.disk;
  const folders = data?.items.filter((f) => f.bytes > 0).sort((a, b) => b.bytes - a.bytes) ?? [], ours = folders.reduce((sum, f) => sum + f.bytes, 0);
  return (
    <Table label={t("status.disk")}>
      {isPending && <tr><td className="py-2">{t("usage.counting")}</td></tr>}
      {folders.map((f) => (
        <Row key={f.name} name={<FolderName folder={f} />} note={f.may_be_emptied ? t("usage.again") : t("usage.files", { n: f.n_files })} share={f.bytes / Math.max(1, ours)} value={bytes(f.bytes)}>
          {f.may_be_emptied && <Act label={t("usage.empty")} icon={<Trash2 size={13} />} run={() => empty(f.name as MadeAgain)} />}
          {isInShell() ? <Button kind="ghost" icon={<FolderOpen size={14} />} label={t("usage.open", { name: t(`usage.${f.name}`) })} onClick={() => void ask({ type: "show-folder", path: f.path }).catch(complain)} />
            : <Button kind="ghost" icon={<Copy size={14} />} label={t("usage.copy", { name: t(`usage.${f.name}`) })} onClick={() => copy(f.path)} />}
        </Row>
      ))}
      {data && <Row name={t("usage.otherFiles")} value={bytes(Math.max(0, total - free - ours))} />}
      <Row name={t("usage.available")} value={bytes(free)} />
    </Table>
  );
}

export function Usage({ of, status }: { of: "cpu" | "memory" | "disk"; status: Status }) {
  return of === "cpu" ? <Computing status={status} /> : of === "memory" ? <Holding status={status} /> : <Lying status={status} />;
}
