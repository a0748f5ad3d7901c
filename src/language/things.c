/* What there is to speak of, and the commands about it. */
#include <math.h>
#include <string.h>

#include "language/command.h"
#include "language/constructions.h"

/* --- commands --- */

int
mk_command_new (mk_parser *p, const char *op, mk_bucket bucket)
{
  if (p->commands->len >= MK_MAX_COMMANDS)
    return -1;
  const mk_refs *who = &p->subject;
  mk_command command = { .json = mk_json_new_object (), .bucket = bucket, .index = -1, .agent = who->n > 0 && who->copy[0] == 0 ? who->thing[0] : -1, .n_agents = who->n };
  mk_json_set (command.json, "op", mk_json_new_string (op));
  g_array_append_val (p->commands, command);
  return (int)p->commands->len - 1;
}

mk_json *
mk_command_json (const mk_parser *p, int command)
{
  return command >= 0 ? g_array_index (p->commands, mk_command, command).json : NULL;
}

int
mk_animate_new (mk_parser *p, const char *motion, const mk_refs *who)
{
  int command = mk_command_new (p, "animate", MK_BUCKET_ACTION);
  mk_json *json = mk_command_json (p, command);
  if (json == NULL)
    return -1;
  mk_set_text (json, "id", mk_new_id (p, motion));
  mk_json_set (json, "targets", mk_refs_to_json (p, who));
  mk_set_text (json, "motion", motion);
  return command;
}

void
mk_action_drop (mk_parser *p, int command)
{
  g_array_index (p->commands, mk_command, command).is_dropped = true;
  p->clause.action = p->last_action = -1;
}

int
mk_command_single (mk_parser *p, const char *op, mk_bucket bucket)
{
  for (guint i = 0; i < p->commands->len; i++)
    if (g_str_equal (mk_json_get_string (mk_json_get (mk_command_json (p, (int)i), "op")), op))
      return (int)i;
  return mk_command_new (p, op, bucket);
}

void
mk_set_text (mk_json *object, const char *key, const char *value)
{
  if (object != NULL)
    mk_json_set (object, key, mk_json_new_string (value));
}

mk_json *
mk_json_new_number (double value)
{
  double rounded = round (value * 1e4) / 1e4;
  return rounded == floor (rounded) && fabs (rounded) < 1e15 ? mk_json_new_int ((int64_t)rounded) : mk_json_new_real (rounded);
}

void
mk_set_real (mk_json *object, const char *key, double value)
{
  if (object != NULL)
    mk_json_set (object, key, mk_json_new_number (value));
}

void
mk_set_speed (mk_json *command, double speed)
{
  if (!g_str_equal (mk_json_get_string (mk_json_get (command, "op")), "physics"))
    mk_set_real (command, "speed", speed);
}

void
mk_set_fields (mk_json *object, const mk_json *fields)
{
  for (mk_json_iter i = mk_json_iterate (fields); object != NULL && mk_json_next (&i);)
    mk_json_set (object, i.key, mk_json_copy (i.value));
}

/* Letters, digits and single dashes of a word; at most 40. "thing" when nothing is left. */
static char *
slug_of (const char *word)
{
  GString *slug = g_string_new (NULL);
  g_autofree char *plain = g_str_to_ascii (word, "C"); /* "árbol" is arbol */
  for (const char *i = plain; *i != 0 && slug->len < 40; i++) {
    if (g_ascii_isalnum (*i))
      g_string_append_c (slug, g_ascii_tolower (*i));
    else if (slug->len > 0 && slug->str[slug->len - 1] != '-' && (*i == ' ' || *i == '-' || *i == '_'))
      g_string_append_c (slug, '-');
  }
  if (slug->len > 0 && slug->str[slug->len - 1] == '-')
    g_string_truncate (slug, slug->len - 1);
  if (slug->len == 0)
    g_string_assign (slug, "thing");
  return g_string_free (slug, FALSE);
}

