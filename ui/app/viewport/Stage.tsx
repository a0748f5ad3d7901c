// Sky and light around the scene: a dome with the sky's colours that is seen and also lights what stands in it.
import { useThree } from "@react-three/fiber";
import { memo, useEffect, useLayoutEffect, useMemo } from "react";
import type { WebGLRenderer } from "three";
import { Camera, Color, DoubleSide, HalfFloatType, Mesh, PMREMGenerator, PlaneGeometry, RepeatWrapping, Scene, ShaderMaterial, SphereGeometry, WebGLRenderTarget } from "three";
import { useIsLight } from "./device";
import { useApp } from "../state";
import { hasSky } from "./looks";
import { mirrorSky } from "./plain";
import type { Sky } from "./sky";

const uniforms = "uniform vec3 zenith, horizon, ground; uniform float clouds, stars, space, aurora;";
const hash = "float hash(vec3 p) { p = fract(p * vec3(.1031, .1030, .0973)); p += dot(p, p.yxz + 33.33); return fract((p.x + p.y) * p.z); }";
const paint = `
  ${uniforms} ${hash}
  float noise(vec2 p) {
    vec2 cell = floor(p), at = fract(p), s = at * at * (3.0 - 2.0 * at);
    vec4 c = vec4(hash(vec3(cell, 1.0)), hash(vec3(cell + vec2(1, 0), 1.0)), hash(vec3(cell + vec2(0, 1), 1.0)), hash(vec3(cell + vec2(1, 1), 1.0)));
    return mix(mix(c.x, c.y, s.x), mix(c.z, c.w, s.x), s.y);
  }
  float heap(vec2 p) {
    float sum = 0.0, part = 0.5;
    for (int i = 0; i < 5; i++) { sum += part * noise(p); p = mat2(1.6, 1.2, -1.2, 1.6) * p + 7.3; part *= 0.5; }
    return sum;
  }
  /* Curtains whose hems wind around the sky, as aurora.c hangs them, without the fine rays. */
  vec3 curtain(vec3 d, float hem, float sway, float height, float waves, float phase) {
    float azimuth = atan(d.x, -d.z), along = azimuth + 0.55 / waves * sin(waves * 2.0 * azimuth + phase) + 0.16 * sin(7.0 * azimuth - 2.0 * phase);
    float up = (d.y - hem - sway * sin(waves * along + phase) - 0.012 * sin(11.0 * along)) / height;
    float there = smoothstep(-0.75, 0.7, sin(2.0 * along + 3.0 * phase) + 0.55 * cos(azimuth));
    float light = smoothstep(-0.10, 0.06, up) * exp(-2.6 * max(up, 0.0)) * there * (1.0 + 0.27 * sin(23.0 * along + phase) * sin(14.0 * along - 3.0 * phase));
    return light * mix(mix(vec3(0.10, 1.0, 0.42), vec3(0.05, 0.62, 0.60), smoothstep(0.05, 0.45, up)), vec3(0.52, 0.16, 0.78), smoothstep(0.3, 1.0, up));
  }
  vec3 curtains(vec3 d) {
    return (0.75 * curtain(d, 0.070, 0.035, 0.17, 3.0, 0.4) + curtain(d, 0.135, 0.060, 0.30, 2.0, 2.3) + 0.6 * curtain(d, 0.300, 0.080, 0.42, 3.0, 4.4)) * smoothstep(0.0, 0.05, d.y);
  }
  /* Without the stars. */
  vec3 paint(vec3 d) {
    float up = d.y;
    vec3 sky = mix(horizon, zenith, pow(clamp(up, 0.0, 1.0), 0.55));
    if (up > 0.0 && clouds > 0.0) {
      vec2 p = d.xz / (up + 0.12) * 1.5;
      float thick = smoothstep(1.0 - clouds - 0.12, 1.0 - clouds + 0.28, heap(p)), lit = 0.5 + 0.5 * smoothstep(-0.12, 0.16, heap(p) - heap(p + vec2(0.12, -0.1)));
      sky = mix(sky, mix(mix(zenith, horizon, 0.6), mix(horizon, vec3(1.0), 0.75), lit), thick * 0.85 * smoothstep(0.02, 0.22, up));
    }
    if (aurora > 0.0 && up > 0.0) sky += 0.55 * aurora * curtains(d);
    if (space > 0.0) sky = mix(ground, horizon, 0.4) + vec3(0.05, 0.008, 0.06) * smoothstep(0.4, 0.85, heap(d.xy * 1.3 + d.z));
    return mix(ground, sky, max(space, smoothstep(-0.04, 0.02, up)));
  }`;
