// The project's scene as a GLB, loaded whenever its version changes; the old one stays until the new one is ready.
import { useEffect, useState } from "react";
import type { AnimationClip, Group, PerspectiveCamera } from "three";
import { GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";
import type { SceneCommand } from "../../flow/sentence";
import { fetchWhole, urlOf } from "../../wire/client";
import { useApp } from "../state";
import type { Command, Project } from "../wire/queries";
import type { Detail } from "./device";
import { useDetail } from "./device";
import { ownTracksOf } from "./ownTracks";
import type { Print } from "./print";
import type { Sky, SkyFacts } from "./sky";
import { skyOf } from "./sky";

export interface SceneModel {
  key: string;
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

export async function loadScene(url: string, key: string, request: RequestInit): Promise<SceneModel> {
  const answer = await fetchWhole(url, request);
  const gltf = await new GLTFLoader().parseAsync(await answer.arrayBuffer(), "");
  const extras = ((gltf.asset as { extras?: Extras }).extras ?? {});
  const longest = Math.max(0, ...gltf.animations.map((a) => a.duration));
  return {
    key, root: gltf.scene, clips: gltf.animations, camera: (gltf.cameras[0] as PerspectiveCamera | undefined) ?? null,
    commands: extras.commands ?? [], duration: extras.miktos?.duration_s || longest || 4, fps: extras.miktos?.fps ?? 24, sky: skyOf(extras.miktos?.sky), print: extras.miktos?.print ?? null, follow: ownTracksOf(gltf.scene),
  };
}

/** `ahead`: gives the scene of these commands when it has come already. */
export function useSceneModel(project: Project | undefined, ahead?: (commands: readonly Command[], detail: Detail) => Promise<SceneModel> | null): { model: SceneModel | null; error: unknown; isLoading: boolean } {
  const [state, setState] = useState<{ model: SceneModel | null; error: unknown; isLoading: boolean }>({ model: null, error: null, isLoading: false });
  const id = project?.id, version = project?.version ?? 0, isEmpty = !project?.commands.length, detail = useDetail();
  useEffect(() => {
    if (!id || isEmpty) {
      setState({ model: null, error: null, isLoading: false });
      return;
    }
    const abort = new AbortController();
    setState((s) => ({ ...s, error: null, isLoading: true }));
    const key = `${id}/${version}`, load = () => loadScene(urlOf("/projects/{id}/scene.glb", { id }, { version, detail }), key, { signal: abort.signal });
    const known = ahead?.(project.commands as Command[], detail);
    (known ? known.then((model) => ({ ...model, key })).catch(load) : load())
      .then((model) => {
        if (abort.signal.aborted) return;
        useApp.getState().set({ duration: model.duration, fps: model.fps });
        setState({ model, error: null, isLoading: false });
      })
      .catch((error: unknown) => { if (!abort.signal.aborted) setState((s) => ({ ...s, error, isLoading: false })); });
    return () => abort.abort();
  }, [id, version, isEmpty, ahead, detail]); // eslint-disable-line -- the commands of a version never change
  return state;
}