const char *
mk_new_id (mk_parser *p, const char *prefix)
{
  g_autofree char *slug = slug_of (prefix);
  const char *key = g_string_chunk_insert_const (p->texts, slug);
  for (;;) {
    unsigned n = GPOINTER_TO_UINT (g_hash_table_lookup (p->ids, key)) + 1;
    g_hash_table_insert (p->ids, (void *)key, GUINT_TO_POINTER (n));
    g_autofree char *id = g_strdup_printf ("%s-%u", key, n);
    if (mk_commands_find_id (p->context, id) == NULL)
      return g_string_chunk_insert (p->texts, id);
  }
}

/* --- what holds in every language --- */

bool
mk_world_has (const mk_parser *p, const char *of, const char *list, const char *word)
{
  return mk_json_has_text (mk_json_get (mk_json_get (mk_lexicon_world (p->language->lexicon), of), list), word);
}

const mk_json *
mk_world_fact (const mk_parser *p, const char *category, const char *fact)
{
  return mk_json_get (mk_json_get (mk_json_get (mk_lexicon_world (p->language->lexicon), "categories"), category), fact);
}

/* --- things --- */

mk_thing *
mk_thing_at (const mk_parser *p, int index)
{
  return p->things->pdata[index];
}

bool
mk_thing_is_living (const mk_thing *thing)
{
  return mk_recipe_lives (thing->info);
}

void
mk_thing_free (mk_thing *thing)
{
  g_free (thing->id);
  g_free (thing->noun);
  g_free (thing->called);
  mk_json_unref (thing->add);
  mk_json_unref (thing->copy_looks);
  mk_json_unref (thing->gone);
  g_free (thing);
}

int
mk_thing_new (mk_parser *p, const char *op, const char *noun, const mk_recipe_info *info)
{
  int command = p->things->len < MK_MAX_THINGS ? mk_command_new (p, op, MK_BUCKET_THING) : -1;
  if (command < 0)
    return -1;
  mk_thing *thing = g_new0 (mk_thing, 1);
  thing->id = g_strdup (mk_new_id (p, noun));
  thing->noun = g_strdup (noun);
  thing->info = info;
  thing->command = command;
  thing->count = 1;
  thing->material = "";
  thing->add = mk_json_ref (mk_command_json (p, command));
  mk_set_text (thing->add, "id", thing->id);
  g_ptr_array_add (p->things, thing);
  return (int)p->things->len - 1;
}

const mk_recipe_info *
mk_info_find (const mk_parser *p, const char *name)
{
  for (const mk_sense *i = mk_lexicon_find (p->language->lexicon, name); i != NULL; i = i->next)
    if (i->kind == MK_WORD_object && g_str_equal (i->object->name, name))
      return i->object;
  for (unsigned i = 0; i < p->language->n_objects; i++) /* in another language its name is no word */
    if (g_str_equal (p->language->objects[i]->name, name))
      return p->language->objects[i];
  return NULL;
}

static bool
is_word_for (const mk_parser *p, const char *word, const mk_recipe_info *info)
{
  for (const mk_sense *i = mk_lexicon_find (p->language->lexicon, word); i != NULL; i = i->next)
    if ((i->kind == MK_WORD_object && i->object == info) || i->kind == MK_WORD_noun || i->kind == MK_WORD_group)
      return true;
  return false;
}

/* Whether this language says `name` of the thing; what was said in another goes by the object's own word. */
static bool
is_own_word (const mk_parser *p, const char *name, const mk_recipe_info *info)
{
  g_auto (GStrv) words = g_strsplit (name, " ", -1);
  bool is = info == NULL || is_word_for (p, name, info);
  for (char **word = words; *word != NULL && !is; word++)
    is = is_word_for (p, *word, info);
  return is;
}

