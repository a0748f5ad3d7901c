/* animate: things move. */
#include <string.h>

#include "scene/fields.h"
#include "scene/motion.h"
#include "scene/ops.h"

static const char *const keys[] = { "id", "targets", "motion", "start_s", "duration_s", "after", "with", "speed", "repeat", "easing", "axis", "turns",
                                    "height_m", "to", "end", "by", "how", "direction", "distance_m", "around", "along", "radius_m", "angle_deg", "factor", "points", "closed",
                                    "anticipation", "squash", "follow_through", "arcs", "limp", NULL };

static const mk_motion_kind kinds[] = {
  { "spin", mk_plan_spin, mk_natural_spin, MK_EASE_LINEAR },
  { "bounce", mk_plan_bounce, mk_natural_bounce, MK_EASE_LINEAR },
  { "jump", mk_plan_jump, mk_natural_jump, MK_EASE_LINEAR },
  { "roll", mk_plan_roll, mk_natural_roll, MK_EASE_IN_OUT },
  { "slide", mk_plan_travel, mk_natural_travel, MK_EASE_IN_OUT },
  { "drive", mk_plan_drive, mk_natural_drive, MK_EASE_IN_OUT },
  { "move", mk_plan_travel, mk_natural_travel, MK_EASE_IN_OUT },
  { "fly", mk_plan_fly, mk_natural_fly, MK_EASE_IN_OUT },
  { "float", mk_plan_float, mk_natural_float, MK_EASE_LINEAR },
  { "hover", mk_plan_float, mk_natural_float, MK_EASE_LINEAR },
  { "orbit", mk_plan_orbit, mk_natural_orbit, MK_EASE_LINEAR },
  { "circle", mk_plan_orbit, mk_natural_orbit, MK_EASE_LINEAR },
  { "swing", mk_plan_swing, mk_natural_swing, MK_EASE_LINEAR },
  { "rock", mk_plan_rock, mk_natural_rock, MK_EASE_LINEAR },
  { "sway", mk_plan_rock, mk_natural_rock, MK_EASE_LINEAR },
  { "shake", mk_plan_shake, mk_natural_shake, MK_EASE_LINEAR },
  { "wobble", mk_plan_wobble, mk_natural_wobble, MK_EASE_LINEAR },
  { "nod", mk_plan_nod, mk_natural_nod, MK_EASE_LINEAR },
  { "fall", mk_plan_fall, mk_natural_fall, MK_EASE_LINEAR },
  { "rise", mk_plan_rise, mk_natural_rise, MK_EASE_IN_OUT },
  { "grow", mk_plan_scale, mk_natural_scale, MK_EASE_IN_OUT },
  { "shrink", mk_plan_scale, mk_natural_scale, MK_EASE_IN_OUT },
  { "pulse", mk_plan_pulse, mk_natural_pulse, MK_EASE_LINEAR },
  { "fade-in", mk_plan_fade, mk_natural_fade, MK_EASE_LINEAR },
  { "fade-out", mk_plan_fade, mk_natural_fade, MK_EASE_LINEAR },
  { "blink", mk_plan_blink, mk_natural_blink, MK_EASE_LINEAR },
  { "path", mk_plan_path, mk_natural_path, MK_EASE_IN_OUT },
  { "follow", mk_plan_follow, mk_natural_follow, MK_EASE_LINEAR },
  { "walk", mk_plan_walk, mk_natural_walk, MK_EASE_DEFAULT },
  { "run", mk_plan_walk, mk_natural_walk, MK_EASE_DEFAULT },
  { "swim", mk_plan_swim, mk_natural_swim, MK_EASE_DEFAULT },
  { "turn", mk_plan_turn, mk_natural_turn, MK_EASE_DEFAULT },
  { "wave", mk_plan_wave, mk_natural_wave, MK_EASE_DEFAULT },
  { "dance", mk_plan_dance, mk_natural_dance, MK_EASE_DEFAULT },
  { "sit", mk_plan_sit, mk_natural_sit, MK_EASE_DEFAULT },
  { "stand", mk_plan_stand, mk_natural_stand, MK_EASE_DEFAULT },
  { "look-at", mk_plan_look, mk_natural_look, MK_EASE_DEFAULT },
  { "open", mk_plan_open, mk_natural_open, MK_EASE_DEFAULT },
  { "close", mk_plan_open, mk_natural_open, MK_EASE_DEFAULT },
  { "give", mk_plan_pass, mk_natural_pass, MK_EASE_DEFAULT },
  { "fight", mk_plan_fight, mk_natural_fight, MK_EASE_DEFAULT },
  { "hug", mk_plan_hug, mk_natural_hug, MK_EASE_DEFAULT },
  { "meet", mk_plan_meet, mk_natural_meet, MK_EASE_DEFAULT },
  { "push", mk_plan_push, mk_natural_push, MK_EASE_DEFAULT },
  { "pull", mk_plan_push, mk_natural_push, MK_EASE_DEFAULT },
  { "climb", mk_plan_climb, mk_natural_climb, MK_EASE_DEFAULT },
  { "dive", mk_plan_dive, mk_natural_dive, MK_EASE_DEFAULT },
  { "point", mk_plan_point, mk_natural_point, MK_EASE_DEFAULT },
  { "swap", mk_plan_swap, mk_natural_swap, MK_EASE_IN_OUT },
  { "flap", mk_plan_flap, mk_natural_flap, MK_EASE_DEFAULT },
  { "gesture", mk_plan_gesture, mk_natural_gesture, MK_EASE_DEFAULT },
};

