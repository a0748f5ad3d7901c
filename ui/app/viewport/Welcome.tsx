// Nothing is there yet: what to say, in examples that work at a click.
import { Example } from "../command/Example";
import { submit } from "../command/submit";
import { examples } from "../command/memory";
import { t } from "../words";

export function Welcome() {
  return (
    <div className="grid h-full place-items-center overflow-auto bg-ground px-6 pt-8 pb-32">
      <div className="w-full max-w-[860px]">
        <svg viewBox="0 0 64 40" className="mb-5 h-14" aria-hidden>
          <path d="M4 33 Q32 39 60 33" fill="none" stroke="var(--line)" strokeWidth="2" strokeLinecap="round" />
          <path d="M8 31 C11 6 22 4 26 30 C29 14 37 13 40 30" fill="none" stroke="var(--accent)" strokeWidth="1.6" strokeLinecap="round" strokeDasharray=".1 4" />
          <circle cx="47" cy="25" r="8" fill="var(--accent)" /><circle cx="44.6" cy="22.2" r="2.1" fill="#fff" opacity=".55" />
        </svg>
        <h1 className="text-[30px] leading-tight font-semibold tracking-[-.022em]">{t("welcome.title")}</h1>
        <p className="mt-2 mb-6 max-w-xl text-[15px] text-soft">{t("welcome.text")}</p>
        <div className="grid grid-cols-2 gap-3 lg:grid-cols-3">
          {examples().map((e) => (
            <Example key={e} sentence={e} onPick={(sentence) => void submit(sentence)} />
          ))}
        </div>
      </div>
    </div>
  );
}
