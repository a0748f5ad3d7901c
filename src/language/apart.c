/* The room that a way needs: who goes to something that is new begins far enough away to be seen going. */
#include <string.h>

#include "language/constructions.h"

#define STEPS 1.8  /* lengths of who walks or rolls there */
#define STRIDES 3. /* and of who runs, drives or flies */
#define SIGHT 0.35 /* of what it goes to: nearer, a small thing would not be seen to move before a big one */
#define FARTHEST 20

static double
size_of (const mk_thing *thing)
{
  double scale = mk_json_has (thing->add, "scale") ? mk_json_get_real (mk_json_get (thing->add, "scale")) : 1;
  return thing->info != NULL ? (double)thing->info->size_m * scale : 1;
}

static bool
is_free (const mk_thing *thing)
{
  return thing->command >= 0 && !mk_json_has (thing->add, "place") && !mk_json_has (thing->add, "position");
}

/* Another comes from the left already. */
static bool
is_approached (const mk_parser *p, const mk_thing *goal)
{
  for (guint t = 0; t < p->things->len; t++) {
    const mk_json *place = mk_json_get (mk_thing_at (p, (int)t)->add, "place");
    for (size_t i = 0; i < mk_json_length (place); i++)
      if (mk_json_has_text (mk_json_get (mk_json_at (place, i), "targets"), goal->id) && g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (place, i), "relation")), "left"))
        return true;
  }
  return false;
}

static void
set_apart (mk_parser *p, const mk_json *json, const char *id, const char *side)
{
  const char *motion = mk_json_get_string (mk_json_get (json, "motion"));
  int who = mk_thing_find (p, id), where = mk_thing_find (p, mk_json_get_string (mk_json_get (json, "to")));
  if (who < 0 || where < 0 || who == where || mk_json_has (json, "by") != (g_str_equal (motion, "push") || g_str_equal (motion, "pull")))
    return;
  mk_refs goer = { .n = 1, .thing = { who } }, goal = { .n = 1, .thing = { where } };
  const mk_thing *a = mk_thing_at (p, who), *b = mk_thing_at (p, where);
  double gap = MIN (MAX ((mk_world_has (p, "motions", "strides", motion) ? STRIDES : STEPS) * size_of (a), SIGHT * size_of (b)), FARTHEST * size_of (a));
  if (is_free (a))
    mk_place_add (p, &goer, side, &goal, gap);
  else if (is_free (b))
    mk_place_add (p, &goal, "right", &goer, gap);
}

void
mk_set_goals_apart (mk_parser *p)
{
  for (guint i = 0; i < p->commands->len; i++) {
    const mk_command *command = &g_array_index (p->commands, mk_command, i);
    int goal = mk_thing_find (p, mk_json_get_string (mk_json_get (command->json, "to")));
    if (command->is_dropped || goal < 0 || !mk_world_has (p, "motions", "approaches", mk_json_get_string (mk_json_get (command->json, "motion"))))
      continue;
    const char *side = is_approached (p, mk_thing_at (p, goal)) ? "right" : "left";
    const mk_json *targets = mk_json_get (command->json, "targets");
    for (size_t t = 0; t < mk_json_length (targets); t++)
      set_apart (p, command->json, mk_json_get_string (mk_json_at (targets, t)), side);
  }
}