static void
load_thing (mk_parser *p, const mk_json *command)
{
  mk_thing *thing = g_new0 (mk_thing, 1);
  const char *object = mk_json_get_string (mk_json_get (command, "object")), *name = mk_json_get_string (mk_json_get (command, "name"));
  const char *text = mk_json_get_string (mk_json_get (command, "text"));
  thing->id = g_strdup (mk_json_get_string (mk_json_get (command, "id")));
  thing->info = mk_info_find (p, object);
  thing->noun = g_strdup (*text != 0 ? "text" : *name != 0 ? name : object);
  bool has_name = *name != 0 && *object != 0, is_called = has_name && g_unichar_isupper (g_utf8_get_char (name)); /* who has a name is still a dog */
  if (is_called)
    thing->called = g_utf8_strdown (name, -1);
  if (is_called || (has_name && *text == 0 && !is_own_word (p, name, thing->info))) {
    g_free (thing->noun);
    thing->noun = mk_lexicon_object_word (p->language->lexicon, object);
  }
  thing->command = -1;
  thing->count = MAX (1, (unsigned)mk_json_get_int (mk_json_get (command, "count")));
  thing->add = mk_json_copy (command);
  g_strlcpy (thing->color, mk_json_get_string (mk_json_get (command, "color")), sizeof thing->color);
  thing->material = mk_json_get_string (mk_json_get (thing->add, "material"));
  g_ptr_array_add (p->things, thing);
}

/* What later commands of the context made of earlier things: their colour, and whether they are still there. */
static void
load_change (mk_parser *p, const mk_json *command, const char *op)
{
  const mk_json *targets = mk_json_get (command, "targets");
  for (guint t = 0; t < p->things->len; t++)
    for (size_t i = 0; i < mk_json_length (targets); i++) {
      mk_thing *thing = mk_thing_at (p, (int)t);
      unsigned copy = mk_copy_of (thing, mk_json_get_string (mk_json_at (targets, i)));
      bool is_whole = !mk_json_has (command, "part"), is_dyed = is_whole && mk_json_has (command, "color"), is_made = is_whole && mk_json_has (command, "material");
      if (g_str_equal (op, "remove"))
        mk_copy_take_away (thing, copy);
      else if (is_dyed)
        mk_copy_look_set (thing, copy, "color", mk_json_get_string (mk_json_get (command, "color")));
      else if (is_made)
        mk_copy_look_set (thing, copy, "material", mk_json_get_string (mk_json_get (command, "material")));
      if (!g_str_equal (thing->id, mk_json_get_string (mk_json_at (targets, i))))
        continue;
      if (g_str_equal (op, "remove"))
        thing->is_removed = true;
      else if (is_dyed)
        g_strlcpy (thing->color, mk_json_get_string (mk_json_get (command, "color")), sizeof thing->color);
    }
}

/* What pronouns of a follow-up mean: who was named last, or acted, or was changed since. */
static void
remember_spoken_of (mk_parser *p, const mk_json *command)
{
  static const char *const about[] = { "animate", "physics", "material", "transform", NULL };
  const char *id = mk_json_get_string (mk_json_get (command, "id"));
  const mk_json *targets = mk_json_get (command, "targets");
  bool is_about = g_strv_contains (about, mk_json_get_string (mk_json_get (command, "op")));
  mk_refs refs = { 0 };
  for (guint t = 0; t < p->things->len; t++) {
    const mk_thing *thing = mk_thing_at (p, (int)t);
    if (g_str_equal (thing->id, id) && !thing->is_removed)
      mk_refs_add (&refs, (int)t, 0);
    for (size_t k = 0; k < mk_json_length (targets) && is_about && !thing->is_removed; k++) {
      const char *target = mk_json_get_string (mk_json_at (targets, k));
      unsigned copy = mk_copy_of (thing, target);
      if (g_str_equal (thing->id, target) || (copy > 0 && copy <= thing->count))
        mk_refs_add (&refs, (int)t, (int)copy);
    }
  }
  if (refs.n == 0)
    return;
  const mk_thing *first = mk_thing_at (p, refs.thing[0]);
  bool is_furniture = !is_about && mk_json_get_bool (mk_json_get (command, "backdrop"));
  if (p->latest.n > 0 && (is_furniture || (first->info != NULL && first->info->is_around)))
    return; /* the street around a car is not what "it" means, nor is a table of the kitchen that somebody is in */
  p->latest = refs;
  mk_remember (p, &refs);
}

