#include "scene/apply.h"

#include "scene/ops.h"

static const struct {
  const char *name;
  mk_scene_op run;
} ops[] = {
#define X(name) { #name, mk_apply_##name },
  MK_SCENE_OPS (X)
#undef X
  { NULL, NULL },
};

static mk_scene_op
find_op (const char *name)
{
  for (size_t i = 0; ops[i].name != NULL; i++)
    if (g_str_equal (ops[i].name, name))
      return ops[i].run;
  return NULL;
}

mk_scene *
mk_scene_apply (const mk_stage *stage, const mk_scene *before, const mk_json *command, GError **error)
{
  const char *name = mk_json_get_string (mk_json_get (command, "op"));
  mk_scene_op run = find_op (name);
  if (run == NULL) {
    mk_error (error, MK_ERROR_USAGE, "“%s” is no scene command", name);
    return NULL;
  }
  g_autoptr (mk_scene) scene = mk_scene_edit (before);
  if (scene->commands == NULL)
    scene->commands = mk_json_new_array ();
  int index = (int)mk_json_length (scene->commands);
  mk_json *own = mk_json_copy (command);
  mk_json_append (scene->commands, own);
  if (!run (stage, scene, own, index, error)) {
    g_prefix_error (error, "command %d (%s): ", index + 1, name);
    return NULL;
  }
  return g_steal_pointer (&scene);
}
