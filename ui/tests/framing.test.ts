import { AnimationClip, AnimationMixer, Bone, BoxGeometry, BufferAttribute, Group, Matrix4, Mesh, MeshBasicMaterial, PerspectiveCamera, Skeleton, SkinnedMesh, SphereGeometry, Vector3, VectorKeyframeTrack } from "three";
import { describe, expect, it } from "vitest";
import { frameOf } from "../app/viewport/Highlight";
import { roomUnderBar, standBack, viewOf } from "../app/viewport/framing";
import type { SceneModel } from "../app/viewport/useSceneModel";
import { boxOf, idOf, meshesOf, nodesOf, partsOf } from "../app/viewport/marks";
import { Box3 } from "three";
import { shouldFollow } from "../app/graph/useFollow";
import { means, objectsOfNode, touch } from "../flow/objects";

const looking = (from: Vector3) => new Matrix4().lookAt(from, new Vector3(), new Vector3(0, 1, 0));

describe("standing back", () => {
  it("shows every corner, touches two edges, and goes no farther than it must", () => {
    const corners = [[-3, 0, 0], [3, 0, 0], [0, 2, 1], [1, -1, -2]].map(([x, y, z]) => new Vector3(x, y, z)), from = new Vector3(.5, .35, 1).normalize(), turn = looking(from);
    const half = .3, place = standBack(corners, turn, { left: half, right: half, up: half, down: half }), inverse = new Matrix4().makeTranslation(place).multiply(turn).invert();
    const seen = corners.map((c) => c.clone().applyMatrix4(inverse)).map((c) => ({ x: c.x / -c.z / half, y: c.y / -c.z / half, z: c.z }));
    for (const c of seen) expect([c.z < 0, Math.abs(c.x) < 1 + 1e-6, Math.abs(c.y) < 1 + 1e-6]).toEqual([true, true, true]);
    expect(Math.max(...seen.map((c) => Math.max(Math.abs(c.x), Math.abs(c.y))))).toBeCloseTo(1, 5);
  });
  it("keeps things clear of the tools and of the command bar with its last answer, in large windows and in small ones", () => {
    for (const [width, height, top, bottom] of [[1100, 650, 56, 170], [390, 320, 40, 140]] as const) {
      const root = new Group(), lens = new PerspectiveCamera(32, width / height);
      for (const x of [-2, 0, 2]) {
        const thing = new Mesh(new BoxGeometry(1, 3, 1), new MeshBasicMaterial());
        thing.userData["miktos"] = { id: `thing-${x}` };
        thing.position.set(x, 1.5, 0);
        root.add(thing);
      }
      lens.position.set(0, 2, 12);
      const { position, target } = viewOf({ root, clips: [], duration: 1, camera: lens, commands: [] } as unknown as SceneModel, 32, width / height, roomUnderBar({ width, height })), eye = new PerspectiveCamera(32, width / height);
      eye.position.copy(position);
      eye.lookAt(target);
      eye.updateMatrixWorld(true);
      const seen = [-2.5, 2.5].flatMap((x) => [0, 3].flatMap((y) => [-.5, .5].map((z) => new Vector3(x, y, z).project(eye)))).map(({ x, y }) => ({ x: ((x + 1) / 2) * width, y: ((1 - y) / 2) * height }));
      for (const { x, y } of seen) expect([x > Math.min(59, width * .15), x < width, y > top, y < height - bottom], `${x} ${y}`).toEqual([true, true, true, true]);
      expect(Math.max(...seen.map((p) => p.x)) - Math.min(...seen.map((p) => p.x)) > width / 2 || Math.max(...seen.map((p) => p.y)) - Math.min(...seen.map((p) => p.y)) > (height - top - bottom) * .8).toBe(true);
    }
  });
});

it("looking for a place to stand leaves the animation where it was", () => {
  const root = new Group(), ball = new Mesh(new SphereGeometry(1), new MeshBasicMaterial());
  ball.name = "ball";
  ball.userData["miktos"] = { id: "ball-1" };
  root.add(ball);
  const clips = [new AnimationClip("all", 4, [new VectorKeyframeTrack("ball.position", [0, 4], [0, 0, 0, 0, 8, 0])])], mixer = new AnimationMixer(root);
  for (const clip of clips) mixer.clipAction(clip).play();
  mixer.setTime(2);
  viewOf({ root, clips, duration: 4, camera: null, commands: [] } as unknown as SceneModel, 32, 1.6);
  expect(ball.position.y).toBeCloseTo(4);
});

it("what furnishes a place is seen around the others, from no nearer than the film sees it, and alone it is shown itself", () => {
  const stand = (commands: object[]) => {
    const root = new Group(), lens = new PerspectiveCamera(40, 1.6);
    for (const [id, x] of [["fire-1", 0], ["tree-1.1", 40], ["tree-1.2", 60]] as const) {
      const thing = new Mesh(new BoxGeometry(1, 1, 1), new MeshBasicMaterial());
      thing.userData["miktos"] = { id };
      thing.position.set(x, .5, 0);
      root.add(thing);
    }
    lens.position.set(0, .5, 6);
    return viewOf({ root, clips: [], duration: 1, camera: lens, commands } as unknown as SceneModel, 40, 1.6);
  };
  const place = { op: "add", id: "tree-1", object: "tree", backdrop: true }, about = stand([{ op: "add", id: "fire-1", object: "campfire" }, place]);
  expect([about.position.x, about.target.x, about.position.z].map((x) => Math.round(x * 10) / 10)).toEqual([0, 0, 6]);
  expect(stand([]).target.x).toBeGreaterThan(20);
  expect(stand([place, { op: "add", id: "fire-1", object: "campfire", backdrop: true }]).target.x).toBeGreaterThan(20);
});

