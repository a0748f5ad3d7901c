// Where scenes are drawn: at the pace of the machine, and as finely as it can while something moves.
import { Canvas, useFrame, useThree } from "@react-three/fiber";
import type { RefObject } from "react";
import { useEffect, useRef, useState } from "react";
import { BasicShadowMap, PCFSoftShadowMap } from "three";
import { cx } from "../parts/format";
import { useApp } from "../state";
import { useDevice, useIsLight } from "./device";
import { doubt, learn, mayDraw, newPace, ratioFor } from "./pace";
import type { Part, Print } from "./print";
import { Printer } from "./print";
import { newSeen, SeenHere, useSeen } from "./seen";
import { filmTone } from "./tone";
import { sinceLetterMs } from "./typing";
import type { SceneModel } from "./useSceneModel";

/** So long after a letter the next one may be expected. */
const typingMs = 400;
/** And so long after hands turned the view they may turn it on. */
const turningMs = 250;
/** A card that takes longer for a picture is none. */
const slowMs = 120, enoughPictures = 6;
/** Edges are smooth without a card's help only when nothing moves and there is time. */
const stillRatio = 1.5;

/** Points of a picture in between, for each of the screen's. */
const cardSamples = 4;

/** Before anything is known of the pace. */
const firstRatio = .4;

const cardRatio = () => Math.min(2, Math.max(1, devicePixelRatio));

/** When hands last turned the view; Infinity while they do. */
function useTurning(canvas: HTMLCanvasElement): RefObject<number> {
  const at = useRef(-Infinity);
  useEffect(() => {
    const listening = new AbortController(), { signal } = listening;
    canvas.addEventListener("pointerdown", () => { at.current = Infinity; }, { signal });
    canvas.addEventListener("wheel", () => { at.current = performance.now(); }, { signal, passive: true });
    addEventListener("pointerup", () => { if (at.current === Infinity) at.current = performance.now(); }, { signal });
    return () => listening.abort();
  }, [canvas]);
  return at;
}

interface Props {
  children: React.ReactNode;
  isOff?: boolean;
  /** Nobody sees it yet: one picture of a scene is drawn, and waits. */
  isBehind?: boolean;
  /** Another scene is on its way. */
  isAwaiting?: boolean;
  /** A picture of this scene is there; null when there is none any more. */
  onSeen?: ((model: SceneModel | null) => void) | undefined;
  onPointerMissed?: () => void;
  className?: string;
  "aria-label"?: string;
  role?: string;
}

/** Draws, and waits until the picture is there before the next one is asked for. */
function Paced({ isAwaiting = false, isBehind = false, onSeen, ratio: current }: Pick<Props, "isAwaiting" | "isBehind" | "onSeen"> & { ratio: RefObject<number> }) {
  const gl = useThree((s) => s.gl), scene = useThree((s) => s.scene), invalidate = useThree((s) => s.invalidate), setDpr = useThree((s) => s.setDpr), isLight = useIsLight(), isPlaying = useApp((s) => s.isPlaying);
  const pace = useRef(isLight ? doubt(newPace()) : newPace()), drawn = useRef<{ at: number; ratio: number; fence: WebGLSync; what: SceneModel | null } | null>(null), pictures = useRef(0), turnedAt = useTurning(gl.domElement);
  const printer = useRef<Printer | null>(null);
  useEffect(() => () => { printer.current?.dispose(); printer.current = null; }, [gl]);
  const what = () => (scene.userData["model"] ?? null) as SceneModel | null, shown = useRef<SceneModel | null>(null), seen = useSeen(), isOwed = useRef(false), sizeDrawn = useRef<unknown>(null);
  const wanted = (now: number) => {
    const isMoving = useApp.getState().isPlaying || now - turnedAt.current < turningMs;
    // Another size holds a picture up: a new scene is first seen in the size of the old one.
    if (isLight && what() !== shown.current && current.current <= 1) return current.current;
    return ratioFor(pace.current, !isLight ? cardRatio() : isMoving ? 1 : stillRatio, isMoving);
  };
  useFrame(({ camera, size }) => {
    if (scene.userData["isIdle"]) return; // there is nothing to see
    const own = what(), isComing = own !== shown.current && drawn.current?.what === own;
    isOwed.current = own !== null && size === sizeDrawn.current && (isComing || (isBehind && own === shown.current));
    if (isOwed.current) return; // the first picture of a scene waits for no second one
    sizeDrawn.current = size; // another size has emptied the canvas
    const now = performance.now(), ratio = wanted(now);
    if (Math.abs(ratio - current.current) > .01) setDpr(current.current = ratio);
    const print = scene.userData["print"] as Print | null | undefined;
    if (print) (printer.current ??= new Printer(gl, isLight ? 0 : cardSamples)).draw(scene, camera, print, camera.userData["part"] as Part | undefined);
    else gl.render(scene, camera);
    const context = gl.getContext() as WebGL2RenderingContext, fence = context.fenceSync(context.SYNC_GPU_COMMANDS_COMPLETE, 0);
    context.flush();
    if (drawn.current) context.deleteSync(drawn.current.fence);
    drawn.current = fence && { at: now, ratio, fence, what: what() };
  }, 1);
  useEffect(() => {
    const context = gl.getContext() as WebGL2RenderingContext;
    let frame = 0;
    const look = () => {
      frame = requestAnimationFrame(look);
      const now = performance.now(), last = drawn.current;
      if (last) {
        if (context.getSyncParameter(last.fence, context.SYNC_STATUS) !== context.SIGNALED) return;
        context.deleteSync(last.fence);
        drawn.current = null;
        shown.current = last.what;
        pace.current = learn(pace.current, now - last.at, last.ratio, now);
        if (!isLight && ++pictures.current === enoughPictures && pace.current.costMs > slowMs) useDevice.setState({ isSlow: true });
      }
      const own = what(), there = isBehind || own !== shown.current ? null : own;
      if (there !== seen.getState().model && (there || !own)) {
        seen.setState({ model: there });
        onSeen?.(there);
      }
      if (isBehind || !own) return;
      const isWanted = isOwed.current || isPlaying || wanted(now) > current.current + .01; // what stops is drawn once more, finely
      if (isWanted && mayDraw(pace.current, now, isAwaiting || useApp.getState().isPaletteOpen || sinceLetterMs() < typingMs)) invalidate();
    };
    look();
    return () => cancelAnimationFrame(frame);
  }, [gl, invalidate, seen, isPlaying, isLight, isAwaiting, isBehind]); // eslint-disable-line -- what is wanted is asked at each look
  return null;
}

export function SceneCanvas({ children, isOff = false, isAwaiting = false, isBehind = false, onSeen, className, ...rest }: Props) {
  const isLight = useIsLight(), ratio = useRef(isLight ? firstRatio : cardRatio()), [seen] = useState(newSeen);
  return (
    <Canvas key={isLight ? "light" : "full"} frameloop={isOff ? "never" : "demand"} shadows={{ type: isLight ? BasicShadowMap : PCFSoftShadowMap }} dpr={ratio.current} gl={{ antialias: !isLight, toneMapping: filmTone }} className={cx(className, isBehind && "invisible")} {...rest}>
      <SeenHere.Provider value={seen}>
        <Paced isAwaiting={isAwaiting} isBehind={isBehind} onSeen={onSeen} ratio={ratio} />
        {children}
      </SeenHere.Provider>
    </Canvas>
  );
}
