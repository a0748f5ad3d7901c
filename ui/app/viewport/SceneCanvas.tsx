// Where scenes are drawn: at the pace of the machine, and as finely as it can while something moves.
import { Canvas, useFrame, useThree } from "@react-three/fiber";
import type { RefObject } from "react";
import { useEffect, useRef } from "react";
import { BasicShadowMap, PCFSoftShadowMap } from "three";
import { useApp } from "../state";
import { useDevice, useIsLight } from "./device";
import { doubt, learn, mayDraw, newPace, ratioFor } from "./pace";
import type { Part, Print } from "./print";
import { Printer } from "./print";
import { filmTone } from "./tone";
import type { SceneModel } from "./useSceneModel";

let typedAt = -Infinity;
addEventListener("input", () => { typedAt = performance.now(); }, true);

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
  /** Another scene is on its way. */
  isAwaiting?: boolean;
  /** A picture of this scene is there. */
  onSeen?: ((model: SceneModel) => void) | undefined;
  onPointerMissed?: () => void;
  className?: string;
  "aria-label"?: string;
  role?: string;
}

/** Draws, and waits until the picture is there before the next one is asked for. */
function Paced({ isAwaiting, onSeen, ratio: current }: Pick<Props, "isAwaiting" | "onSeen"> & { ratio: RefObject<number> }) {
  const gl = useThree((s) => s.gl), scene = useThree((s) => s.scene), invalidate = useThree((s) => s.invalidate), setDpr = useThree((s) => s.setDpr), isLight = useIsLight(), isPlaying = useApp((s) => s.isPlaying);
  const pace = useRef(isLight ? doubt(newPace()) : newPace()), drawn = useRef<{ at: number; ratio: number; fence: WebGLSync; what: SceneModel | null } | null>(null), pictures = useRef(0), turnedAt = useTurning(gl.domElement);
  const printer = useRef<Printer | null>(null);
  useEffect(() => () => { printer.current?.dispose(); printer.current = null; }, [gl]);
  const what = () => (scene.userData["model"] ?? null) as SceneModel | null, seen = useRef<SceneModel | null>(null);
  const wanted = (now: number) => {
    const isMoving = useApp.getState().isPlaying || now - turnedAt.current < turningMs;
    // Another size holds a picture up: a new scene is first seen in the size of the old one.
    if (isLight && what() !== seen.current && current.current <= 1) return current.current;
    return ratioFor(pace.current, !isLight ? cardRatio() : isMoving ? 1 : stillRatio, isMoving);
  };
  useFrame(({ camera }) => {
    if (scene.userData["isIdle"]) return; // there is nothing to see
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
        seen.current = last.what;
        if (last.what) onSeen?.(last.what);
        pace.current = learn(pace.current, now - last.at, last.ratio, now);
        if (!isLight && ++pictures.current === enoughPictures && pace.current.costMs > slowMs) useDevice.setState({ isSlow: true });
      }
      const isOwed = scene.userData["model"] !== null && (isPlaying || wanted(now) > current.current + .01); // what stops is drawn once more, finely
      if (isOwed && mayDraw(pace.current, now, isAwaiting === true || useApp.getState().isPaletteOpen || now - typedAt < typingMs)) invalidate();
    };
    look();
    return () => cancelAnimationFrame(frame);
  }, [gl, invalidate, isPlaying, isLight, isAwaiting]); // eslint-disable-line -- what is wanted is asked at each look
  return null;
}

export function SceneCanvas({ children, isOff = false, isAwaiting = false, onSeen, ...rest }: Props) {
  const isLight = useIsLight(), ratio = useRef(isLight ? firstRatio : cardRatio());
  return (
    <Canvas key={isLight ? "light" : "full"} frameloop={isOff ? "never" : "demand"} shadows={{ type: isLight ? BasicShadowMap : PCFSoftShadowMap }} dpr={ratio.current} gl={{ antialias: !isLight, toneMapping: filmTone }} {...rest}>
      <Paced isAwaiting={isAwaiting} onSeen={onSeen} ratio={ratio} />
      {children}
    </Canvas>
  );
}
