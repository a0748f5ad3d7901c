import { BoxGeometry, Group, Mesh, MeshStandardMaterial, PerspectiveCamera, PointLight } from "three";
import { describe, expect, it } from "vitest";
import { ownTracksOf, valueAt } from "../app/viewport/ownTracks";

describe("a track of our own", () => {
  it("holds its ends, goes straight between keys, or along a cubic", () => {
    const straight = { interpolation: "LINEAR" as const, times: [1, 3], values: [0, 1] };
    expect([0, 1, 2, 3, 9].map((s) => valueAt(straight, s))).toEqual([0, 0, .5, 1, 1]);
    expect(valueAt({ ...straight, interpolation: "STEP" }, 2.9)).toBe(0);
    const cubic = { interpolation: "CUBICSPLINE" as const, times: [0, 2], values: [0, 1, 0, 0, 3, 0] };
    expect([0, 1, 2].map((s) => valueAt(cubic, s))).toEqual([1, 2, 3]);
  });
  it("fades a thing without those that are painted the same, and zooms the lens", () => {
    const root = new Group(), paint = new MeshStandardMaterial(), thing = () => new Mesh(new BoxGeometry(), paint), ball = thing(), box = thing(), camera = new PerspectiveCamera(40);
    ball.userData["miktos"] = { id: "ball-1", opacity_track: { interpolation: "LINEAR", times: [0, 1], values: [0, 1] } };
    camera.userData["miktos"] = { yfov_track: { interpolation: "LINEAR", times: [0, 1], values: [Math.PI / 2, Math.PI / 6] } };
    root.add(ball, box, camera);
    const follow = ownTracksOf(root);
    follow(.5);
    expect([ball.material.opacity, box.material.opacity]).toEqual([.5, 1]);
    expect(camera.fov).toBeCloseTo(60);
    follow(0);
    expect([ball.layers.isEnabled(0), box.layers.isEnabled(0)]).toEqual([false, true]);
    follow(1);
    expect([ball.layers.isEnabled(0), ball.material.opacity]).toEqual([true, 1]);
  });
  it("dims the lamp of a flame with it, also after it was dressed anew", () => {
    const root = new Group(), fire = new Group(), lamp = new PointLight("#fa5", 40);
    fire.userData["miktos"] = { opacity_track: { interpolation: "LINEAR", times: [1, 2], values: [0, 1] } };
    root.add(fire.add(lamp));
    const follow = ownTracksOf(root);
    follow(0);
    expect(lamp.intensity).toBe(0);
    follow(1.5);
    expect(lamp.intensity).toBe(20);
    lamp.userData["lit"] = lamp.intensity = 10;
    follow(2);
    expect(lamp.intensity).toBe(10);
  });
});