const mk_motion_kind *
mk_motion_kind_find (const char *name)
{
  for (size_t i = 0; i < MK_COUNT (kinds); i++)
    if (g_str_equal (kinds[i].name, name))
      return &kinds[i];
  return NULL;
}

static const mk_motion_kind *
read_kind (const mk_json *command, GError **error)
{
  const char *name = NULL;
  if (!mk_field_string (command, "motion", &name, error))
    return NULL;
  const mk_motion_kind *kind = name != NULL ? mk_motion_kind_find (name) : NULL;
  if (kind != NULL)
    return kind;
  g_autoptr (GString) known = g_string_new (NULL);
  for (size_t i = 0; i < MK_COUNT (kinds); i++)
    g_string_append_printf (known, "%s%s", i > 0 ? ", " : "", kinds[i].name);
  mk_error (error, MK_ERROR_RANGE, "“motion” is “%s”; there are: %s", name != NULL ? name : "missing", known->str);
  return NULL;
}

/* What `targets` names; without any, everything that has a body and is no ground. */
static GArray *
find_nodes (const mk_scene *scene, const mk_json *command, GError **error)
{
  g_autoptr (GArray) nodes = g_array_new (FALSE, FALSE, sizeof (int));
  const mk_json *targets = mk_json_get (command, "targets");
  for (size_t i = 0; i < mk_json_length (targets); i++) {
    g_autoptr (GArray) found = mk_scene_find_targets (scene, mk_json_get_string (mk_json_at (targets, i)), error);
    if (found == NULL)
      return NULL;
    g_array_append_vals (nodes, found->data, found->len);
  }
  for (int i = 0; i < (int)scene->nodes->len && mk_json_length (targets) == 0; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, i);
    if (node->id != NULL && !node->is_ground && node->light < 0 && node->camera < 0)
      g_array_append_val (nodes, i);
  }
  if (nodes->len > 0)
    return g_steal_pointer (&nodes);
  mk_error (error, MK_ERROR_NOT_FOUND, "there is nothing yet that could move");
  return NULL;
}

static bool
read_shared (mk_act *act, const mk_motion_kind *kind, GError **error)
{
  double repeat = 0, limp = 0;
  int easing = -1;
  act->speed = 1;
  if (!mk_field_float (act->command, "speed", 0.01, 100, &act->speed, error) || !mk_field_number (act->command, "repeat", 0, 10000, &repeat, error) ||
      !mk_field_number (act->command, "limp", 0, 1, &limp, error) ||
      !mk_field_choice (act->command, "easing", mk_easing_words, &easing, error))
    return false;
  act->repeat = (unsigned)repeat;
  act->easing = easing >= 0 ? (mk_easing)(easing + 1) : kind->easing;
  return true;
}

static void
aim (mk_act *act, int node, unsigned index)
{
  act->node = node;
  act->root = mk_scene_thing_of (act->scene, node);
  act->index = index;
  mk_act_measure (act);
}

/* How long it takes when nobody says; 0 = it goes on. */
static double
natural_duration (mk_act *act, const mk_motion_kind *kind, const GArray *nodes)
{
  double longest = 0;
  for (guint i = 0; i < nodes->len && i < 16; i++) { /* copies are alike: sixteen are enough to ask */
    aim (act, g_array_index (nodes, int, i), i);
    longest = fmax (longest, kind->natural (act));
  }
  return longest;
}

