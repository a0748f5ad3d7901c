// Whose a part of the scene is: root nodes carry the id of the object that they are, as docs/objects.md says.
import type { Object3D } from "three";
import { Box3, Mesh, SkinnedMesh, Sphere, Vector3 } from "three";
import { means } from "../../flow/objects";

interface Mark { id?: string; ground?: boolean; command?: number }

function markOf(object: Object3D): Mark | undefined {
  return (object.userData as { miktos?: Mark })["miktos"];
}

/** What carries a mesh through the scene: a skin lies at the root of the file, and its bones within the object. */
export function moverOf(mesh: Object3D): Object3D {
  return (mesh instanceof SkinnedMesh ? mesh.skeleton.bones[0] : undefined) ?? mesh;
}

export function idOf(object: Object3D | null): string | null {
  for (let at = object && moverOf(object); at; at = at.parent) {
    const id = markOf(at)?.id;
    if (id) return id;
  }
  return null;
}

function named(root: Object3D, name: string): Object3D[] {
  const found: Object3D[] = [];
  root.traverse((o) => { if (o !== root && o.userData["name"] === name) found.push(o); });
  return found;
}

/** The nodes that an id means: of a thing, of all its copies, or of a part of it. */
export function nodesOf(root: Object3D, id: string | null): Object3D[] {
  if (!id) return [];
  const [thing, part] = id.split("/") as [string, string | undefined], found: Object3D[] = [];
  root.traverse((o) => {
    const own = markOf(o)?.id;
    if (own !== undefined && means(thing, own)) found.push(o);
  });
  return part === undefined ? found : found.flatMap((o) => named(o, part));
}

/** Whether one of the nodes carries it. */
export function isWithin(object: Object3D, nodes: readonly Object3D[]): boolean {
  for (let at: Object3D | null = moverOf(object); at; at = at.parent) if (nodes.includes(at)) return true;
  return false;
}

export function meshesOf(root: Object3D, id: string): Mesh[] {
  const meshes: Mesh[] = [], nodes = nodesOf(root, id);
  root.traverse((o) => { if (o instanceof Mesh && isWithin(o, nodes)) meshes.push(o); });
  return meshes;
}

/** Names of the parts of a thing, or of the first of its copies, that can be seen; bones are none. */
export function partsOf(root: Object3D, id: string): string[] {
  const names = new Set<string>(), [first] = nodesOf(root, id);
  first?.traverse((o) => {
    const name = o.userData["name"] as string | undefined, hasMesh = o instanceof Mesh || o.children.some((child) => child instanceof Mesh && !child.userData["name"]);
    if (o !== first && hasMesh && name && !/[/.]/.test(name)) names.add(name);
  });
  return [...names];
}

/** In the world, as it is posed now; reads every vertex of a skin. */
export function worldBoxOf(mesh: Mesh): Box3 {
  if (!(mesh instanceof SkinnedMesh)) {
    if (!mesh.geometry.boundingBox) mesh.geometry.computeBoundingBox();
    return (mesh.geometry.boundingBox as Box3).clone().applyMatrix4(mesh.matrixWorld);
  }
  mesh.computeBoundingBox();
  const box = mesh.boundingBox.clone().applyMatrix4(mesh.matrixWorld);
  forgetBounds(mesh);
  return box;
}

/** Bounds of a skin are those of one pose: without them it is drawn and found by a click in all of them. */
export function forgetBounds(skin: SkinnedMesh): void {
  skin.frustumCulled = false;
  (skin as { boundingBox: Box3 | null }).boundingBox = null;
  skin.boundingSphere = new Sphere(new Vector3(), Infinity);
}

const boxes = new WeakMap<Object3D, Box3>();

/** What stands on the ground, without the ground, as it came: kept, for it reads every point of every skin. */
export function boxOf(root: Object3D): Box3 {
  const own = boxes.get(root) ?? measuredBoxOf(root);
  boxes.set(root, own);
  return own.clone();
}

function measuredBoxOf(root: Object3D): Box3 {
  const box = new Box3();
  root.updateWorldMatrix(true, true);
  root.traverse((o) => { if (o instanceof Mesh && idOf(o)) box.union(worldBoxOf(o)); });
  return box.isEmpty() ? new Box3().setFromCenterAndSize(root.position, root.scale) : box;
}