void
mk_things_load (mk_parser *p)
{
  for (size_t i = 0; i < mk_json_length (p->context) && i < 2000; i++) {
    const mk_json *command = mk_json_at (p->context, i);
    const char *op = mk_json_get_string (mk_json_get (command, "op"));
    if (g_str_equal (op, "add") || g_str_equal (op, "text") || g_str_equal (op, "import"))
      load_thing (p, command);
    else if (g_str_equal (op, "remove") || g_str_equal (op, "material"))
      load_change (p, command, op);
  }
  for (size_t i = 0; i < mk_json_length (p->context) && i < 2000; i++)
    remember_spoken_of (p, mk_json_at (p->context, i));
}

/* --- references --- */

void
mk_refs_add (mk_refs *refs, int thing, int copy)
{
  for (unsigned i = 0; i < refs->n; i++)
    if (refs->thing[i] == thing && refs->copy[i] == copy)
      return;
  if (thing < 0 || refs->n == MK_MAX_REFS)
    return;
  refs->thing[refs->n] = thing;
  refs->copy[refs->n++] = copy;
}

void
mk_refs_join (mk_refs *refs, const mk_refs *more)
{
  for (unsigned i = 0; i < more->n; i++)
    mk_refs_add (refs, more->thing[i], more->copy[i]);
}

const char *
mk_ref_text (const mk_parser *p, const mk_refs *refs, unsigned i)
{
  GString *text = g_string_new (mk_thing_at (p, refs->thing[i])->id);
  if (refs->copy[i] > 0)
    g_string_append_printf (text, ".%d", refs->copy[i]);
  if (refs->part[0] != 0)
    g_string_append_printf (text, "/%s", refs->part);
  const char *kept = g_string_chunk_insert_len (p->texts, text->str, (gssize)text->len);
  g_string_free (text, TRUE);
  return kept;
}

mk_json *
mk_refs_to_json (const mk_parser *p, const mk_refs *refs)
{
  mk_json *list = mk_json_new_array ();
  for (unsigned i = 0; i < refs->n; i++)
    mk_json_append (list, mk_json_new_string (mk_ref_text (p, refs, i)));
  return list;
}

/* --- looks --- */

mk_json *
mk_known_add (mk_parser *p, const mk_thing *thing)
{
  if (thing->command >= 0)
    return thing->add;
  for (guint i = 0; i < p->commands->len; i++) {
    mk_json *json = mk_command_json (p, (int)i);
    if (g_str_equal (mk_json_get_string (mk_json_get (json, "op")), "add") && g_str_equal (mk_json_get_string (mk_json_get (json, "id")), thing->id))
      return json;
  }
  mk_json *json = mk_command_json (p, mk_command_new (p, "add", MK_BUCKET_THING));
  if (json != NULL)
    mk_set_text (json, "id", thing->id);
  return json;
}

/* --- places --- */

static mk_json *
new_relation (const mk_parser *p, const char *relation, const mk_refs *to, double distance_m)
{
  mk_json *json = mk_json_new_object ();
  mk_set_text (json, "relation", relation);
  if (to != NULL && to->n > 0)
    mk_json_set (json, "targets", mk_refs_to_json (p, to));
  if (distance_m > 0)
    mk_set_real (json, "distance_m", MIN (distance_m, 10000));
  return json;
}

static bool
is_among (const mk_refs *refs, int thing)
{
  for (unsigned i = 0; i < refs->n; i++)
    if (refs->thing[i] == thing)
      return true;
  return false;
}

static bool
is_name_of (const mk_thing *thing, const char *target)
{
  size_t n = strlen (thing->id);
  return strncmp (thing->id, target, n) == 0 && (target[n] == 0 || target[n] == '.' || target[n] == '/');
}

int
mk_thing_find (const mk_parser *p, const char *target)
{
  for (guint i = 0; i < p->things->len; i++)
    if (is_name_of (mk_thing_at (p, (int)i), target))
      return (int)i;
  return -1;
}

