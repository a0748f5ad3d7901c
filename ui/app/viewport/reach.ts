// How far from the middle anything is or comes that throws a shadow: the sun's map shows no more than that, so that its points are as small as they can be.
import type { AnimationClip, Object3D } from "three";
import { Camera, PropertyBinding, Vector3 } from "three";
import { boxOf } from "./marks";

const least = 1.5, most = 40;
/** Arms that swing and wheels that turn stay within it. */
const margin = 1.15;

/** Metres that the farthest of what moves comes from where it was; who looks on throws no shadow. */
function wayOf(root: Object3D, clips: readonly AnimationClip[]): number {
  let way = 0;
  const from = new Vector3(), to = new Vector3();
  for (const { name, values } of clips.flatMap((clip) => clip.tracks)) {
    const { nodeName, propertyName } = PropertyBinding.parseTrackName(name);
    if (propertyName !== "position") continue;
    const node = PropertyBinding.findNode(root, nodeName) as Object3D | null;
    if (!node || node instanceof Camera || node.children.some((child) => child instanceof Camera)) continue;
    from.fromArray(values);
    for (let i = 3; i < values.length; i += 3) way = Math.max(way, to.fromArray(values, i).distanceTo(from));
  }
  return way;
}

export function shadowReach(root: Object3D, clips: readonly AnimationClip[]): number {
  const { min, max } = boxOf(root), farthest = new Vector3(Math.max(-min.x, max.x), Math.max(-min.y, max.y), Math.max(-min.z, max.z)).length();
  return Math.min(most, Math.max(least, margin * (farthest + wayOf(root, clips))));
}
