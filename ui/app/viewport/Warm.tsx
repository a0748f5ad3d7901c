// Before the first scene: shaders that nearly every scene needs are made ready while hands rest.
import { useThree } from "@react-three/fiber";
import { useMemo } from "react";
import { BoxGeometry, BufferAttribute, DataTexture, DirectionalLight, DoubleSide, Group, Mesh, MeshStandardMaterial } from "three";
import { useIsLight } from "./device";
import { dress } from "./dress";

/** Lives as long as the window: three.js forgets a shader with its last material. */
function things(): Group {
  const group = new Group(), painted = new BoxGeometry(.01, .01, .01), count = painted.getAttribute("position").count;
  painted.setAttribute("color", new BufferAttribute(new Float32Array(count * 3).fill(1), 3));
  const map = new DataTexture(new Uint8Array([255, 255, 255, 255]), 1, 1);
  map.needsUpdate = true;
  const materials = [new MeshStandardMaterial(), new MeshStandardMaterial({ map }), new MeshStandardMaterial({ vertexColors: true }), new MeshStandardMaterial({ vertexColors: true, side: DoubleSide })];
  for (const material of materials) group.add(new Mesh(painted, material));
  for (const child of group.children) child.userData["miktos"] = { id: "warm" }; // throws a shadow
  group.add(new DirectionalLight());
  return group;
}

export function Warm() {
  const isLight = useIsLight(), invalidate = useThree((s) => s.invalidate);
  const group = useMemo(() => {
    const made = things();
    dress(made, { sun: 1 }, isLight);
    invalidate();
    return made;
  }, [isLight, invalidate]);
  return <primitive object={group} />;
}