int
mk_thing_copy (mk_parser *p, int index)
{
  static const char *const own[] = { "op", "id", "place", "position", NULL };
  const mk_thing *thing = mk_thing_at (p, index);
  int copy = mk_thing_new (p, mk_json_get_string (mk_json_get (thing->add, "op")), thing->noun, thing->info);
  if (copy < 0)
    return -1;
  mk_thing *fresh = mk_thing_at (p, copy);
  for (mk_json_iter f = mk_json_iterate (thing->add); mk_json_next (&f);)
    if (!g_strv_contains (own, f.key))
      mk_json_set (fresh->add, f.key, mk_json_copy (f.value));
  g_strlcpy (fresh->color, thing->color, sizeof fresh->color);
  fresh->count = thing->count;
  return copy;
}

bool
mk_is_all_known (const mk_parser *p, const mk_refs *refs)
{
  for (unsigned i = 0; i < refs->n; i++)
    if (mk_thing_at (p, refs->thing[i])->command >= 0)
      return false;
  return refs->n > 0;
}

bool
mk_refs_meet (const mk_refs *a, const mk_refs *b)
{
  for (unsigned i = 0; i < a->n; i++)
    if (is_among (b, a->thing[i]))
      return true;
  return false;
}

/* Where nothing can be both: "on the table, under the table". */
static bool
excludes (const char *a, const char *b)
{
  static const char *const pairs[][2] = { { "on", "under" }, { "on", "below" }, { "above", "under" }, { "above", "below" }, { "left", "right" }, { "front", "behind" }, { "near", "far" }, { "inside", "on" }, { "inside", "under" }, { "inside", "far" } };
  for (size_t i = 0; i < MK_COUNT (pairs); i++)
    if ((g_str_equal (a, pairs[i][0]) && g_str_equal (b, pairs[i][1])) || (g_str_equal (b, pairs[i][0]) && g_str_equal (a, pairs[i][1])))
      return true;
  return false;
}

/* Takes out of a place what the new relation to the same things rules out, and tells. */
static mk_json *
without_opposite (mk_parser *p, const mk_json *place, const mk_json *relation)
{
  mk_json *kept = mk_json_new_array ();
  const char *now = mk_json_get_string (mk_json_get (relation, "relation"));
  for (size_t i = 0; i < mk_json_length (place); i++) {
    mk_json *one = mk_json_at (place, i);
    const char *before = mk_json_get_string (mk_json_get (one, "relation"));
    const mk_json *to = mk_json_get (relation, "targets");
    bool is_same = mk_json_length (to) > 0 && mk_json_equal (to, mk_json_get (one, "targets"));
    bool is_loose = g_str_equal (before, "beside") && !g_str_equal (now, "facing"); /* "with clouds passing behind it": said more exactly */
    if (is_same && excludes (before, now))
      mk_assume_later (p, before, now);
    else if (!is_same || !is_loose)
      mk_json_append (kept, mk_json_ref (one));
  }
  return kept;
}

static void
place_others (mk_parser *p, const mk_refs *others, const char *relation, const mk_refs *to, double distance_m)
{
  mk_json *json = mk_transform_new (p, others);
  if (json == NULL)
    return;
  mk_json *place = mk_json_new_array ();
  mk_json_append (place, new_relation (p, relation, to, distance_m));
  mk_json_set (json, "place", place);
}

/* True when thing a's command already waits for b, so that b may not wait for a. */
static bool
waits_for (const mk_parser *p, int a, int b, int depth)
{
  const mk_json *place = mk_json_get (mk_thing_at (p, a)->add, "place");
  for (size_t i = 0; i < mk_json_length (place) && depth < 20; i++) {
    const mk_json *targets = mk_json_get (mk_json_at (place, i), "targets");
    for (size_t k = 0; k < mk_json_length (targets); k++)
      for (guint t = 0; t < p->things->len; t++) {
        if (!is_name_of (mk_thing_at (p, (int)t), mk_json_get_string (mk_json_at (targets, k))))
          continue;
        if ((int)t == b || waits_for (p, (int)t, b, depth + 1))
          return true;
      }
  }
  return false;
}

