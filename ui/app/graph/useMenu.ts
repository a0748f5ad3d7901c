// The menu of a right click: on what is selected, or on what is clicked and thereby selected.
import type { Edge } from "@xyflow/react";
import { useCallback, useState } from "react";
import type { Clicked } from "./CanvasMenu";
import { useGraphs } from "./store";

type Click = { clientX: number; clientY: number; preventDefault: () => void };

export function useMenu() {
  const [clicked, setClicked] = useState<Clicked | null>(null);
  const open = (event: Click, on: Clicked["on"]) => {
    event.preventDefault();
    setClicked({ x: event.clientX, y: event.clientY, on });
  };
  return {
    clicked, close: useCallback(() => setClicked(null), []),
    onNode: (event: Click, node: { id: string }) => {
      const { selected, select } = useGraphs.getState();
      if (!selected.has(node.id)) select([node.id]);
      open(event, "nodes");
    },
    onSelection: (event: Click) => open(event, "nodes"),
    onEdge: (event: Click, edge: Edge) => open(event, { wire: edge.id }),
    onPane: (event: Click) => open(event, "pane"),
  };
}
