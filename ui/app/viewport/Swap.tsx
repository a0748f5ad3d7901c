// A new scene takes the place of the old one when its shaders are ready; until then the old one plays on, and before
// the first one those shaders are made ready that nearly every scene needs.
import { useThree } from "@react-three/fiber";
import type { ReactNode } from "react";
import { useEffect, useState } from "react";
import { Scene } from "three";
import { useIsLight } from "./device";
import { dress } from "./dress";
import type { SceneModel } from "./useSceneModel";
import { Warm } from "./Warm";

export function Swap({ model, children }: { model: SceneModel | null; children: (shown: SceneModel) => ReactNode }) {
  const gl = useThree((s) => s.gl), scene = useThree((s) => s.scene), camera = useThree((s) => s.camera), isLight = useIsLight();
  const [shown, setShown] = useState<SceneModel | null>(null);
  useEffect(() => {
    if (!model) return setShown(null);
    let isWanted = true;
    dress(model.root, model.sky.sun, isLight);
    const stage = new Scene();
    stage.environment = scene.environment;
    stage.fog = scene.fog;
    for (const o of scene.children) if (o.userData["isSky"]) stage.children.push(o); // lent, not given: its lights count
    void gl.compileAsync(model.root, camera, stage).catch(() => {}).then(() => { if (isWanted) setShown(model); });
    return () => { isWanted = false; };
  }, [model, gl, scene, camera, isLight]);
  return shown ? children(shown) : <Warm />;
}
