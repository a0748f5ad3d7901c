// The control that suits an input's table.
import type { ComponentType } from "react";
import type { Constant, InputTable } from "../../../flow/nodes";
import { ColorWidget } from "./ColorWidget";
import { ChoiceWidget } from "./ChoiceWidget";
import { FileWidget } from "./FileWidget";
import { NumberWidget } from "./NumberWidget";
import { RemoteWidget } from "./RemoteWidget";
import { SeedWidget } from "./SeedWidget";
import { SeveralWidget } from "./SeveralWidget";
import { TextWidget } from "./TextWidget";
import { ToggleWidget } from "./ToggleWidget";
import { useOffers } from "./fromPlugins";

export interface WidgetProps {
  /** Of the node. */
  type: string;
  input: InputTable;
  value: Constant;
  /** What becomes of it after a run, when it has a control. */
  control: string;
  onChange: (value: Constant, name?: string) => void;
}

function widgetFor(input: InputTable): ComponentType<WidgetProps> {
  if (input.hasControl) return SeedWidget;
  if (input.remote) return RemoteWidget;
  if (input.isUpload) return FileWidget;
  if (input.isMany) return SeveralWidget;
  if (input.type === "COMBO") return ChoiceWidget;
  if (input.type === "BOOLEAN") return ToggleWidget;
  if (input.display === "color") return ColorWidget;
  if (input.type === "INT" || input.type === "FLOAT") return NumberWidget;
  if (/colou?r$/.test(input.name) && !input.multiline) return ColorWidget;
  return TextWidget;
}

export function Widget(props: WidgetProps) {
  const offer = useOffers((s) => s.offers.find((o) => o.input === `${props.type}.${props.input.name}` || o.input === props.input.type));
  const Suitable = offer?.widget ?? widgetFor(props.input);
  return <Suitable {...props} />;
}

/** Name at the left, control at the right. */
export function Line({ name, children }: { name: string; children: React.ReactNode }) {
  return <label className="nodrag flex min-w-0 flex-1 items-center gap-2"><span className="w-[38%] shrink-0 truncate text-soft">{name}</span><span className="flex min-w-0 flex-1 items-center gap-1">{children}</span></label>;
}

export const controlClass = "nodrag nowheel h-6 w-full min-w-0 rounded-md border border-line bg-ground px-2 text-[12px] hover:border-soft/50";