describe("an id", () => {
  it("means a thing, all of its copies, or one part", () => {
    const root = new Group(), meshes = ["balloon-1.1", "balloon-1.2", "balloon-10"].map((id) => {
      const group = new Group(), mesh = new Mesh(new SphereGeometry(1), new MeshBasicMaterial());
      group.userData["miktos"] = { id };
      mesh.name = "left_string";
      mesh.userData["name"] = "left string";
      root.add(group.add(mesh));
      return mesh;
    });
    expect(nodesOf(root, "balloon-1")).toEqual([meshes[0]!.parent, meshes[1]!.parent]);
    expect(meshesOf(root, "balloon-1.2")).toEqual([meshes[1]]);
    expect(meshesOf(root, "balloon-1.2/left string")).toEqual([meshes[1]]);
    expect(partsOf(root, "balloon-1")).toEqual(["left string"]);
    expect([means("ball-1", "ball-10"), means("ball-1", "ball-1.2"), means("ball-1.2", "ball-1"), touch("ball-1.2", "ball-1")]).toEqual([false, true, false, true]);
  });
});

/** A mesh at the root whose bone lies within the object, as in our files. */
function soft(): { root: Group; skin: SkinnedMesh; bone: Bone } {
  const root = new Group(), dog = new Group(), bone = new Bone(), geometry = new BoxGeometry(1, 1, 1), n = geometry.attributes["position"]!.count;
  dog.userData["miktos"] = { id: "dog-1" };
  geometry.setAttribute("skinIndex", new BufferAttribute(new Uint16Array(n * 4), 4));
  geometry.setAttribute("skinWeight", new BufferAttribute(Float32Array.from({ length: n * 4 }, (_, i) => (i % 4 === 0 ? 1 : 0)), 4));
  const skin = new SkinnedMesh(geometry, new MeshBasicMaterial());
  dog.add(bone);
  root.add(dog, skin);
  root.updateMatrixWorld(true);
  skin.bind(new Skeleton([bone]));
  return { root, skin, bone };
}

describe("a skin", () => {
  it("belongs to the object that holds its bones", () => {
    const { root, skin } = soft();
    expect(idOf(skin)).toBe("dog-1");
    expect(boxOf(root).getSize(new Vector3()).toArray()).toEqual([1, 1, 1]);
  });
  it("takes its frame along, and is found by a click in every pose", () => {
    const { root, skin, bone } = soft(), measure = frameOf(root, "dog-1");
    bone.position.x = 5;
    root.updateMatrixWorld(true);
    expect(measure(new Box3()).getCenter(new Vector3()).x).toBeCloseTo(5);
    expect([skin.frustumCulled, skin.boundingBox, skin.boundingSphere?.radius]).toEqual([false, null, Infinity]);
  });
  it("has a frame together with what is stiff about it", () => {
    const { root } = soft(), nose = new Mesh(new BoxGeometry(1, 1, 1), new MeshBasicMaterial());
    nose.position.z = 2;
    root.children[0]!.add(nose);
    expect(frameOf(root, "dog-1")(new Box3()).max.z).toBeCloseTo(2.5);
  });
});

describe("a ball that has turned", () => {
  it("has as large a frame as before", () => {
    const root = new Group(), ball = new Mesh(new SphereGeometry(1, 32, 16), new MeshBasicMaterial());
    root.userData["miktos"] = { id: "ball-1" };
    root.add(ball);
    const measure = frameOf(root, "ball-1");
    ball.rotation.set(.7, .5, .8);
    root.updateMatrixWorld(true);
    expect(measure(new Box3()).getSize(new Vector3()).x).toBeCloseTo(2, 1);
  });
});

describe("a node of the canvas", () => {
  it("names the objects that it acts on first", () => {
    expect(objectsOfNode({ type: "SceneAnimate", values: { id: "walk-1", targets: "dog-1, ball-1.skin" } })).toEqual(["dog-1", "ball-1", "walk-1"]);
    expect(objectsOfNode({ type: "SceneAdd", values: { id: "ball-1" } })).toEqual(["ball-1"]);
    expect(objectsOfNode({ type: "KSampler", values: { id: "ball-1" } })).toEqual([]);
  });
});

describe("the canvas", () => {
  const at = { project: "p", version: 3 };
  it("follows its project until hands have changed it", () => {
    expect(shouldFollow(at, { source: { project: "p", version: 2 }, isDirty: false, isEmpty: false })).toBe(true);
    expect(shouldFollow(at, { source: { project: "q", version: 3 }, isDirty: false, isEmpty: false })).toBe(true);
    expect(shouldFollow(at, { source: at, isDirty: false, isEmpty: false })).toBe(false);
    expect(shouldFollow(at, { source: { project: "p", version: 2 }, isDirty: true, isEmpty: false })).toBe(false);
  });
  it("leaves another document alone, and fills an empty one", () => {
    expect(shouldFollow(at, { source: null, isDirty: false, isEmpty: false })).toBe(false);
    expect(shouldFollow(at, { source: null, isDirty: false, isEmpty: true })).toBe(true);
    expect(shouldFollow(null, { source: null, isDirty: false, isEmpty: true })).toBe(false);
  });
});