const starlight = `
  /* One star in some of the cells of a grid around the eye, drawn as a small disc. */
  vec3 starlight(vec3 d) {
    vec3 p = d * 90.0, cell = floor(p);
    float chance = hash(cell);
    if (chance < 0.965 - 0.03 * space) return vec3(0.0);
    vec3 at = cell + 0.3 + 0.4 * vec3(hash(cell + 11.0), hash(cell + 23.0), hash(cell + 37.0));
    float away = length(cross(d, normalize(at))) * 90.0, light = smoothstep(0.13, 0.02, away) * (0.35 + 0.65 * hash(cell + 51.0));
    return vec3(0.95, 0.97, 1.0) * light * stars * max(space, smoothstep(0.0, 0.25, d.y));
  }`;
const place = "gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0); way = normalize(position);";
const end = "\n#include <tonemapping_fragment>\n#include <colorspace_fragment>\n";

/** The colours of the sky at each point of the picture; or, for a processor, painted once and looked up; `painting` is that once. */
const shaders = {
  full: {
    vertexShader: `varying vec3 way; void main() { ${place} }`,
    fragmentShader: `varying vec3 way; ${paint} ${starlight} void main() { vec3 d = normalize(way); gl_FragColor = vec4(paint(d) + (stars > 0.0 ? starlight(d) : vec3(0.0)), 1.0); ${end} }`,
  },
  painting: {
    vertexShader: "varying vec2 at; void main() { at = uv; gl_Position = vec4(position.xy, 0.0, 1.0); }",
    fragmentShader: `varying vec2 at; ${paint} void main() { float a = 6.2831853 * at.x, b = 3.1415927 * (1.0 - at.y); gl_FragColor = vec4(paint(vec3(-cos(a) * sin(b), cos(b), sin(a) * sin(b))), 1.0); }`,
  },
  light: {
    vertexShader: `varying vec3 way; varying vec2 at; void main() { at = uv; ${place} }`,
    fragmentShader: `varying vec3 way; varying vec2 at; uniform sampler2D picture; ${uniforms} ${hash} ${starlight} void main() { gl_FragColor = vec4(texture2D(picture, at).rgb + (stars > 0.0 ? starlight(normalize(way)) : vec3(0.0)), 1.0); ${end} }`,
  },
};

/** Drawn towards grey: a real sky mixes light of all its parts. */
function greyed(name: string, greyness: number): Color {
  const c = new Color(name), grey = .2126 * c.r + .7152 * c.g + .0722 * c.b;
  return c.lerp(new Color(grey, grey, grey), greyness);
}

const greyness = .55;

/** As it is seen from within, or, `asLight`, without small things. */
function painted(sky: Sky, detail: keyof typeof shaders, { asLight = false } = {}): ShaderMaterial {
  const color = (name: string) => ({ value: greyed(name, asLight ? greyness : 0) });
  return new ShaderMaterial({
    side: DoubleSide, depthWrite: false, toneMapped: false, ...shaders[detail],
    uniforms: { zenith: color(sky.zenith), horizon: color(sky.horizon), ground: color(sky.ground), clouds: { value: asLight ? 0 : sky.clouds ?? 0 }, stars: { value: asLight ? 0 : sky.stars ?? 0 }, aurora: { value: sky.aurora ?? 0 }, space: { value: sky.isSpace ? 1 : 0 }, picture: { value: null } },
  });
}

