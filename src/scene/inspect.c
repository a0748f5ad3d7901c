#include "scene/inspect.h"

#include <string.h>

static const char *
text_of (const mk_json *object, const char *key)
{
  return mk_json_get_string (mk_json_get (object, key));
}

const char *
mk_finding_name (mk_finding_kind kind)
{
  static const char *const names[] = { "intersection", "floating", "frame", "relation" };
  return names[kind];
}

void
mk_inspect_note (mk_inspection *in, mk_finding_kind kind, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  mk_finding finding = { kind, g_strdup_vprintf (format, args) };
  va_end (args);
  g_array_append_val (in->findings, finding);
}

const char *
mk_inspect_name (const mk_inspection *in, int root)
{
  const mk_scene_node *node = mk_scene_get_node (in->scene, root);
  return node->id != NULL ? node->id : node->name != NULL ? node->name : "?";
}

/* "cube-1" names "cube-1.2" too. */
static bool
names (const char *target, const char *id)
{
  size_t n = strcspn (target, "/");
  return id != NULL && strncmp (target, id, n) == 0 && (id[n] == 0 || id[n] == '.');
}

static bool
place_has (const mk_json *command, const char *relation, const char *target)
{
  const mk_json *place = mk_json_get (command, "place");
  for (size_t i = 0; i < mk_json_length (place); i++) {
    const mk_json *one = mk_json_at (place, i), *targets = mk_json_get (one, "targets");
    if (relation != NULL && !g_str_equal (text_of (one, "relation"), relation))
      continue;
    for (size_t k = 0; k < mk_json_length (targets) && target != NULL; k++)
      if (names (mk_json_get_string (mk_json_at (targets, k)), target))
        return true;
    if (target == NULL)
      return true;
  }
  return false;
}

static bool
speaks_of (const mk_json *command, const char *id)
{
  const mk_json *targets = mk_json_get (command, "targets");
  for (size_t i = 0; i < mk_json_length (targets); i++)
    if (names (mk_json_get_string (mk_json_at (targets, i)), id))
      return true;
  return targets == NULL;
}

bool
mk_inspect_is_placed (const mk_inspection *in, const mk_inspected *who, const char *relation, const char *target)
{
  const char *id = mk_scene_get_node (in->scene, who->root)->id;
  if (place_has (who->command, relation, target))
    return true;
  for (size_t i = 0; i < mk_json_length (in->scene->commands); i++) {
    const mk_json *command = mk_json_at (in->scene->commands, i);
    if (g_str_equal (text_of (command, "op"), "transform") && speaks_of (command, id) && place_has (command, relation, target))
      return true;
  }
  return false;
}

/* Those who act, by whom and to whom. */
static bool
takes_part (const mk_json *command, const char *id)
{
  return speaks_of (command, id) || names (text_of (command, "by"), id) || names (text_of (command, "to"), id);
}

bool
mk_inspect_makes_meet (const mk_inspection *in, const char *id_a, const char *id_b)
{
  static const char *const motions[] = { "hug", "meet", "fight", "give", "dance", NULL }, *const hows[] = { "throw", "kick", "pass", "catch", "couple", NULL };
  for (size_t i = 0; i < mk_json_length (in->scene->commands); i++) {
    const mk_json *command = mk_json_at (in->scene->commands, i);
    bool is_meeting = g_strv_contains (motions, text_of (command, "motion")) || g_strv_contains (hows, text_of (command, "how"));
    if (is_meeting && g_str_equal (text_of (command, "op"), "animate") && takes_part (command, id_a) && takes_part (command, id_b))
      return true;
  }
  return false;
}

bool
mk_inspect_picks (const mk_inspection *in, const char *id)
{
  static const char *const hows[] = { "pick", "plant", NULL };
  for (size_t i = 0; i < mk_json_length (in->scene->commands); i++) {
    const mk_json *command = mk_json_at (in->scene->commands, i);
    if (g_strv_contains (hows, text_of (command, "how")) && speaks_of (command, id))
      return true;
  }
  return false;
}

bool
mk_inspect_lands_on (const mk_inspection *in, const char *id, const char *target)
{
  for (size_t i = 0; i < mk_json_length (in->scene->commands); i++) {
    const mk_json *command = mk_json_at (in->scene->commands, i);
    if (g_str_equal (text_of (command, "end"), "on") && mk_json_has (command, "targets") && speaks_of (command, id) && names (text_of (command, "to"), target))
      return true;
  }
  return false;
}

bool
mk_inspect_tumbles (const mk_inspection *in, const char *id)
{
  for (size_t i = 0; i < mk_json_length (in->scene->commands); i++) {
    const mk_json *command = mk_json_at (in->scene->commands, i);
    if (g_str_equal (text_of (command, "op"), "physics") && takes_part (command, id))
      return true;
  }
  return false;
}

bool
mk_inspect_is_seated (const mk_inspection *in, const mk_inspected *who)
{
  return mk_scene_get_node (in->scene, who->root)->is_posed;
}

bool
mk_inspect_moves (const mk_inspection *in, const mk_inspected *who)
{
  const char *id = mk_scene_get_node (in->scene, who->root)->id;
  for (size_t i = 0; i < mk_json_length (in->scene->commands); i++) {
    const mk_json *command = mk_json_at (in->scene->commands, i);
    const char *op = text_of (command, "op");
    if ((g_str_equal (op, "animate") || g_str_equal (op, "physics")) && (speaks_of (command, id) || names (text_of (command, "by"), id)))
      return true;
  }
  return false;
}

static void
find_things (mk_inspection *in)
{
  for (int i = 0; i < (int)in->scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (in->scene, i);
    if (!mk_scene_is_thing (in->scene, i) || node->is_hidden || node->command < 0)
      continue;
    mk_inspected thing = { .root = i, .box = mk_scene_bounds (in->scene, in->pose, i), .command = mk_json_at (in->scene->commands, (size_t)node->command) };
    thing.info = node->object != NULL ? mk_library_find (in->stage->library, node->object) : NULL;
    if (thing.box.min.x <= thing.box.max.x && !g_str_equal (text_of (thing.command, "op"), "light"))
      g_array_append_val (in->things, thing);
  }
}

static void
finding_clear (void *finding)
{
  g_free (((mk_finding *)finding)->text);
}

GArray *
mk_scene_inspect (const mk_stage *stage, const mk_scene *scene, float aspect)
{
  mk_inspection in = { .stage = stage, .scene = scene, .aspect = aspect };
  in.pose = mk_pose_new (scene, 0);
  in.last = mk_pose_new (scene, (double)scene->duration_s);
  in.things = g_array_new (FALSE, FALSE, sizeof (mk_inspected));
  in.findings = g_array_new (FALSE, FALSE, sizeof (mk_finding));
  g_array_set_clear_func (in.findings, finding_clear);
  find_things (&in);
  mk_inspect_touch (&in);
  mk_inspect_relations (&in);
  mk_inspect_frame (&in);
  g_array_unref (in.things);
  mk_pose_free (in.pose);
  mk_pose_free (in.last);
  return in.findings;
}
