// A scene as its style prints it, where films are printed so (src/render/print.c): lines inked or glowing, grey, steep, with dark corners.
import type { Camera, Object3D, PerspectiveCamera, Scene, WebGLRenderer } from "three";
import { BufferAttribute, BufferGeometry, Color, DepthTexture, LinearFilter, LinearMipmapLinearFilter, Camera as Eye, Mesh, NoBlending, SRGBColorSpace, Scene as Board, ShaderMaterial, UnsignedIntType, Vector2, Vector4, WebGLRenderTarget } from "three";

/** What a scene's file says of it (`asset.extras.miktos.print`); the colour is as the screen shows it. */
export interface Print { lines: number; do_lines_glow: boolean; line_color: [number, number, number]; gray: number; contrast: number; vignette: number }

/** The film's picture within the window, in shares of it, from its lower left corner. */
export interface Part { x: number; y: number; width: number; height: number }

/** `userData` of what is no part of the scene, as handles and frames around what is selected: nothing of it is printed. */
export const ofHands = { isOfHands: true };

const whole: Part = { x: 0, y: 0, width: 1, height: 1 };

const vertexShader = "varying vec2 at; void main() { at = .5 + .5 * position.xy; gl_Position = vec4(position.xy, 0.0, 1.0); }";

/** How much of a line a point is: where 1/depth bends, which is straight over a plane, where surfaces turn, and where colours meet. */
const findLine = `
  varying vec2 at;
  uniform sampler2D picture, depths;
  uniform vec2 pixel, lens;
  uniform float near, far;
  float nearness(vec2 p) { float n = 1.0 / near - texture2D(depths, p).r * (1.0 / near - 1.0 / far); return n < 1.5 / far ? 0.0 : n; }
  vec3 turned(float n, vec2 slope, vec2 way) { return normalize(vec3(slope, n - dot(way, slope))); }
  vec3 hueOf(vec3 c) { return c / max(max(c.r, max(c.g, c.b)), .12); }
  float border(vec3 a, vec3 b) {
    vec3 hue = abs(hueOf(a) - hueOf(b)), light = abs(a - b);
    return max(smoothstep(.12, .4, max(hue.r, max(hue.g, hue.b))), smoothstep(.18, .45, max(light.r, max(light.g, light.b))));
  }
  float across(float a, float m, float b, vec3 turnA, vec3 turnB) {
    float most = max(m, max(a, b));
    if (most <= 0.0) return 0.0;
    float bend = abs(a + b - 2.0 * m) / most, turn = a > 0.0 && b > 0.0 ? 1.0 - dot(turnA, turnB) : 0.0;
    return max(smoothstep(.02, .08, bend), .8 * smoothstep(.12, .5, turn));
  }
  float line() {
    vec2 x = vec2(pixel.x, 0.0), y = vec2(0.0, pixel.y), way = (at * 2.0 - 1.0) * lens, one = 2.0 * pixel * lens;
    float m = nearness(at), l = nearness(at - x), r = nearness(at + x), d = nearness(at - y), u = nearness(at + y);
    vec2 low = vec2(m - l, m - d) / one, high = vec2(r - m, u - m) / one, middle = vec2(r - l, u - d) / (2.0 * one);
    float drawn = max(across(l, m, r, turned(m, vec2(low.x, middle.y), way), turned(m, vec2(high.x, middle.y), way)), across(d, m, u, turned(m, vec2(middle.x, low.y), way), turned(m, vec2(middle.x, high.y), way)));
    if (drawn >= .8 || m <= 0.0) return drawn;
    return max(drawn, .8 * max(border(texture2D(picture, at - x).rgb, texture2D(picture, at + x).rgb), border(texture2D(picture, at - y).rgb, texture2D(picture, at + y).rgb)));
  }`;

/** A line in the hue of the brightest surface beside it. */
const glowShader = `
  ${findLine}
  uniform float lines;
  vec3 brighter(vec3 most, vec2 p) { vec3 c = texture2D(picture, p).rgb; return nearness(p) > 0.0 && max(c.r, max(c.g, c.b)) > max(most.r, max(most.g, most.b)) ? c : most; }
  void main() {
    vec2 x = vec2(pixel.x, 0.0), y = vec2(0.0, pixel.y);
    float drawn = line();
    vec3 most = vec3(0.0);
    if (drawn > 0.0) most = brighter(brighter(brighter(brighter(brighter(most, at), at - x), at + x), at - y), at + y);
    most *= most;
    vec3 hue = most / max(max(most.r, max(most.g, most.b)), .02);
    gl_FragColor = vec4(hue * sqrt(hue) * min(drawn * lines, 1.0), 1.0);
  }`;

