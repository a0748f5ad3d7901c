// Sky and light around the scene: a dome with the sky's colours that is seen and also lights what stands in it.
import { useThree } from "@react-three/fiber";
import { useEffect, useMemo } from "react";
import { BackSide, Color, Mesh, PMREMGenerator, Scene, ShaderMaterial, SphereGeometry } from "three";
import type { Sky } from "./sky";

const vertex = "varying vec3 way; void main() { way = normalize(position); gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0); }";
const fragment = `
  varying vec3 way; uniform vec3 zenith, horizon, ground;
  void main() {
    float up = normalize(way).y;
    vec3 sky = mix(horizon, zenith, pow(clamp(up, 0.0, 1.0), 0.55));
    gl_FragColor = vec4(mix(ground, sky, smoothstep(-0.04, 0.02, up)), 1.0);
    #include <tonemapping_fragment>
    #include <colorspace_fragment>
  }`;

/** As it is seen, or with its colours drawn towards grey as it lights: a real sky mixes light of all its parts. */
function dome(sky: Sky, greyness = 0): Mesh {
  const color = (name: string) => {
    const c = new Color(name), grey = .2126 * c.r + .7152 * c.g + .0722 * c.b;
    return { value: c.lerp(new Color(grey, grey, grey), greyness) };
  };
  const material = new ShaderMaterial({
    side: BackSide, depthWrite: false, toneMapped: false, vertexShader: vertex, fragmentShader: fragment,
    uniforms: { zenith: color(sky.zenith), horizon: color(sky.horizon), ground: color(sky.ground) },
  });
  return new Mesh(new SphereGeometry(1, 48, 24), material);
}

export function Stage({ sky, isLit }: { sky: Sky; isLit: boolean }) {
  const gl = useThree((s) => s.gl), scene = useThree((s) => s.scene);
  const shell = useMemo(() => dome(sky), [sky]);
  useEffect(() => {
    const generator = new PMREMGenerator(gl), inside = new Scene();
    inside.add(dome(sky, .55));
    const target = generator.fromScene(inside, 0, .1, 10);
    scene.environment = target.texture;
    scene.environmentIntensity = sky.strength;
    generator.dispose();
    return () => {
      scene.environment = null;
      target.dispose();
    };
  }, [gl, scene, sky]);
  return (
    <>
      <primitive object={shell} scale={4000} frustumCulled={false} />
      {!isLit && <directionalLight position={[4, 8, 5]} intensity={2 * sky.sun} />}
    </>
  );
}