/* How the other stands to whom the relation places: "the tree behind it" is it before the tree. NULL where that is another place. */
static const char *
turned_around (const char *relation)
{
  static const char *const pairs[][2] = { { "left", "right" }, { "right", "left" }, { "front", "behind" }, { "behind", "front" }, { "beside", "beside" }, { "near", "near" }, { "far", "far" } };
  for (size_t i = 0; i < MK_COUNT (pairs); i++)
    if (g_str_equal (relation, pairs[i][0]))
      return pairs[i][1];
  return NULL;
}

/* "half as tall as the tree behind it": who is measured by another is made after it, and is placed at it, or that by a command of its own. */
static bool
is_measured_by (const mk_parser *p, const mk_refs *to, const mk_thing *thing)
{
  for (unsigned i = 0; to != NULL && i < to->n; i++) {
    const mk_json *size = mk_json_get (mk_thing_at (p, to->thing[i])->add, "relative_size");
    if (size != NULL && is_name_of (thing, mk_json_get_string (mk_json_get (size, "to"))))
      return true;
  }
  return false;
}

#define PAIR_SHARE 0.45f /* of the height of who has one in each hand */

bool
mk_can_hold (const mk_parser *p, const mk_thing *who, const mk_thing *thing)
{
  bool is_pair = thing->count == 2 && who->count == 1 && thing->info != NULL && who->info != NULL && (thing->info->is_gripped || thing->info->size_m <= PAIR_SHARE * who->info->size_m || mk_world_has (p, "places", "in_hand", thing->info->name));
  if (who->info == NULL || !g_str_equal (who->info->category, "person") || mk_thing_is_living (thing) || (thing->count > 1 && thing->count != who->count && !is_pair))
    return false;
  return thing->info != NULL && !mk_json_get_bool (mk_world_fact (p, thing->info->category, "stays_beside")) && !thing->info->is_set && thing->info->size_m <= (thing->info->is_gripped ? 1.6f : 0.9f) * who->info->size_m; /* a rod is held by its handle, however long it is */
}

#define CRADLED_SHARE 0.5f /* of the height of who has somebody in the arms */

/* A dog with a stick, a cat with a mouse: something that the mouth can carry. */
static bool
can_bite (const mk_parser *p, const mk_thing *who, const mk_thing *thing)
{
  static const char *const mouths[] = { "mouth", "beak", "jaw" };
  if (who->info == NULL || thing->info == NULL || !g_str_equal (who->info->category, "animal") || (thing->count > 1 && thing->count != who->count))
    return false;
  bool has_mouth = who->info->has_mouth;
  for (size_t i = 0; i < MK_COUNT (mouths); i++)
    has_mouth |= mk_thing_has_part (p, who, mouths[i]);
  bool is_load = g_str_equal (thing->info->category, "animal") || !mk_json_get_bool (mk_world_fact (p, thing->info->category, "stays_beside"));
  return has_mouth && is_load && !thing->info->is_set && thing->info->size_m <= (mk_thing_is_living (thing) ? 0.7f : 1.6f) * who->info->size_m;
}

/* A kitten, a baby: in the arms. */
static bool
can_cradle (const mk_thing *who, const mk_thing *thing)
{
  bool is_person = who->info != NULL && g_str_equal (who->info->category, "person");
  return is_person && thing->info != NULL && mk_thing_is_living (thing) && thing->count == 1 && thing->info->size_m <= CRADLED_SHARE * who->info->size_m;
}

bool
mk_can_carry (const mk_parser *p, const mk_thing *who, const mk_thing *thing)
{
  return mk_can_hold (p, who, thing) || can_bite (p, who, thing) || can_cradle (who, thing);
}

bool
mk_can_carry_these (const mk_parser *p, const mk_thing *who, const mk_refs *what)
{
  if (what->n != 1)
    return false;
  mk_thing one = *mk_thing_at (p, what->thing[0]);
  one.count = what->copy[0] > 0 ? 1 : one.count;
  return mk_can_carry (p, who, &one);
}

