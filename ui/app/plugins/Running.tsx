// Keeps exactly those plugins running that are switched on, and gives their widgets to the canvas.
import { useEffect } from "react";
import { usePreference } from "../state";
import { setWidgetsOfPlugins } from "../graph/widgets/fromPlugins";
import { PluginWidget } from "./PluginWidget";
import { start, usePlugins } from "./run";
import { useShelf } from "./shelf";

export default function Running() {
  const wanted = usePreference("plugins"), shelf = useShelf().data, widgets = usePlugins((s) => s.widgets);
  useEffect(() => {
    const stops = (shelf ?? []).filter((p) => wanted.includes(p.manifest.id)).map((p) => start(p.manifest, p.source));
    return () => { for (const stop of stops) stop(); };
  }, [wanted, shelf]);
  useEffect(() => setWidgetsOfPlugins(widgets.map((w) => ({ input: w.input, widget: (props) => <PluginWidget plugin={w.plugin} id={w.id} {...props} /> }))), [widgets]);
  return null;
}
