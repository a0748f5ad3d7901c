// A frame around what is selected that moves with it.
import { useFrame } from "@react-three/fiber";
import { useEffect, useMemo } from "react";
import type { Material, Mesh, Object3D } from "three";
import { Box3, Box3Helper, SkinnedMesh, Vector3 } from "three";
import { useApp } from "../state";
import { meshesOf, moverOf, nodesOf, worldBoxOf } from "./marks";
import { ofHands } from "./print";
import type { SceneModel } from "./useSceneModel";

/** Measures the object anew at each call. Skins are measured once and carried along by their bones. */
export function frameOf(root: Object3D, id: string): (box: Box3) => Box3 {
  root.updateWorldMatrix(true, true);
  const parts = meshesOf(root, id).map((mesh) => ({
    mesh, mover: moverOf(mesh), at: new Vector3().setFromMatrixPosition(moverOf(mesh).matrixWorld), soft: mesh instanceof SkinnedMesh ? worldBoxOf(mesh) : null,
  }));
  return (box) => {
    box.makeEmpty();
    for (const { mesh, mover, at, soft } of parts) box.union(soft ? soft.clone().translate(new Vector3().setFromMatrixPosition(mover.matrixWorld).sub(at)) : exactBoxOf(mesh));
    return box;
  };
}

/** Beyond, the corners of its own box stand for a mesh. */
const mostPoints = 20_000;
const point = new Vector3();

/** Around the points themselves: the box of a turned ball's box would be half as wide again. */
function exactBoxOf(mesh: Mesh): Box3 {
  const points = mesh.geometry.getAttribute("position");
  if (points.count > mostPoints) return worldBoxOf(mesh);
  const box = new Box3();
  for (let i = 0; i < points.count; i++) box.expandByPoint(point.fromBufferAttribute(points, i).applyMatrix4(mesh.matrixWorld));
  return box;
}

const air = .02;

export function Highlight({ model: { root } }: { model: SceneModel }) {
  const id = useApp((s) => s.selected), hasNodes = useMemo(() => nodesOf(root, id).length > 0, [root, id]);
  return id && hasNodes ? <Frame key={`${root.uuid}/${id}`} root={root} id={id} /> : null;
}

function Frame({ root, id }: { root: Object3D; id: string }) {
  const measure = useMemo(() => frameOf(root, id), [root, id]);
  const frame = useMemo(() => {
    const helper = new Box3Helper(new Box3(), "#ff8052");
    Object.assign(helper.material as Material, { depthTest: false, transparent: true, toneMapped: false });
    helper.renderOrder = 10;
    Object.assign(helper.userData, ofHands);
    return helper;
  }, []);
  useEffect(() => () => frame.dispose(), [frame]);
  useFrame(() => {
    root.updateWorldMatrix(true, true);
    measure(frame.box).expandByScalar(air);
  });
  return <primitive object={frame} raycast={() => null} />;
}
