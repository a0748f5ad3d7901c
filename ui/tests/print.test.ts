import type { WebGLRenderTarget, WebGLRenderer } from "three";
import { Group, Object3D, PerspectiveCamera, Scene, Vector2 } from "three";
import { expect, test } from "vitest";
import type { Print } from "../app/viewport/print";
import { Printer, ofHands } from "../app/viewport/print";

const noir: Print = { lines: 0, do_lines_glow: false, line_color: [0, 0, 0], gray: 1, contrast: 1, vignette: 1 };

test("handles and frames are drawn over what is printed, and not printed themselves", () => {
  const scene = new Scene(), thing = new Object3D(), handles = new Group(), hidden = new Group(), drawn: unknown[] = [];
  Object.assign(handles.userData, ofHands);
  Object.assign(hidden, { userData: ofHands, visible: false });
  thing.add(handles);
  scene.add(thing, hidden);
  let target: WebGLRenderTarget | null = null;
  const gl = {
    autoClear: true,
    getDrawingBufferSize: (size: Vector2) => size.set(20, 10),
    setRenderTarget: (next: WebGLRenderTarget | null) => { target = next; },
    render: (what: Object3D) => drawn.push([what === scene ? "scene" : what === handles ? "handles" : what === hidden ? "hidden" : "sheet", target ? "canvas" : "screen", handles.visible, gl.autoClear]),
  };
  new Printer(gl as unknown as WebGLRenderer, 0).draw(scene, new PerspectiveCamera(), noir);
  expect(drawn).toEqual([["scene", "canvas", false, true], ["sheet", "screen", false, true], ["handles", "screen", true, false]]);
  expect([handles.visible, hidden.visible, gl.autoClear]).toEqual([true, false, true]);
});
