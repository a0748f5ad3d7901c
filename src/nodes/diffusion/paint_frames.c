/* paint_frames.c - a clip painted anew, frame by frame: becomes a chain of sampler nodes, each beginning with what the one
 * before became, carried along by the scene's motion. The same noise for every frame. */
#include "diffusion/sampler.h"
#include "diffusion/schedule.h"
#include "nodes/image/inputs.h"

enum { MOST = 1000 };

#define LINK .raw_link = true
static const mk_port inputs[] = {
  { "model", "MODEL", LINK },
  { "positive", "CONDITIONING", LINK },
  { "negative", "CONDITIONING", LINK },
  { "vae", "VAE", LINK },
  { "control_net", "CONTROL_NET", LINK },
  { "images", "IMAGE", "The clip's frames.", LINK },
  { "hints", "IMAGE", "What the ControlNet sees of each.", LINK },
  { "motion", "IMAGE", "Of each frame since the one before.", LINK },
  { "frames", "INT", "How many; 0 = all of the clip.", MK_INT_RANGE (0, MOST, 1, 1) },
  { "seed", "INT", MK_SEED },
  { "steps", "INT", MK_INT_RANGE (1, 10000, 20, 1) },
  { "cfg", "FLOAT", MK_FLOAT_RANGE (0, 100, 7, 0.1) },
  { "sampler_name", "COMBO", .options = mk_sampler_names },
  { "scheduler", "COMBO", .options = mk_scheduler_names },
  { "denoise", "FLOAT", "How much is made anew.", MK_FLOAT_RANGE (0, 1, 0.6, 0.01) },
  { "strength", "FLOAT", "Of the ControlNet.", MK_FLOAT_RANGE (0, 10, 1, 0.01) },
  { "carry", "FLOAT", "How much of the frame before is carried along; 0 = every frame for itself.", MK_FLOAT_RANGE (0, 1, 0.7, 0.01) },
  { "clip", "IMAGE", "The frames again, to be counted when “frames” is 0.", .need = MK_OPTIONAL },
  { 0 } };
static const mk_port outputs[] = { { "IMAGE", "IMAGE" }, { 0 } };

typedef struct {
  mk_run *run;
  mk_json *graph;
  int n;
} builder;

static mk_json *
link_to (const char *id, int output)
{
  mk_json *link = mk_json_new_array ();
  mk_json_append (link, mk_json_new_string (id));
  mk_json_append (link, mk_json_new_int (output));
  return link;
}

/* What is wired to an input of ours. */
static mk_json *
given (const builder *b, const char *input)
{
  return mk_json_copy (mk_value_get_json (mk_run_get (b->run, input)));
}

/* A new node; its inputs are set by the caller. The id lives as long as the graph. */
static const char *
add (builder *b, const char *class_type, mk_json **values)
{
  g_autofree char *id = g_strdup_printf ("%s.0.0.%d", mk_run_node_id (b->run), ++b->n);
  mk_json *node = mk_json_new_object ();
  *values = mk_json_new_object ();
  mk_json_set (node, "class_type", mk_json_new_string (class_type));
  mk_json_set (node, "inputs", *values);
  mk_json_set (b->graph, id, node);
  return g_intern_string (id);
}

static const char *
pick (builder *b, const char *input, int index)
{
  mk_json *values;
  const char *id = add (b, "ImageFromBatch", &values);
  mk_json_set (values, "image", given (b, input));
  mk_json_set (values, "batch_index", mk_json_new_int (index));
  mk_json_set (values, "length", mk_json_new_int (1));
  return id;
}

static const char *
carry (builder *b, const char *before, int index)
{
  mk_json *values;
  const char *id = add (b, "ImageWarpByMotion", &values);
  mk_json_set (values, "image", link_to (before, 0));
  mk_json_set (values, "frame", given (b, "images"));
  mk_json_set (values, "motion", given (b, "motion"));
  mk_json_set (values, "index", mk_json_new_int (index));
  mk_json_set (values, "amount", mk_json_new_real (mk_run_get_real (b->run, "carry")));
  return id;
}

