// Files that hands drop on the window: what lies under the pointer takes them, and those that nothing takes are opened as workflows.
import { useEffect } from "react";
import { takeFile } from "../graph/placeFile";
import { complain } from "../parts/Toasts";
import { go } from "../route";

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;

/** A browser would leave the page for a file that falls beside. */
export function useDrops(): void {
  useEffect(() => {
    const over = (event: DragEvent) => { if (!event.defaultPrevented && hasFiles(event)) event.preventDefault(); };
    const drop = (event: DragEvent) => {
      const file = event.dataTransfer?.files[0];
      if (event.defaultPrevented || !file) return;
      event.preventDefault();
      takeFile(file).then(() => go("graph")).catch(complain);
    };
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
    };
  }, []);
}

/** As hands would have dropped it there; `x` and `y` are parts of the window. */
export function dropAt(file: File, x: number, y: number): void {
  const at = { clientX: x * innerWidth, clientY: y * innerHeight }, dataTransfer = new DataTransfer();
  dataTransfer.items.add(file);
  (document.elementFromPoint(at.clientX, at.clientY) ?? document.body).dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer, ...at }));
}
