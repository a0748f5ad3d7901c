// A scene as a GLB, loaded whenever its source changes; the old one stays until the new one is there.
import { useEffect, useRef, useState } from "react";
import type { AnimationClip, Group, PerspectiveCamera } from "three";
import { GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";
import type { SceneCommand } from "../../flow/sentence";
import { fetchWhole, urlOf } from "../../wire/client";
import { useApp } from "../state";
import type { Project } from "../wire/queries";
import type { Detail } from "./device";
import { useDetail } from "./device";
import { ownTracksOf } from "./ownTracks";
import type { Print } from "./print";
import type { Sky, SkyFacts } from "./sky";
import { skyOf } from "./sky";

export interface SceneModel {
  root: Group;
  clips: AnimationClip[];
  camera: PerspectiveCamera | null;
  /** As the scene was completed: every motion with its start and duration. */
  commands: SceneCommand[];
  duration: number;
  fps: number;
  sky: Sky;
  /** What a style adds when all is drawn; null where it is seen as by a camera. */
  print: Print | null;
  /** Sets what glTF cannot animate to a time. */
  follow: (seconds: number) => void;
}

interface Extras { commands?: SceneCommand[]; miktos?: { duration_s?: number; fps?: number; sky?: SkyFacts; print?: Print } }

export async function loadScene(url: string, request: RequestInit): Promise<SceneModel> {
  const answer = await fetchWhole(url, request);
  const gltf = await new GLTFLoader().parseAsync(await answer.arrayBuffer(), "");
  const extras = ((gltf.asset as { extras?: Extras }).extras ?? {});
  const longest = Math.max(0, ...gltf.animations.map((a) => a.duration));
  return {
    root: gltf.scene, clips: gltf.animations, camera: (gltf.cameras[0] as PerspectiveCamera | undefined) ?? null,
    commands: extras.commands ?? [], duration: extras.miktos?.duration_s || longest || 4, fps: extras.miktos?.fps ?? 24, sky: skyOf(extras.miktos?.sky), print: extras.miktos?.print ?? null, follow: ownTracksOf(gltf.scene),
  };
}

/** Of what a scene is loaded: equal keys are equal scenes, whatever they are called. */
export interface Source {
  key: string;
  name: string;
  load: (detail: Detail, signal: AbortSignal) => Promise<SceneModel>;
  /** Nothing is said when it does not come: another source will. */
  isPassing?: boolean;
}

export interface Loaded { model: SceneModel | null; name: string; error: unknown; isLoading: boolean }

interface Coming { key: string; abort: AbortController; model: Promise<SceneModel> }

const nothing: Loaded = { model: null, name: "", error: null, isLoading: false };

export const versionOf = ({ id, version }: Pick<Project, "id" | "version">): Pick<Source, "name" | "load"> => ({
  name: `${id}/${version}`,
  load: (detail, signal) => loadScene(urlOf("/projects/{id}/scene.glb", { id }, { version, detail }), { signal }),
});

export function useSceneModel(source: Source | null): Loaded {
  const [state, setState] = useState<Loaded>(nothing), coming = useRef<Coming | null>(null), detail = useDetail(), key = source && `${detail} ${source.key}`, name = source?.name;
  useEffect(() => () => {
    coming.current?.abort.abort();
    coming.current = null;
  }, []);
  useEffect(() => {
    if (coming.current?.key !== key) {
      coming.current?.abort.abort();
      coming.current = null;
    }
    if (!source || !key) return setState(nothing);
    const abort = coming.current?.abort ?? new AbortController(), own = coming.current ??= { key, abort, model: source.load(detail, abort.signal) };
    let isWanted = true;
    setState((s) => ({ ...s, error: null, isLoading: true }));
    own.model.then((model) => {
      if (!isWanted) return;
      useApp.getState().set({ duration: model.duration, fps: model.fps });
      setState({ model, name: source.name, error: null, isLoading: false });
    }).catch((error: unknown) => {
      if (coming.current === own) coming.current = null;
      if (isWanted && !abort.signal.aborted) setState((s) => ({ ...s, error: source.isPassing ? null : error, isLoading: false }));
    });
    return () => { isWanted = false; };
  }, [key, name, detail]); // eslint-disable-line -- equal keys and names load the same
  return state;
}
