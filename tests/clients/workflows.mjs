// workflows.mjs - what the client tests run.

// `n` pictures, each with its own colour so that nothing is known from before.
export const picture = (n) => ({
  1: { class_type: "EmptyImage", inputs: { width: 64, height: 48, batch_size: n, color: Math.floor(Math.random() * 0xffffff) } },
  2: { class_type: "ImageBlur", inputs: { image: ["1", 0], blur_radius: 3, sigma: 1.5 } },
  3: { class_type: "SaveImage", inputs: { images: ["2", 0], filename_prefix: "clients/picture" } },
});

// `n` frames of a scene: a node that tells how far it is.
export const frames = (n) => ({
  1: { class_type: "SceneNew", inputs: { seconds: 2, fps: 24, seed: Math.floor(Math.random() * 1e9), style: "realistic" } },
  2: { class_type: "SceneAdd", inputs: { scene: ["1", 0], id: "ball-1", object: "ball" } },
  3: { class_type: "SceneRender", inputs: { scene: ["2", 0], width: 64, height: 48, quality: "draft", seed: 0, samples: 1, denoise: false, time_s: 0, frames: n } },
  4: { class_type: "SaveImage", inputs: { images: ["3", 0], filename_prefix: "clients/frame" } },
});

// Long enough to be interrupted, with previews on the way.
export const film = () => ({
  1: { class_type: "SceneNew", inputs: { seconds: 60, fps: 24, seed: Math.floor(Math.random() * 1e9), style: "realistic" } },
  2: { class_type: "SceneAdd", inputs: { scene: ["1", 0], id: "ball-1", object: "ball" } },
  3: { class_type: "SceneRenderVideo", inputs: { scene: ["2", 0], width: 160, height: 96, quality: "draft", seed: 0, samples: 0, denoise: false, format: "mp4" } },
  4: { class_type: "SaveVideo", inputs: { video: ["3", 0], filename_prefix: "clients/film", format: "auto", codec: "auto" } },
});
