// One of a list; a long list is searched by letters.
import { Searched } from "./Searched";
import type { WidgetProps } from "./Widget";
import { Line, controlClass } from "./Widget";

/** As many as are seen at a glance. */
const shortList = 12;

function Short({ options, current, name, onChange }: { options: readonly string[]; current: string; name: string; onChange: (value: string) => void }) {
  return (
    <select className={controlClass} aria-label={name} value={current} onChange={(e) => onChange(e.target.value)}>
      {!options.includes(current) && <option value={current}>{current ? `${current} ?` : "–"}</option>}
      {options.map((o) => <option key={o} value={o}>{o || "–"}</option>)}
    </select>
  );
}

function Long({ options, current, name, onChange }: { options: readonly string[]; current: string; name: string; onChange: (value: string) => void }) {
  const row = (option: string) => <span className={`truncate ${option === current ? "font-semibold text-accent" : ""}`}>{option || "–"}</span>;
  return <Searched name={name} options={options} said={options.includes(current) ? current : `${current || "–"} ?`} current={current} row={row} onTake={onChange} />;
}

export function ChoiceWidget({ input, value, onChange }: WidgetProps) {
  const options = input.options ?? [], List = options.length > shortList ? Long : Short;
  const take = (option: string) => onChange(input.values?.[options.indexOf(option)] ?? option);
  return <Line name={input.name}><List options={options} current={String(value)} name={input.name} onChange={take} /></Line>;
}
