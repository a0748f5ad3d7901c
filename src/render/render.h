/* render.h - pictures of a scene, by tracing paths of light.
 *
 * Purpose   One renderer per scene and film: `mk_renderer_new`, then one `mk_renderer_frame` per moment.
 * Flow      world.h (geometry in Embree) → path.c (light) → film.h (sums) → denoise.h → tone.h.
 * Threads   A renderer belongs to one thread at a time; inside it uses the pool. Equal scene, options and
 *           order of frames give equal bytes at any thread count.
 * Memory    The renderer holds a reference to its scene and keeps what does not move over all frames.
 * Tests     tests/render/
 */
#pragma once
#include "base/base.h"
#include "base/pool.h"
#include "media/image.h"
#include "scene/scene.h"

typedef struct mk_renderer mk_renderer;

typedef enum { MK_QUALITY_DRAFT, MK_QUALITY_STANDARD, MK_QUALITY_FINAL } mk_render_quality;

/* Bits of mk_render_options.passes; the colour always comes. */
enum {
  MK_PASS_COLOR = 1, MK_PASS_LINEAR = 2, MK_PASS_DEPTH = 4, MK_PASS_NORMAL = 8,
  MK_PASS_ALBEDO = 16, MK_PASS_ID = 32, MK_PASS_MOTION = 64, MK_PASS_ALPHA = 128
};

/* Called on the thread that renders whenever more of a frame is there; `rgb8` is width*height*3 bytes, borrowed. */
typedef void (*mk_render_preview) (void *user, const uint8_t *rgb8, int width, int height);

/* Zero means the default, but for the size, which must be given (1 .. MK_IMAGE_MAX_SIDE). */
typedef struct mk_render_options {
  int width, height;
  mk_render_quality quality;
  unsigned n_samples;         /* per pixel; 0 = the quality's */
  unsigned max_bounces;       /* 0 = the quality's */
  uint64_t seed;
  float shutter_s;            /* how long the shutter is open: 0 no motion blur, below 0 half a frame, in a draft not at all */
  bool no_denoise;
  bool is_transparent;        /* the sky is left out of `color`, which then has four channels */
  unsigned passes;
  const mk_cancel *cancel;    /* ends what is built with CANCELLED, as a job ends what is traced; outlives the renderer; or NULL */
  mk_render_preview preview;  /* or NULL */
  void *preview_user;
} mk_render_options;

/* What was not asked for is NULL. Sizes are height × width × channels. */
typedef struct mk_frame {
  mk_image *color;  /* 3 or 4: display-encoded sRGB through the filmic curve */
  mk_image *linear; /* 3: radiance times exposure, denoised */
  mk_image *depth;  /* 1: metres along the view axis; 0 where only sky is */
  mk_image *normal; /* 3: world space, -1..1 */
  mk_image *albedo; /* 3: linear share of light that the surface gives back */
  mk_image *id;     /* 1: 1 + index of the object's root node; 0 = sky */
  mk_image *motion; /* 2: pixels moved since the frame before, right and down */
  mk_image *alpha;  /* 1: share covered by anything but sky */
} mk_frame;
void mk_frame_clear (mk_frame *frame);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (mk_frame, mk_frame_clear)

/* RANGE for sizes, USAGE without a camera, MEMORY, CANCELLED, FAILED when Embree refuses. `pool` NULL = this thread only;
 * it must outlive the renderer. */
mk_renderer *mk_renderer_new (const mk_scene *scene, const mk_render_options *options, mk_pool *pool, GError **error);
void         mk_renderer_free (mk_renderer *renderer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_renderer, mk_renderer_free)

/* Fills `frame`, which must be empty. CANCELLED leaves it so. Frames of a film are cleanest when asked for
 * in order: what was seen 1/fps earlier helps. */
bool mk_renderer_frame (mk_renderer *renderer, double time_s, mk_frame *frame, const mk_job *job, GError **error);

/* What it carries from frame to frame, for another renderer of the same scene and options: loaded with what was saved behind
 * the frame at `time_s`, it makes the next one as this would have. Bytes; 0 = nothing is carried. */
size_t mk_renderer_memory_length (const mk_renderer *renderer);
void   mk_renderer_save_memory (const mk_renderer *renderer, void *memory);
void   mk_renderer_load_memory (mk_renderer *renderer, const void *memory, double time_s);

/* Stops of light that the automatic exposure adds, the same for a whole film. */
float mk_renderer_exposure_ev (const mk_renderer *renderer);