void
mk_one_each (mk_parser *p, const mk_refs *who, const mk_refs *what)
{
  const mk_thing *holder = mk_thing_at (p, who->n == 1 ? who->thing[0] : 0);
  mk_thing *thing = mk_thing_at (p, what->n == 1 ? what->thing[0] : 0);
  if (who->n != 1 || what->n != 1 || holder->count < 2 || who->copy[0] > 0 || thing->command < 0 || !thing->is_vague)
    return;
  mk_unassume (p, MK_SAID_THREE, mk_noun_written (p, thing->noun));
  thing->is_vague = false;
  thing->count = holder->count;
  mk_json_set (thing->add, "count", mk_json_new_int (thing->count));
}

void
mk_hold_each (mk_parser *p, const mk_refs *who, const mk_refs *what)
{
  if (who->n != 1 || what->n != 1)
    return;
  mk_thing as_many = *mk_thing_at (p, what->thing[0]);
  as_many.count = mk_thing_at (p, who->thing[0])->count;
  if (mk_can_hold (p, mk_thing_at (p, who->thing[0]), &as_many))
    mk_one_each (p, who, what);
}

/* Words "on" a wall are written there; on a table they stand. */
static bool
is_written_on (const mk_parser *p, const mk_refs *who, const char *relation, const mk_refs *to)
{
  const mk_recipe_info *info = to != NULL && to->n > 0 ? mk_thing_at (p, to->thing[0])->info : NULL;
  if (!g_str_equal (relation, "on") || info == NULL || who->n == 0 || !g_str_equal (mk_thing_at (p, who->thing[0])->noun, "text"))
    return false;
  return !info->is_set && !(info->carries && mk_json_get_bool (mk_world_fact (p, info->category, "carries")));
}

/* Who is on a bus is in it. */
static bool
is_boarded (const mk_parser *p, const mk_refs *who, const char *relation, const mk_refs *to)
{
  const mk_recipe_info *info = to != NULL && to->n > 0 && to->part[0] == 0 ? mk_thing_at (p, to->thing[0])->info : NULL;
  return g_str_equal (relation, "on") && info != NULL && mk_world_has (p, "places", "boarded", info->name) && who->n > 0 && mk_thing_is_living (mk_thing_at (p, who->thing[0]));
}

void
mk_place_add (mk_parser *p, const mk_refs *who, const char *relation, const mk_refs *to, double distance_m)
{
  mk_refs others = { 0 };
  relation = is_boarded (p, who, relation, to) ? "inside" : relation;
  relation = is_written_on (p, who, relation, to) ? "written" : relation;
  const char *turned = turned_around (relation);
  if (turned != NULL && who->n == 1 && is_measured_by (p, to, mk_thing_at (p, who->thing[0]))) {
    mk_place_add (p, to, turned, who, distance_m);
    return;
  }
  for (unsigned i = 0; i < who->n; i++) {
    mk_thing *thing = mk_thing_at (p, who->thing[i]);
    bool is_circular = to != NULL && is_among (to, who->thing[i]);
    for (unsigned k = 0; to != NULL && k < to->n; k++)
      is_circular |= waits_for (p, to->thing[k], who->thing[i], 0);
    bool is_own = thing->command >= 0 && who->copy[i] == 0 && !is_measured_by (p, to, thing);
    mk_json *place = mk_json_get (thing->add, "place");
    /* A place is furnished around what the sentence says; what that has placed stays where it is. */
    bool is_said = p->is_furnishing && who->thing[i] < (int)p->n_said && (mk_json_length (place) > 0 || thing->command < 0);
    if (is_circular || is_said || mk_json_length (place) >= 8)
      continue;
    if (!is_own) {
      mk_refs_add (&others, who->thing[i], who->copy[i]);
      continue;
    }
    if (g_str_equal (relation, "inside"))
      mk_fit_inside (p, thing, to);
    mk_json *said = new_relation (p, relation, to, distance_m);
    mk_json_set (thing->add, "place", place = without_opposite (p, place, said));
    mk_json_append (place, said);
  }
  if (others.n > 0)
    place_others (p, &others, relation, to, distance_m);
}
