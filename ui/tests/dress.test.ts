import { BoxGeometry, DirectionalLight, DoubleSide, FrontSide, Group, Mesh, MeshPhysicalMaterial, MeshStandardMaterial } from "three";
import { expect, test } from "vitest";
import { dress } from "../app/viewport/dress";

test("solid things throw the shadow of their lit side, so that none is missing where they touch the ground; thin ones that of both", () => {
  for (const isLight of [true, false]) {
    const root = new Group(), solid = new Mesh(new BoxGeometry(), new MeshStandardMaterial()), thin = new Mesh(new BoxGeometry(), new MeshStandardMaterial({ side: DoubleSide }));
    root.add(solid, thin, new DirectionalLight());
    dress(root, { sun: 1 }, isLight);
    expect((solid.material as MeshStandardMaterial).shadowSide).toBe(FrontSide);
    expect((thin.material as MeshStandardMaterial).shadowSide).toBeNull();
  }
});

test("glass throws no shadow, what is hardly clear does", () => {
  for (const isLight of [true, false]) {
    const root = new Group(), of = (transmission: number) => new Mesh(new BoxGeometry(), new MeshPhysicalMaterial({ transmission })), glass = of(1), jelly = of(.2);
    root.userData["miktos"] = { id: "glass-1" };
    root.add(glass, jelly);
    dress(root, { sun: 1 }, isLight);
    expect([glass.castShadow, jelly.castShadow]).toEqual([false, true]);
  }
});
