import { BoxGeometry, Mesh, PerspectiveCamera, Scene } from "three";
import { expect, test } from "vitest";
import { putAt } from "../app/objects/dragging";
import { pointUnder } from "../app/viewport/Aim";

test("what is dropped is put where it was let go, with all else that its sentence means", () => {
  const commands = [{ op: "ground", surface: "grass" }, { op: "add", id: "ball-1", object: "ball", place: [{ relation: "left", targets: ["box-1"] }] }];
  expect(putAt(commands, [1.23456, 0, -2])).toEqual([{ op: "ground", surface: "grass" }, { op: "add", id: "ball-1", object: "ball", position: [1.235, 0, -2] }]);
});

test("under the pointer is the nearest surface, or the floor, and nothing above the horizon", () => {
  const scene = new Scene(), table = new Mesh(new BoxGeometry(1, 1, 1)), far = new PerspectiveCamera(40, 1, .1, 1000);
  table.position.y = .5;
  scene.add(table);
  far.position.set(0, 3, 6);
  far.lookAt(0, 1, 0);
  [scene, far].forEach((o) => o.updateMatrixWorld(true));
  const onTable = pointUnder(scene, far, 0, 0), onFloor = pointUnder(scene, far, .8, -.6);
  expect(onTable?.y).toBeGreaterThan(.3);
  expect(onFloor?.y).toBeCloseTo(0);
  expect(onFloor?.x).toBeGreaterThan(.6);
  expect(pointUnder(scene, far, 0, 1)).toBeNull();
});