static const char *
paint (builder *b, const char *beginning, const char *hint)
{
  mk_json *encode, *control, *sample, *decode;
  const char *latent = add (b, "VAEEncode", &encode), *conditions = add (b, "ControlNetApplyAdvanced", &control), *sampled = add (b, "KSampler", &sample), *picture = add (b, "VAEDecode", &decode);
  mk_json_set (encode, "pixels", link_to (beginning, 0));
  mk_json_set (encode, "vae", given (b, "vae"));
  static const char *const links[] = { "positive", "negative", "control_net" };
  for (size_t i = 0; i < MK_COUNT (links); i++)
    mk_json_set (control, links[i], given (b, links[i]));
  mk_json_set (control, "image", link_to (hint, 0));
  mk_json_set (control, "strength", mk_json_new_real (mk_run_get_real (b->run, "strength")));
  mk_json_set (control, "start_percent", mk_json_new_real (0));
  mk_json_set (control, "end_percent", mk_json_new_real (1));
  mk_json_set (sample, "model", given (b, "model"));
  mk_json_set (sample, "seed", mk_json_new_uint (mk_run_get_uint (b->run, "seed")));
  mk_json_set (sample, "steps", mk_json_new_int (mk_run_get_int (b->run, "steps")));
  mk_json_set (sample, "cfg", mk_json_new_real (mk_run_get_real (b->run, "cfg")));
  mk_json_set (sample, "sampler_name", mk_json_new_string (mk_run_get_string (b->run, "sampler_name")));
  mk_json_set (sample, "scheduler", mk_json_new_string (mk_run_get_string (b->run, "scheduler")));
  mk_json_set (sample, "positive", link_to (conditions, 0));
  mk_json_set (sample, "negative", link_to (conditions, 1));
  mk_json_set (sample, "latent_image", link_to (latent, 0));
  mk_json_set (sample, "denoise", mk_json_new_real (mk_run_get_real (b->run, "denoise")));
  mk_json_set (decode, "samples", link_to (sampled, 0));
  mk_json_set (decode, "vae", given (b, "vae"));
  return picture;
}

static const char *
join (builder *b, const char *first, const char *second)
{
  mk_json *values;
  const char *id = add (b, "ImageBatch", &values);
  mk_json_set (values, "image1", link_to (first, 0));
  mk_json_set (values, "image2", link_to (second, 0));
  return id;
}

/* One batch of all: neighbours are joined until one is left, so that a picture is copied log2 n times. */
static const char *
join_all (builder *b, const char **ids, int n)
{
  for (; n > 1; n = (n + 1) / 2)
    for (int i = 0; i < n; i += 2)
      ids[i / 2] = i + 1 < n ? join (b, ids[i], ids[i + 1]) : ids[i];
  return ids[0];
}

/* 0, with an error, when nothing says how many. */
static int
count_frames (mk_run *r, GError **error)
{
  int n = (int)CLAMP (mk_run_get_int (r, "frames"), 0, MOST);
  if (n > 0)
    return n;
  if (!mk_run_has (r, "clip")) {
    mk_error (error, MK_ERROR_USAGE, "frames: 0 paints all of a clip, so wire its pictures to “clip” too, or say how many");
    return 0;
  }
  const mk_image *clip = mk_run_get_image (r, "clip", error);
  return clip != NULL ? MIN (clip->n, MOST) : 0;
}

static bool
run (mk_run *r, GError **error)
{
  int n = count_frames (r, error);
  if (n == 0)
    return false;
  builder b = { r, mk_json_new_object (), 0 };
  const char *before = NULL;
  g_autofree const char **painted = g_new (const char *, n);
  bool carries = mk_run_get_real (r, "carry") > 0;
  for (int i = 0; i < n; i++) {
    const char *beginning = carries && before != NULL ? carry (&b, before, i) : pick (&b, "images", i);
    before = painted[i] = paint (&b, beginning, pick (&b, "hints", i));
  }
  mk_json *result = mk_json_new_array ();
  mk_json_append (result, link_to (join_all (&b, painted, n), 0));
  mk_run_expand (r, b.graph, result);
  return true;
}

const mk_node_def mk_node_paint_frames = {
  .id = "PaintFrames", .label = "Paint Frames", .category = "scene/control", .version = 1,
  .help = "Paints a clip anew, frame by frame, each beginning with what the one before became.",
  .inputs = inputs, .outputs = outputs, .run = run };
