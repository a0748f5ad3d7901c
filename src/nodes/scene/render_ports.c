#include "nodes/scene/render_ports.h"

const char *const mk_scene_qualities[] = { "draft", "standard", "final", NULL };

static void
preview (void *user, const uint8_t *rgb8, int width, int height)
{
  mk_run_preview (user, rgb8, width, height);
}

mk_renderer *
mk_run_renderer (mk_run *run, unsigned passes, mk_scene **complete, GError **error)
{
  const mk_stage *stage = mk_run_stage (run, error);
  mk_scene *given = mk_run_get_data (run, "scene", &mk_scene_type);
  if (stage == NULL)
    return NULL;
  if (given == NULL) {
    mk_error (error, MK_ERROR_TYPE, "scene: there is none");
    return NULL;
  }
  mk_render_options options = { .width = (int)mk_run_get_int (run, "width"), .height = (int)mk_run_get_int (run, "height"), .seed = mk_run_get_uint (run, "seed"),
                                .n_samples = (unsigned)MAX (mk_run_get_int (run, "samples"), 0), .no_denoise = mk_run_has (run, "denoise") && !mk_run_get_bool (run, "denoise"),
                                .shutter_s = -1, .passes = passes,
                                .cancel = mk_run_job (run) != NULL ? mk_run_job (run)->cancel : NULL, .preview = preview, .preview_user = run };
  for (int q = 0; mk_scene_qualities[q] != NULL; q++)
    if (g_str_equal (mk_scene_qualities[q], mk_run_get_string (run, "quality")))
      options.quality = (mk_render_quality)q;
  g_autoptr (mk_scene) whole = mk_scene_complete (stage, given, (float)options.width / (float)options.height, error);
  if (whole == NULL)
    return NULL;
  mk_renderer *renderer = mk_renderer_new (whole, &options, mk_run_pool (run), error);
  if (renderer != NULL)
    *complete = g_steal_pointer (&whole);
  return renderer;
}
