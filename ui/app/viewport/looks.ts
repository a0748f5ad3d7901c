// Other ways to see a scene than as it will be: as work, and as the passes that compositors know.
import type { Material, Object3D } from "three";
import { Color, Mesh, MeshBasicMaterial, MeshDepthMaterial, MeshLambertMaterial, MeshNormalMaterial, MeshStandardMaterial } from "three";
import type { Look } from "../state";
import { ownMaterial } from "./dress";
import { boxOf, idOf } from "./marks";

/** Without light: its colour alone. */
function albedoOf(material: Material): Material {
  if (!(material instanceof MeshStandardMaterial)) return material;
  return new MeshBasicMaterial({ color: material.color, map: material.map, vertexColors: material.vertexColors, side: material.side, transparent: material.transparent, opacity: material.opacity, alphaTest: material.alphaTest, fog: false, toneMapped: false });
}

/** Far from each other for ids that follow each other: the golden section of the circle. */
export function maskColor(index: number): Color {
  return index < 0 ? new Color("#101010") : new Color().setHSL((index * .618034) % 1, .72, .5 + .14 * (index % 3 - 1));
}

/** Near is bright and far is dark, around the middle of what stands there, wherever one looks from. */
function depthOf(root: Object3D): Material {
  const box = boxOf(root), material = new MeshDepthMaterial();
  material.onBeforeCompile = (shader) => {
    Object.assign(shader.uniforms, { middle: { value: box.getCenter(root.position.clone()) }, size: { value: Math.max(1, box.getSize(root.position.clone()).length()) } });
    shader.vertexShader = shader.vertexShader.replace("void main() {", "varying float away;\nvoid main() {").replace("vHighPrecisionZW = gl_Position.zw;", "vHighPrecisionZW = gl_Position.zw; away = -mvPosition.z;");
    shader.fragmentShader = `varying float away; uniform vec3 middle; uniform float size;\n${shader.fragmentShader}`.replace(/gl_FragColor = vec4\( vec3\( 1\.0 - fragCoordZ \), opacity \);/, `
      float apart = length(cameraPosition - middle);
      gl_FragColor = vec4(vec3(1.0 / (1.0 + exp(2.5 * (away - apart) / max(.5 * size, .3 * apart)))), opacity);`);
  };
  material.customProgramCacheKey = () => "depth around the middle";
  return material;
}

/** Behind what these show there is nothing. */
export const hasSky = (look: Look): boolean => look !== "normal" && look !== "depth" && look !== "mask";

type Painter = (mesh: Mesh) => Material | Material[];

function painterOf(root: Object3D, look: Look, isLight: boolean, made: Material[]): Painter {
  const own = <M extends Material>(material: M): M => {
    made.push(material);
    return material;
  };
  const all = (material: Material): Painter => () => material;
  switch (look) {
    case "normal": return all(own(new MeshNormalMaterial()));
    case "depth": return all(own(depthOf(root)));
    case "clay": return all(own(new MeshLambertMaterial({ color: "#c9bfb2" })));
    case "wireframe": return all(own(new MeshLambertMaterial({ color: "#8d8478", wireframe: true })));
    case "albedo": {
      const known = new Map<Material, Material>();
      const one = (material: Material) => known.get(material) ?? known.set(material, own(albedoOf(material))).get(material) as Material;
      return (mesh) => [(mesh.userData["full"] ?? mesh.material) as Material | Material[]].flat().map(one)[0] as Material;
    }
    case "mask": {
      const known = new Map<string | null, Material>();
      return (mesh) => {
        const id = idOf(mesh), index = id === null ? -1 : [...known.keys()].filter((k) => k !== null).length;
        return known.get(id) ?? known.set(id, own(new MeshBasicMaterial({ color: maskColor(index), fog: false, toneMapped: false }))).get(id) as Material;
      };
    }
    default: return (mesh) => ownMaterial(mesh, isLight);
  }
}

/** Dresses all of a scene; what was made for it is given back by `dispose`. */
export function wear(root: Object3D, look: Look, isLight: boolean): { dispose: () => void } {
  const made: Material[] = [], paint = painterOf(root, look, isLight, made);
  root.traverse((o) => { if (o instanceof Mesh) o.material = paint(o); });
  return { dispose: () => { for (const material of made) if (!(material instanceof MeshStandardMaterial)) material.dispose(); } };
}