static bool
resolve_duration (mk_act *act, const mk_motion_kind *kind, const GArray *nodes, GError **error)
{
  double asked = 0, left = (double)act->scene->duration_s - act->start_s;
  if (!mk_field_number (act->command, "duration_s", 0, 600, &asked, error))
    return false;
  act->duration_s = asked;
  if (asked > 0)
    return true;
  double natural = natural_duration (act, kind, nodes);
  if (natural > 0 && act->scene->is_duration_fixed && natural > left && left > 0.35 * natural)
    natural = left; /* a little faster rather than cut off */
  act->duration_s = natural > 0 ? fmin (natural, 600 - act->start_s) : left > 0.1 ? left : 4;
  return act->duration_s > 0 || mk_error (error, MK_ERROR_RANGE, "no time is left: it would start at %g s", act->start_s);
}

static mk_vec3
group_middle (mk_act *act, const GArray *nodes)
{
  mk_vec3 sum = { 0, 0, 0 };
  for (guint i = 0; i < nodes->len; i++) {
    aim (act, g_array_index (nodes, int, i), i);
    sum = mk_vec3_add (sum, act->at);
  }
  return mk_vec3_scale (sum, 1 / (float)nodes->len);
}

static bool
plan_all (mk_act *act, const mk_motion_kind *kind, const GArray *nodes, GError **error)
{
  act->n = nodes->len;
  act->group = group_middle (act, nodes);
  for (guint i = 0; i < nodes->len; i++) {
    aim (act, g_array_index (nodes, int, i), i);
    if (!kind->plan (act, error))
      return false;
  }
  return true;
}

bool
mk_apply_animate (const mk_stage *stage, mk_scene *scene, mk_json *command, int index, GError **error)
{
  (void)index;
  mk_act act = { .stage = stage, .scene = scene, .command = command };
  if (!mk_fields_check (command, keys, error))
    return false;
  const mk_motion_kind *kind = read_kind (command, error);
  g_autoptr (GArray) nodes = kind != NULL ? find_nodes (scene, command, error) : NULL;
  if (nodes == NULL || !read_shared (&act, kind, error) || !mk_times_start (scene, command, &act.start_s, error))
    return false;
  act.n = nodes->len;
  act.group = group_middle (&act, nodes);
  return resolve_duration (&act, kind, nodes, error) && plan_all (&act, kind, nodes, error) &&
         mk_times_settle (stage, scene, command, act.start_s, act.duration_s, error);
}

/* --- a longer film --- */

/* Whether `cause` begins where the other ends, and for one of those whom the other moves: then that is over. */
static bool
takes_over (const mk_json *cause, const mk_json *targets, double end_s)
{
  const mk_json *own = mk_json_get (cause, "targets");
  bool is_shared = false;
  for (size_t i = 0; i < mk_json_length (own); i++)
    for (size_t k = 0; k < mk_json_length (targets); k++)
      is_shared |= g_str_equal (mk_json_get_string (mk_json_at (own, i)), mk_json_get_string (mk_json_at (targets, k)));
  return is_shared && fabs (mk_json_get_real (mk_json_get (cause, "start_s")) - end_s) < 2e-3;
}

static bool
goes_on (mk_act *act, const mk_motion_kind *kind, const GArray *nodes)
{
  return natural_duration (act, kind, nodes) <= 0;
}

bool
mk_animate_extend (const mk_stage *stage, mk_scene *scene, const mk_json *cause, double old_end_s, GError **error)
{
  for (size_t i = 0; i < mk_json_length (scene->commands); i++) {
    mk_json *command = mk_json_at (scene->commands, i);
    const char *op = mk_json_get_string (mk_json_get (command, "op"));
    double start = mk_json_get_real (mk_json_get (command, "start_s")), end = start + mk_json_get_real (mk_json_get (command, "duration_s"));
    if (g_str_equal (op, "camera") && command != cause && fabs (end - old_end_s) < 2e-3) /* it is baked again when the film is complete */
      mk_json_set (command, "duration_s", mk_json_new_real (round (((double)scene->duration_s - start) * 1e4) / 1e4));
    if (command == cause || !g_str_equal (op, "animate"))
      continue;
    const mk_motion_kind *kind = read_kind (command, NULL);
    if (fabs (end - old_end_s) > 2e-3 || kind == NULL || takes_over (cause, mk_json_get (command, "targets"), end))
      continue;
    mk_act act = { .stage = stage, .scene = scene, .command = command, .start_s = old_end_s, .duration_s = (double)scene->duration_s - old_end_s };
    g_autoptr (GArray) nodes = find_nodes (scene, command, NULL);
    if (nodes == NULL || !read_shared (&act, kind, error) || !goes_on (&act, kind, nodes))
      continue;
    if (!plan_all (&act, kind, nodes, error))
      return false;
    mk_json_set (command, "duration_s", mk_json_new_real (round (((double)scene->duration_s - start) * 1e4) / 1e4));
  }
  return true;
}