const printShader = `
  ${findLine}
  uniform sampler2D glow;
  uniform float lines, grey, contrast, vignette;
  uniform vec3 ink;
  uniform vec4 part;
  uniform bool isGlowing;
  /* Of a small picture of it, between whose points one must not see the joints. */
  vec3 haloOf(float level) {
    vec2 step = pixel * exp2(level), diagonal = vec2(step.x, -step.y);
    return .25 * (textureLod(glow, at + step, level).rgb + textureLod(glow, at - step, level).rgb + textureLod(glow, at + diagonal, level).rgb + textureLod(glow, at - diagonal, level).rgb);
  }
  void main() {
    vec3 shown = texture2D(picture, at).rgb;
    if (isGlowing) {
      vec3 light = textureLod(glow, at, 0.0).rgb + 1.6 * textureLod(glow, at, 2.0).rgb + 2.2 * haloOf(3.0) + 2.6 * haloOf(4.4);
      shown = 1.0 - (1.0 - shown) * exp(-1.6 * light);
    }
    shown = mix(shown, vec3(dot(shown, vec3(.3, .59, .11))), grey);
    shown = mix(shown, smoothstep(0.0, 1.0, shown), contrast);
    vec2 place = (at - part.xy) / part.zw * 2.0 - 1.0;
    shown *= 1.0 - vignette * smoothstep(.5, 2.0, dot(place, place));
    if (lines > 0.0 && !isGlowing) shown = mix(shown, ink, line() * lines);
    gl_FragColor = vec4(shown, 1.0);
  }`;

const uniforms = { picture: { value: null }, depths: { value: null }, pixel: { value: new Vector2() }, lens: { value: new Vector2() }, near: { value: 1 }, far: { value: 2 }, glow: { value: null }, lines: { value: 0 }, grey: { value: 0 }, contrast: { value: 0 }, vignette: { value: 0 }, ink: { value: new Color() }, part: { value: new Vector4() }, isGlowing: { value: false } };

const materialOf = (fragmentShader: string) => new ShaderMaterial({ vertexShader, fragmentShader, uniforms, depthTest: false, depthWrite: false, blending: NoBlending, toneMapped: false });

/** A picture so high has lines of one pixel; a finer one wider ones. */
const lineRows = 600;

/** Drawn as on the screen, by the same shaders: three.js asks for others for a picture in between unless it is a headset's. */
function canvasOf(width: number, height: number, samples: number): WebGLRenderTarget {
  const target = new WebGLRenderTarget(width, height, { samples, colorSpace: SRGBColorSpace, internalFormat: "RGBA8", depthTexture: new DepthTexture(width, height, UnsignedIntType) });
  (target as unknown as { isXRRenderTarget: boolean }).isXRRenderTarget = true;
  return target;
}

export class Printer {
  private readonly board = new Board();
  private readonly print = materialOf(printShader);
  private readonly glow = materialOf(glowShader);
  private readonly eye = new Eye();
  private readonly sheet = new Mesh(new BufferGeometry().setAttribute("position", new BufferAttribute(new Float32Array([-1, -1, 0, 3, -1, 0, -1, 3, 0]), 3)), this.print);
  private readonly light = new WebGLRenderTarget(1, 1, { generateMipmaps: true, minFilter: LinearMipmapLinearFilter, magFilter: LinearFilter, depthBuffer: false });
  private canvas: WebGLRenderTarget | null = null;

  constructor(private readonly gl: WebGLRenderer, private readonly samples: number) {
    this.sheet.frustumCulled = false;
    this.board.add(this.sheet);
  }

  private canvasFor(size: Vector2): WebGLRenderTarget {
    if (this.canvas?.width === size.x && this.canvas.height === size.y) return this.canvas;
    this.canvas?.dispose();
    this.light.setSize(Math.ceil(size.x / 2), Math.ceil(size.y / 2));
    return (this.canvas = canvasOf(size.x, size.y, this.samples));
  }

  draw(scene: Scene, camera: Camera, print: Print, part: Part = whole): void {
    const { gl } = this, size = gl.getDrawingBufferSize(new Vector2()), canvas = this.canvasFor(size), { near, far, projectionMatrixInverse: unlens } = camera as PerspectiveCamera, wide = Math.max(1, Math.round(size.y / lineRows));
    const tools = this.takeAway(scene);
    gl.setRenderTarget(canvas);
    gl.render(scene, camera);
    uniforms.pixel.value.set(wide / size.x, wide / size.y);
    uniforms.lens.value.set(unlens.elements[0], unlens.elements[5]);
    uniforms.ink.value.setRGB(...print.line_color);
    uniforms.part.value.set(part.x, part.y, part.width, part.height);
    const set = (values: Partial<Record<keyof typeof uniforms, unknown>>) => { for (const [name, value] of Object.entries(values)) uniforms[name as keyof typeof uniforms].value = value as never; };
    set({ picture: canvas.texture, depths: canvas.depthTexture, near, far, lines: print.lines, grey: print.gray, contrast: print.contrast, vignette: print.vignette, isGlowing: print.do_lines_glow, glow: this.light.texture });
    if (print.do_lines_glow) this.run(this.glow, this.light);
    this.run(this.print, null);
    this.layOver(tools, camera);
  }

  private takeAway(scene: Scene): Object3D[] {
    const tools: Object3D[] = [];
    scene.traverseVisible((o) => { if (o.userData["isOfHands"]) tools.push(o); });
    for (const tool of tools) tool.visible = false;
    return tools;
  }

  private layOver(tools: readonly Object3D[], camera: Camera): void {
    const { gl } = this;
    gl.autoClear = false;
    for (const tool of tools) {
      tool.visible = true;
      gl.render(tool, camera);
    }
    gl.autoClear = true;
  }

  private run(material: ShaderMaterial, target: WebGLRenderTarget | null): void {
    this.sheet.material = material;
    this.gl.setRenderTarget(target);
    this.gl.render(this.board, this.eye);
  }

  dispose(): void {
    for (const own of [this.canvas, this.light, this.print, this.glow, this.sheet.geometry]) own?.dispose();
    this.canvas = null;
  }
}
