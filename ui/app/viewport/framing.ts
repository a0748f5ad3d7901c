// Where to stand so that everything that stands or moves in a scene is seen, looking the way its own camera looks.
import type { Object3D, PerspectiveCamera } from "three";
import { AnimationMixer, Box3, Matrix4, Mesh, Vector3 } from "three";
import { boxOf, idOf, meshesOf, moverOf, worldBoxOf } from "./marks";
import { means } from "../../flow/objects";
import type { SceneModel } from "./useSceneModel";

export interface View { position: Vector3; target: Vector3 }

const samples = 8;
/** How far one sees things to each side, of what the lens sees there. */
export interface Room { left: number; right: number; up: number; down: number }

/** Where nothing lies over the window. */
const open: Room = { left: .86, right: .86, up: .74, down: .74 };
/** In pixels, what lies over it: tools at the left and above, the command bar and its last answer below; and how much of a small window they may take. */
const cover = { left: 60, top: 56, bottom: 176 }, most = { left: .16, top: .14, bottom: .46 };

/** Of a window of this size. */
export function roomUnderBar({ width, height }: { width: number; height: number }): Room {
  const of = (edge: keyof typeof cover, length: number) => 1 - 2 * Math.min(most[edge], cover[edge] / length);
  return { left: Math.min(open.left, of("left", width)), right: open.right, up: of("top", height), down: of("bottom", height) };
}
/** What is selected leaves some air around itself. */
const thingRoom = .55;

function cornersOf({ min, max }: Box3): Vector3[] {
  return Array.from({ length: 8 }, (_, c) => new Vector3(c & 1 ? max.x : min.x, c & 2 ? max.y : min.y, c & 4 ? max.z : min.z));
}

/** `away`: where a place is around it, half of the height that the camera sees where that is which the scene is about: less would hide the place. */
interface Survey { corners: Vector3[]; back: Vector3 | null; away: number }

/** Ids of what furnishes a place: it is seen around the others, as films show it. */
const aroundOf = ({ commands }: SceneModel) => commands.flatMap((command) => (command["op"] === "add" && command["backdrop"] === true && typeof command["id"] === "string" ? [command["id"]] : []));

/** The corners of every object's box, at its place at several times of the animation, and where the camera is at first; the scene is left as it was. */
function look(model: SceneModel): Survey {
  const mixer = new AnimationMixer(model.root), boxes = new Map<Object3D, { box: Box3; at: Vector3; isAround: boolean }>(), around = aroundOf(model), corners: Vector3[] = [];
  for (const clip of model.clips) mixer.clipAction(clip).play();
  mixer.setTime(0);
  model.root.updateMatrixWorld(true);
  model.root.traverse((o) => {
    if (!(o instanceof Mesh) || !idOf(o)) return;
    const mover = moverOf(o), box = worldBoxOf(o), at = new Vector3().setFromMatrixPosition(mover.matrixWorld);
    boxes.set(mover, { box: box.union(boxes.get(mover)?.box ?? box), at, isAround: around.some((id) => means(id, idOf(o) as string)) });
  });
  const all = [...boxes.values()], isPlace = all.some((b) => b.isAround) && all.some((b) => !b.isAround);
  for (let i = samples - 1; i >= 0; i--) {
    mixer.setTime((model.duration * i) / samples);
    model.root.updateMatrixWorld(true);
    for (const [object, { box, at, isAround }] of boxes) {
      if (box.isEmpty() || (isPlace && isAround)) continue;
      const moved = box.clone().translate(new Vector3().setFromMatrixPosition(object.matrixWorld).sub(at));
      corners.push(...cornersOf(moved));
    }
  }
  model.camera?.updateWorldMatrix(true, false);
  const back = model.camera ? new Vector3().setFromMatrixColumn(model.camera.matrixWorld, 2) : null;
  const away = isPlace && model.camera ? new Box3().setFromPoints(corners).getCenter(new Vector3()).distanceTo(new Vector3().setFromMatrixPosition(model.camera.matrixWorld)) * Math.tan((model.camera.fov * Math.PI) / 360) : 0;
  mixer.stopAllAction(); // everything is again where it was
  return { corners, back, away };
}

const surveys = new WeakMap<SceneModel, Survey>();

/** A scene stays as it came; it takes long where many stand, and is best done while hands rest. */
export function survey(model: SceneModel): Survey {
  const own = surveys.get(model) ?? look(model);
  surveys.set(model, own);
  return own;
}

/** The nearest place from which all corners lie between the four planes of a lens, without turning it: `half` of what it sees at a metre to each side. */
export function standBack(corners: readonly Vector3[], turn: Matrix4, half: Room): Vector3 {
  const right = new Vector3(), up = new Vector3(), back = new Vector3();
  turn.extractBasis(right, up, back);
  const far = { left: -Infinity, right: -Infinity, down: -Infinity, up: -Infinity, near: -Infinity };
  for (const c of corners) {
    const x = c.dot(right), y = c.dot(up), z = -c.dot(back);
    far.right = Math.max(far.right, x - half.right * z);
    far.left = Math.max(far.left, -x - half.left * z);
    far.up = Math.max(far.up, y - half.up * z);
    far.down = Math.max(far.down, -y - half.down * z);
    far.near = Math.max(far.near, -z);
  }
  const away = Math.max((far.right + far.left) / (half.right + half.left), (far.up + far.down) / (half.up + half.down), far.near + .5);
  const aside = (far.right - far.left + away * (half.left - half.right)) / 2, above = (far.up - far.down + away * (half.down - half.up)) / 2;
  return new Vector3().addScaledVector(right, aside).addScaledVector(up, above).addScaledVector(back, away);
}

const seenIn = ({ left, right, up, down }: Room, half: number, aspect: number): Room => ({ left: left * half * aspect, right: right * half * aspect, up: up * half, down: down * half });

export function viewOf(model: SceneModel, fov: number, aspect: number, room = open): View {
  const { corners, back, away } = survey(model), center = new Box3().setFromPoints(corners.length ? corners : [boxOf(model.root).getCenter(new Vector3())]).getCenter(new Vector3());
  const from = back ?? new Vector3(.5, .35, 1);
  if (back) {
    from.y = Math.min(Math.max(from.y, .12), .6); // not from below the ground, nor from above only
  }
  from.normalize();
  const turn = new Matrix4().lookAt(from, new Vector3(), new Vector3(0, 1, 0)), half = Math.tan((fov * Math.PI) / 360);
  const position = corners.length ? standBack(corners, turn, seenIn(room, half, aspect)) : center.clone().addScaledVector(from, 4);
  position.addScaledVector(from, Math.max(0, away / half - position.clone().sub(center).dot(from)));
  position.y = Math.max(position.y, .2);
  const reach = Math.max(.5, position.clone().sub(center).dot(from));
  return { position, target: position.clone().addScaledVector(from, -reach) };
}

/** Of one thing alone as it is now, looking the way `eye` does; null where it is not. */
export function viewOfThing(model: SceneModel, id: string, eye: PerspectiveCamera, fov: number, aspect: number): View | null {
  model.root.updateMatrixWorld(true);
  const box = meshesOf(model.root, id).reduce((all, mesh) => all.union(worldBoxOf(mesh)), new Box3());
  if (box.isEmpty()) return null;
  const turn = new Matrix4().makeRotationFromQuaternion(eye.quaternion), half = Math.tan((fov * Math.PI) / 360) * thingRoom;
  return { position: standBack(cornersOf(box), turn, seenIn({ left: 1, right: 1, up: 1, down: 1 }, half, aspect)), target: box.getCenter(new Vector3()) };
}
