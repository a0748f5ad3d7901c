// A frame around what is selected that moves with it.
import { useFrame } from "@react-three/fiber";
import { useEffect, useMemo } from "react";
import type { Material, Object3D } from "three";
import { Box3, Box3Helper, SkinnedMesh, Vector3 } from "three";
import { meshesOf, moverOf, worldBoxOf } from "./marks";

/** Measures the object anew at each call. Skins are measured once and carried along by their bones. */
export function frameOf(root: Object3D, id: string): (box: Box3) => Box3 {
  root.updateWorldMatrix(true, true);
  const parts = meshesOf(root, id).map((mesh) => ({
    mesh, mover: moverOf(mesh), at: new Vector3().setFromMatrixPosition(moverOf(mesh).matrixWorld), soft: mesh instanceof SkinnedMesh ? worldBoxOf(mesh) : null,
  }));
  return (box) => {
    box.makeEmpty();
    for (const { mesh, mover, at, soft } of parts) box.union(soft ? soft.clone().translate(new Vector3().setFromMatrixPosition(mover.matrixWorld).sub(at)) : worldBoxOf(mesh));
    return box;
  };
}

const air = .02;

export function Highlight({ root, id }: { root: Object3D; id: string }) {
  const measure = useMemo(() => frameOf(root, id), [root, id]);
  const frame = useMemo(() => {
    const helper = new Box3Helper(new Box3(), "#ff8052");
    Object.assign(helper.material as Material, { depthTest: false, transparent: true, toneMapped: false });
    helper.renderOrder = 10;
    return helper;
  }, []);
  useEffect(() => () => frame.dispose(), [frame]);
  useFrame(() => {
    root.updateWorldMatrix(true, true);
    measure(frame.box).expandByScalar(air);
  });
  return <primitive object={frame} raycast={() => null} />;
}
