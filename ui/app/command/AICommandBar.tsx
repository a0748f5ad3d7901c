// One line in which everything can be said; Ctrl/Cmd+K reaches it from anywhere.
import { Command } from "cmdk";
import { ArrowUp, CornerDownLeft, History, Lightbulb, LoaderCircle, SpellCheck } from "lucide-react";
import type { KeyboardEvent } from "react";
import { useEffect, useRef, useState } from "react";
import { replaced } from "../../flow/sentence";
import { cx } from "../parts/format";
import { useLate } from "../parts/useLate";
import { useShelf } from "../plugins/shelf";
import { keysText, namesOf } from "../settings/Keys";
import { useApp } from "../state";
import { t } from "../words";
import { useNext, useProject, useProjects, useWorkflows } from "../wire/queries";
import { Chips } from "./Chips";
import { Reply } from "./Reply";
import { Sentence } from "./Sentence";
import type { Action } from "./actions";
import { findActions } from "./actions";
import { lookAhead, useLookAhead } from "./ahead";
import { examples, said } from "./memory";
import { submit, useAnswer } from "./submit";
import { Waiting } from "./Waiting";
import { useDryRun } from "./useDryRun";

function Item({ value, icon, children, hint, onSelect }: { value: string; icon: React.ReactNode; children: React.ReactNode; hint?: string | undefined; onSelect: () => void }) {
  return (
    <Command.Item value={value} onSelect={onSelect} className="mx-1.5 flex h-9 cursor-pointer items-center gap-2.5 rounded-lg px-2.5 text-[13px] data-[selected=true]:bg-accent/14">
      <span className="text-soft">{icon}</span><span className="min-w-0 flex-1 truncate">{children}</span>{hint && <kbd>{hint}</kbd>}
    </Command.Item>
  );
}

function Heading({ children }: { children: string }) {
  return <div className="px-4 pt-2 pb-1 text-[11px] font-semibold text-soft">{children}</div>;
}

