/* Several who do one thing, each by itself: "one after the other", "in opposite directions". Done when the whole sentence is read,
 * so that what is said later of the action is said of each. */
#include <string.h>

#include "language/constructions.h"

#define MAX_EACH 12 /* more than that are a crowd, in which nobody sees whose turn it is */

mk_each
mk_each_of (const mk_json *value)
{
  const char *word = mk_json_get_string (mk_json_get (value, "each"));
  return g_str_equal (word, "turn") ? MK_EACH_TURN : g_str_equal (word, "apart") ? MK_EACH_APART : g_str_equal (word, "across") ? MK_EACH_ACROSS : MK_EACH_NONE;
}

/* The names of all who act, copy by copy; g_ptr_array_unref. */
static GPtrArray *
find_actors (const mk_parser *p, const mk_json *targets)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  for (size_t i = 0; i < mk_json_length (targets); i++) {
    const char *target = mk_json_get_string (mk_json_at (targets, i));
    int index = mk_thing_find (p, target);
    const mk_thing *thing = index >= 0 ? mk_thing_at (p, index) : NULL;
    if (thing == NULL || thing->count < 2 || !g_str_equal (thing->id, target))
      g_ptr_array_add (names, g_strdup (target));
    for (unsigned k = 1; thing != NULL && thing->count > 1 && g_str_equal (thing->id, target) && k <= thing->count; k++)
      g_ptr_array_add (names, g_strdup_printf ("%s.%u", target, k));
  }
  return names;
}

static void
set_targets (mk_json *json, const GPtrArray *names, guint from, guint to)
{
  mk_json *targets = mk_json_new_array ();
  for (guint i = from; i < to; i++)
    mk_json_append (targets, mk_json_new_string (names->pdata[i]));
  mk_json_set (json, "targets", targets);
}

/* The same action for others; NULL when there are too many commands. */
static mk_json *
copy_action (mk_parser *p, const mk_json *json, const GPtrArray *names, guint from, guint to)
{
  mk_json *own = mk_command_json (p, mk_command_new (p, "animate", MK_BUCKET_ACTION));
  if (own == NULL)
    return NULL;
  mk_set_fields (own, json);
  mk_set_text (own, "id", mk_new_id (p, mk_json_get_string (mk_json_get (json, "motion"))));
  set_targets (own, names, from, to);
  return own;
}

/* What waited for the first of them waits for the last. */
static void
wait_for_last (mk_parser *p, guint n_before, const char *first, const char *last)
{
  for (guint i = 0; i < n_before; i++) {
    mk_json *json = mk_command_json (p, (int)i);
    if (g_str_equal (mk_json_get_string (mk_json_get (json, "after")), first))
      mk_set_text (json, "after", last);
  }
}

static void
act_in_turn (mk_parser *p, mk_json *json, const GPtrArray *names)
{
  guint n_before = p->commands->len;
  const char *first = mk_json_get_string (mk_json_get (json, "id")), *last = first;
  for (guint k = 1; k < names->len; k++) {
    mk_json *own = copy_action (p, json, names, k, k + 1);
    if (own == NULL)
      return;
    mk_json_remove (own, "with");
    mk_json_remove (own, "start_s");
    mk_set_text (own, "after", last);
    last = mk_json_get_string (mk_json_get (own, "id"));
  }
  wait_for_last (p, n_before, first, last);
  set_targets (json, names, 0, 1);
}

/* One half to one side, the other to the other; who meets comes from both. */
static void
act_opposite (mk_parser *p, mk_json *json, const GPtrArray *names, bool is_apart)
{
  mk_json_remove (json, "to");
  mk_json *other = copy_action (p, json, names, names->len / 2, names->len);
  if (other == NULL)
    return;
  set_targets (json, names, 0, names->len / 2);
  mk_set_text (json, "direction", is_apart ? "left" : "right");
  mk_set_text (other, "direction", is_apart ? "right" : "left");
}

void
mk_act_each (mk_parser *p)
{
  guint n = p->commands->len;
  for (guint i = 0; i < n; i++) {
    const mk_command *command = &g_array_index (p->commands, mk_command, i);
    mk_each each = command->each;
    mk_json *json = command->json;
    if (each == MK_EACH_NONE || command->is_dropped || !g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "animate"))
      continue;
    g_autoptr (GPtrArray) names = find_actors (p, mk_json_get (json, "targets"));
    if (names->len > MAX_EACH)
      mk_assume (p, "There are too many for one after the other; I let them do it together.");
    else if (names->len > 1 && each == MK_EACH_TURN)
      act_in_turn (p, json, names);
    else if (names->len > 1)
      act_opposite (p, json, names, each == MK_EACH_APART);
  }
}
