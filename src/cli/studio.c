#include "cli/studio.h"

#include "base/pool.h"
#include "render/render.h"

#define FILM_SHARE 0.4 /* of a film: what happens has begun and is not over */

static mk_json *
command (const char *op, const char *key, const char *value)
{
  mk_json *made = mk_json_new_object ();
  mk_json_set (made, "op", mk_json_new_string (op));
  mk_json_set (made, key, mk_json_new_string (value));
  return made;
}

mk_json *
mk_studio_commands (const char *op, const char *key, const char *value)
{
  mk_json *commands = mk_json_new_array (), *thing = command (op, "id", "thing-1");
  mk_json_set (thing, key, mk_json_new_string (value));
  mk_json_append (commands, command ("sky", "kind", "studio"));
  mk_json_append (commands, command ("ground", "surface", "studio"));
  mk_json_append (commands, thing);
  return commands;
}

mk_image *
mk_studio_picture (const mk_stage *stage, const mk_json *commands, int width, int height, GError **error)
{
  g_autoptr (mk_scene) scene = mk_scene_new ();
  for (size_t i = 0; i < mk_json_length (commands); i++) {
    mk_scene *next = mk_scene_apply (stage, scene, mk_json_at (commands, i), error);
    if (next == NULL)
      return NULL;
    mk_scene_unref (scene);
    scene = next;
  }
  g_autoptr (mk_scene) whole = mk_scene_complete (stage, scene, (float)width / (float)height, error);
  g_autoptr (mk_pool) pool = mk_pool_new (0);
  mk_render_options options = { .width = width, .height = height, .quality = MK_QUALITY_DRAFT, .passes = MK_PASS_COLOR };
  g_autoptr (mk_renderer) renderer = whole != NULL ? mk_renderer_new (whole, &options, pool, error) : NULL;
  g_auto (mk_frame) frame = { 0 };
  if (renderer == NULL || !mk_renderer_frame (renderer, (double)whole->duration_s * FILM_SHARE, &frame, NULL, error))
    return NULL;
  return g_steal_pointer (&frame.color);
}
