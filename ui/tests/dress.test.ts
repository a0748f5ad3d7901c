import type { MeshDepthMaterial } from "three";
import { AnimationClip, BoxGeometry, DirectionalLight, DoubleSide, FrontSide, Group, Light, Mesh, MeshPhysicalMaterial, MeshStandardMaterial, PointLight, ShaderChunk, Texture, VectorKeyframeTrack } from "three";
import { expect, test } from "vitest";
import { dress } from "../app/viewport/dress";
import { lampStep } from "../app/viewport/lamps";

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

test("cloth has fuzz at its edges, as films show it, and no white veil", () => {
  const root = new Group(), sofa = new Mesh(new BoxGeometry(), new MeshPhysicalMaterial({ sheen: 1 }));
  root.add(sofa);
  dress(root, { sun: 1 }, false);
  expect((sofa.material as MeshPhysicalMaterial).sheen).toBeLessThan(.3);
});

test("in a studio smooth paint is not veiled by white paper, glass and metal mirror a room, and dressing twice changes nothing", () => {
  const root = new Group(), of = (look: object) => new Mesh(new BoxGeometry(), new MeshPhysicalMaterial(look)), ball = of({ clearcoat: 1, roughness: .3 }), pot = of({ metalness: 1 }), vase = of({ transmission: 1 });
  root.add(ball, pot, vase);
  for (let i = 0; i < 2; i++) dress(root, { sun: 1, isStudio: true, strength: 1 }, false);
  const worn = (mesh: Mesh) => mesh.material as MeshPhysicalMaterial;
  expect([worn(ball).envMap, worn(pot).envMap === null, worn(vase).envMap === null]).toEqual([null, false, false]);
  expect(worn(ball).clearcoat).toBeCloseTo(.3);
  expect(worn(ball).specularIntensity).toBeCloseTo(.3);
  expect(worn(vase).specularIntensity).toBe(1);
});

test("shadows of solid things ask for no other shader where one wears a picture; those with holes keep three.js' own", () => {
  const root = new Group(), map = new Texture(), of = (look: object) => new Mesh(new BoxGeometry(), new MeshStandardMaterial(look)), plain = of({}), worn = of({ map }), holed = of({ map, alphaTest: .5 });
  root.add(plain, worn, holed, new DirectionalLight());
  dress(root, { sun: 1 }, true);
  const shade = worn.customDepthMaterial as MeshDepthMaterial;
  shade.map = map; // as three.js does before it draws one
  worn.onBeforeShadow(null as never, null as never, null as never, null as never, worn.geometry, shade, null as never);
  expect([shade.map, plain.customDepthMaterial === shade, holed.customDepthMaterial]).toEqual([null, true, undefined]);
});

test("a scene without lamps, one at night and a street of lamps ask for the same shaders: they have equally many lights, and all of them one sun", () => {
  const count = (lights: Light[]) => {
    const root = new Group();
    if (lights.length) root.add(...lights);
    dress(root, { sun: 1 }, true);
    dress(root, { sun: 1 }, true);
    const all: Light[] = [];
    root.traverse((o) => { if (o instanceof Light) all.push(o); });
    const suns = all.filter((o): o is DirectionalLight => o instanceof DirectionalLight);
    expect(all.filter((o) => o.intensity > 0)).toEqual(lights);
    const places = all.filter((o): o is PointLight => o instanceof PointLight), isNone = places.map((o) => o.distance < 0);
    expect(isNone).toEqual([...isNone].sort()); // the loop ends at the first
    return { lamps: all.filter((o) => o instanceof PointLight).length, suns: suns.length, shadows: suns.filter((o) => o.castShadow).length };
  };
  const lamps = (n: number) => Array.from({ length: n }, () => new PointLight(0xffffff, 1));
  const one = { lamps: lampStep, suns: 1, shadows: 1 };
  expect([count([]), count([new DirectionalLight()]), count(lamps(3)), count([...lamps(lampStep), new DirectionalLight()])]).toEqual([one, one, one, one]);
  expect(count(lamps(lampStep + 1)).lamps).toBe(2 * lampStep);
});

test("shaders loop over lamps once, pass by dark ones and end at the first that is none", () => {
  const chunk = ShaderChunk.lights_fragment_begin, own = chunk.slice(chunk.indexOf("NUM_POINT_LIGHTS"), chunk.indexOf("NUM_SPOT_LIGHTS"));
  expect(own).toContain("pointLight.color == vec3( 0.0 )");
  expect(own).toContain("distance < 0.0 ) break;");
  expect(own).not.toContain("unroll");
});

test("the sun's shadows are as fine as what stands there allows, and reach as far as it goes", () => {
  const reachOf = (x: number, clips: AnimationClip[]) => {
    const root = new Group(), dog = new Group(), sun = new DirectionalLight();
    Object.assign(dog, { name: "dog" }).add(new Mesh(new BoxGeometry(2, 2, 2), new MeshStandardMaterial()));
    dog.userData["miktos"] = { id: "dog-1" };
    dog.position.x = x;
    root.add(dog, sun);
    dress(root, { sun: 1 }, true, clips);
    return sun.shadow.camera.right;
  };
  const corner = Math.sqrt(3), walk = new AnimationClip("walk", 1, [new VectorKeyframeTrack("dog.position", [0, 1], [0, 0, 0, 12, 0, 0])]);
  expect(reachOf(0, [])).toBeGreaterThan(corner);
  expect(reachOf(0, [])).toBeLessThan(corner * 1.3);
  expect(reachOf(0, [walk])).toBeGreaterThan(12 + 1);
  expect(reachOf(9, [])).toBeGreaterThan(9 + 1);
});