export function AICommandBar() {
  const [text, setText] = useState("");
  const isOpen = useApp((s) => s.isPaletteOpen), set = useApp((s) => s.set);
  const run = useDryRun(text), project = useProject().data, isBusy = useAnswer((s) => s.isBusy);
  const input = useRef<HTMLInputElement>(null), shadow = useRef<HTMLDivElement>(null), bar = useRef<HTMLDivElement>(null);
  const isLate = useLate(isBusy);
  useLookAhead(run);
  const isSlash = text.startsWith("/"), isBlank = !text.trim();
  // Their names are asked for when somebody begins to say one.
  useWorkflows(isSlash);
  useProjects(isSlash);
  useShelf(isSlash);
  const isGoingOn = (project?.commands.length ?? 0) > 0, next = useNext(), ideas = isGoingOn ? next : examples();

  useEffect(() => {
    const focus = (event: Event) => {
      if (event instanceof CustomEvent && typeof event.detail === "string") setText(event.detail);
      input.current?.focus();
      input.current?.select();
    };
    addEventListener("miktos:command", focus);
    return () => removeEventListener("miktos:command", focus);
  }, []);

  // What is told in the corner keeps above it.
  useEffect(() => {
    const { style } = document.documentElement, watch = new ResizeObserver(() => style.setProperty("--bar", `${bar.current?.offsetHeight ?? 0}px`));
    if (bar.current) watch.observe(bar.current);
    return () => {
      watch.disconnect();
      style.removeProperty("--bar");
    };
  }, []);

  const close = () => { set({ isPaletteOpen: false }); input.current?.blur(); };
  const send = (sentence: string) => {
    if (!sentence.trim() || isBusy) return;
    set({ isPaletteOpen: false });
    void submit(sentence).then((isDone) => { if (isDone) setText(""); });
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") { if (text) setText(""); else close(); }
    if (event.key === "ArrowRight" && !text && ideas[0]) { event.preventDefault(); setText(ideas[0]); }
  };
  const act = (action: Action | undefined) => {
    if (!action) return;
    setText("");
    close();
    action.run();
  };
  const change = (sentence: string) => { setText(sentence); input.current?.focus(); };
  const near = (value: string) => { const sentence = /^(?:idea|past) (.+)/.exec(value)?.[1]; if (sentence && isOpen) lookAhead(sentence); };
  const actions = isSlash ? findActions(text.slice(1)) : [];
  // Of the sentence as it stands: what was known of the one before says nothing about this one.
  const instead = run && run.sentence === text && !isSlash ? run.understanding.unknown.flatMap((u) => u.suggestions.slice(0, 3).map((by) => ({ word: u.word, by, sentence: replaced(text, u, by) }))) : [];
  const past = !isSlash && isOpen ? said().filter((s) => s !== text && s.toLowerCase().includes(text.trim().toLowerCase())).slice(0, isBlank ? 4 : 3) : [];

  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-(--dock) z-20 flex justify-center px-4 pb-4 low:pb-2">
      <Command ref={bar} shouldFilter={false} loop onValueChange={near} label={t("command.label")} className="pointer-events-auto w-full max-w-[740px]">
        <Waiting />
        <Reply onPick={send} isHidden={isOpen && text !== ""} />
        <div data-command-bar className={cx("overflow-hidden rounded-2xl border bg-raised shadow-lift transition-colors", isOpen ? "border-accent/60" : "border-line")}>
          <Command.List className={isOpen ? "rise max-h-[min(20rem,38vh)] overflow-auto border-b border-line py-1.5" : "hidden"} label={t("command.label")}>
            {isOpen && (<>
              {!isBlank && !isSlash && <Item value="send" icon={<CornerDownLeft size={15} />} hint="Enter" onSelect={() => send(text)}>{t("command.do", { what: text })}</Item>}
              {instead.map(({ word, by, sentence }) => <Item key={`${word} ${by}`} value={`instead ${word} ${by}`} icon={<SpellCheck size={15} />} onSelect={() => change(sentence)}>{t("command.instead", { word, by })}</Item>)}
              {isSlash && actions.map((a) => <Item key={a.id} value={a.id} icon={a.icon} hint={a.keys && keysText(a.keys.toLowerCase())} onSelect={() => act(a)}>{a.label}</Item>)}
              {isBlank && ideas.length > 0 && <Heading>{isGoingOn ? t("command.next") : t("command.examples")}</Heading>}
              {isBlank && ideas.map((s) => <Item key={s} value={`idea ${s}`} icon={<Lightbulb size={15} />} onSelect={() => send(s)}>{s}</Item>)}
              {past.length > 0 && <Heading>{t("command.history")}</Heading>}
              {past.map((s) => <Item key={s} value={`past ${s}`} icon={<History size={15} />} onSelect={() => { setText(s); input.current?.focus(); }}>{s}</Item>)}
              {isSlash && actions.length === 0 && <p className="px-4 py-3 text-soft">{t("command.noAction")}</p>}
            </>)}
          </Command.List>
          {run && text && !isSlash && <div className="border-b border-line"><Chips run={run} onReplace={change} /></div>}
          <div className="flex h-[52px] items-center gap-2 pr-2.5 pl-4">
            <div className="relative h-full min-w-0 flex-1">
              <Sentence text={text} run={run} innerRef={shadow} />
              <Command.Input ref={input} value={text} onValueChange={(v) => { setText(v); set({ isPaletteOpen: true }); }} onFocus={() => set({ isPaletteOpen: true })} onBlur={() => set({ isPaletteOpen: false })} onKeyDown={onKey} spellCheck={false}
                onScroll={(e) => { if (shadow.current) shadow.current.scrollLeft = e.currentTarget.scrollLeft; }} placeholder={isGoingOn ? t("command.placeholderNext") : t("command.placeholder")} aria-label={t("command.label")}
                className="absolute inset-0 w-full bg-transparent text-[15px] text-transparent caret-ink outline-none placeholder:text-soft" />
            </div>
            {!text && <kbd className="max-sm:hidden">{namesOf("ctrl+k").join(" ")}</kbd>}
            <button type="button" aria-label={t("command.send")} disabled={!text.trim() || isBusy} onMouseDown={(e) => e.preventDefault()} onClick={() => (isSlash ? act(actions[0]) : send(text))} className="grid size-9 place-items-center rounded-xl bg-accent text-on-accent disabled:bg-line disabled:text-soft disabled:opacity-100">
              {isLate ? <LoaderCircle size={17} className="animate-spin" /> : <ArrowUp size={17} strokeWidth={2.4} />}
            </button>
          </div>
        </div>
      </Command>
    </div>
  );
}
