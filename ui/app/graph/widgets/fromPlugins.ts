// Widgets that plugins draw, by the input that they are for: "SceneAdd.color", or a type.
import type { ComponentType } from "react";
import { create } from "zustand";
import type { WidgetProps } from "./Widget";

interface Offer { input: string; widget: ComponentType<WidgetProps> }

export const useOffers = create<{ offers: readonly Offer[] }>(() => ({ offers: [] }));

export function setWidgetsOfPlugins(offers: readonly Offer[]): void {
  useOffers.setState({ offers });
}