const shell = new SphereGeometry(1, 48, 24);
/** Pixels around the horizon; clouds are soft. */
const pictureWidth = 512;

/** All of the sky as a map of the dome. */
function paintOnce(gl: WebGLRenderer, sky: Sky): WebGLRenderTarget {
  const target = new WebGLRenderTarget(pictureWidth, pictureWidth / 2, { type: HalfFloatType, depthBuffer: false, wrapS: RepeatWrapping });
  const board = new Mesh(new PlaneGeometry(2, 2), painted(sky, "painting")), scene = new Scene();
  board.frustumCulled = false;
  scene.add(board);
  gl.setRenderTarget(target);
  gl.render(scene, new Camera());
  gl.setRenderTarget(null);
  board.geometry.dispose();
  return target;
}

/** What is seen of the sky. */
function useDome(sky: Sky, isLight: boolean): Mesh<SphereGeometry, ShaderMaterial> {
  const gl = useThree((s) => s.gl), invalidate = useThree((s) => s.invalidate);
  const dome = useMemo(() => new Mesh(shell, painted(sky, isLight ? "light" : "full")), [sky, isLight]);
  useLayoutEffect(() => {
    if (!isLight) return;
    const target = paintOnce(gl, sky);
    Object.assign(dome.material.uniforms, { picture: { value: target.texture } });
    invalidate();
    return () => target.dispose();
  }, [dome, gl, sky, isLight, invalidate]);
  return dome;
}

function useReflections(sky: Sky, isOn: boolean): void {
  const gl = useThree((s) => s.gl), scene = useThree((s) => s.scene);
  useEffect(() => {
    if (!isOn) return;
    const generator = new PMREMGenerator(gl), inside = new Scene();
    inside.add(new Mesh(shell, painted(sky, "full", { asLight: true })));
    const target = generator.fromScene(inside, 0, .1, 10);
    scene.environment = target.texture;
    scene.environmentIntensity = sky.strength;
    generator.dispose();
    return () => {
      scene.environment = null;
      target.dispose();
    };
  }, [gl, scene, sky, isOn]);
}

/** Against what reflections give: by eye, so that shadows stay as deep. */
const ambience = .85;
/** Clear air is haze that is out of sight: another kind of air would ask for other shaders of everything. */
const clearAir = { color: "#000000", near: 1e7, far: 2e7 };

/** What the sky gives from above and the ground from below. */
function Ambience({ sky }: { sky: Sky }) {
  const above = sky.shine ? new Color(sky.shine) : greyed(sky.horizon, greyness).lerp(greyed(sky.zenith, greyness), .5);
  return <hemisphereLight color={above} groundColor={greyed(sky.ground, greyness)} intensity={Math.PI * sky.strength * ambience} />;
}

/** What it is given anew each time would be drawn anew each time. */
export const Stage = memo(function Stage({ sky, isLit }: { sky: Sky; isLit: boolean }) {
  const isLight = useIsLight(), dome = useDome(sky, isLight), isSkyShown = useApp((s) => hasSky(s.look));
  useReflections(sky, !isLight);
  useLayoutEffect(() => mirrorSky(sky.horizon, sky.zenith), [sky]);
  return (
    <>
      <fog attach="fog" args={["#000000"]} {...(sky.haze ?? clearAir)} />
      <primitive object={dome} scale={4000} frustumCulled={false} visible={isSkyShown} />
      {!isSkyShown && <color attach="background" args={["#000"]} />}
      <group userData={{ isSky: true }}>
        {isLight && <Ambience sky={sky} />}
        {!isLit && <directionalLight position={[4, 8, 5]} intensity={2 * sky.sun} />}
      </group>
    </>
  );
});
