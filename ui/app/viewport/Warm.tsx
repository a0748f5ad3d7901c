// Before the first scene: shaders that nearly every scene needs are made ready, one after the other, while hands rest.
import { useFrame, useThree } from "@react-three/fiber";
import { useEffect, useLayoutEffect, useMemo, useRef } from "react";
import type { Material } from "three";
import { Bone, BoxGeometry, BufferAttribute, DataTexture, DirectionalLight, DoubleSide, Group, Mesh, MeshPhysicalMaterial, MeshStandardMaterial, Skeleton, SkinnedMesh } from "three";
import { useAnswer } from "../command/submit";
import { useIsLight } from "./device";
import { dress } from "./dress";
import { allDrawn, anything } from "./ready";

const dull = 1, smooth = .5;

function skinned(geometry: BoxGeometry, material: Material): SkinnedMesh {
  const mesh = new SkinnedMesh(geometry, material), bone = new Bone();
  mesh.add(bone);
  mesh.bind(new Skeleton([bone]));
  return mesh;
}

/** A speck for each kind of shader, those that are wanted most first. Lives as long as the window: three.js forgets a shader with its last material. */
function things(isLight: boolean): Group {
  const group = new Group(), speck = new BoxGeometry(.01, .01, .01), count = speck.getAttribute("position").count, map = new DataTexture(new Uint8Array([255, 255, 255, 255]), 1, 1);
  speck.setAttribute("color", new BufferAttribute(new Float32Array(count * 3).fill(1), 3));
  speck.setAttribute("skinIndex", new BufferAttribute(new Uint16Array(count * 4), 4));
  speck.setAttribute("skinWeight", new BufferAttribute(Float32Array.from({ length: count * 4 }, (_, i) => (i % 4 === 0 ? 1 : 0)), 4));
  map.needsUpdate = true;
  const looks = [{}, { map }, { vertexColors: true }, { vertexColors: true, side: DoubleSide }, { map, side: DoubleSide }];
  for (const roughness of [smooth, dull]) {
    for (const look of looks) group.add(new Mesh(speck, new MeshStandardMaterial({ roughness, ...look })));
    for (const look of looks.slice(0, 2)) group.add(skinned(speck, new MeshStandardMaterial({ roughness, ...look })));
  }
  group.add(new Mesh(speck, new MeshStandardMaterial({ metalness: 1, roughness: .2 })), new Mesh(speck, anything), skinned(speck, anything));
  if (isLight) group.add(new Mesh(speck, new MeshPhysicalMaterial({ transmission: 1, roughness: 0 }))); // a card draws all that is behind it once more
  for (const child of group.children) child.userData["miktos"] = { id: "warm" }; // throws a shadow
  group.add(new DirectionalLight());
  return group;
}

/** Between two of them there is time for hands. */
const pauseMs = 40;

/** One after the other: each when the one before is drawn, so that a scene which comes meanwhile waits for one of them at most. No other picture
 *  is drawn while nothing is there to see: the first one of a scene would wait for it. */
export function Warm({ isHeld: isNear }: { isHeld: boolean }) {
  const isLight = useIsLight(), gl = useThree((s) => s.gl), scene = useThree((s) => s.scene), invalidate = useThree((s) => s.invalidate), asked = useRef<(() => void) | null>(null);
  const isSent = useAnswer((s) => s.isBusy), isHeld = isNear || isSent;
  const waiting = useMemo(() => {
    const group = things(isLight), specks = group.children.filter((child) => child instanceof Mesh);
    dress(group, { sun: 1 }, isLight);
    for (const speck of specks) speck.visible = false;
    return { group, specks };
  }, [isLight]);
  useLayoutEffect(() => {
    scene.userData["isIdle"] = true;
    return () => { scene.userData["isIdle"] = false; };
  }, [scene]);
  useFrame(() => { // behind the picture
    scene.userData["isIdle"] = true;
    asked.current?.();
  }, 2);
  useEffect(() => {
    if (isHeld) return;
    let isOn = true;
    const picture = () => new Promise<void>((then) => {
      asked.current = then;
      scene.userData["isIdle"] = false;
      invalidate();
    });
    const warm = async () => {
      await picture();
      while (isOn && waiting.specks.length > 0) {
        const speck = waiting.specks.shift() as Mesh;
        speck.visible = true;
        await picture();
        await allDrawn(gl);
        speck.visible = false;
        await new Promise((then) => setTimeout(then, pauseMs));
      }
      if (isOn) waiting.group.visible = false;
    };
    void warm();
    return () => { isOn = false; };
  }, [waiting, isHeld, gl, scene, invalidate]);
  return <primitive object={waiting.group} />;
}
