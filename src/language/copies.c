/* Copies of one thing that are no longer alike: some have a look of their own, some are gone. */
#include <string.h>

#include "language/constructions.h"

unsigned
mk_copy_of (const mk_thing *thing, const char *target)
{
  size_t n = strlen (thing->id);
  return strncmp (target, thing->id, n) == 0 && target[n] == '.' ? (unsigned)g_ascii_strtoull (target + n + 1, NULL, 10) : 0;
}

void
mk_targets_by_copy (const mk_parser *p, const mk_json *command, mk_refs *refs)
{
  const mk_json *targets = mk_json_get (command, "targets");
  *refs = (mk_refs){ 0 };
  for (size_t i = 0; i < mk_json_length (targets); i++) {
    const char *target = mk_json_get_string (mk_json_at (targets, i));
    int index = mk_thing_find (p, target);
    const mk_thing *thing = index >= 0 ? mk_thing_at (p, index) : NULL;
    bool is_whole = thing != NULL && thing->count > 1 && g_str_equal (thing->id, target);
    for (unsigned k = 1; is_whole && k <= thing->count; k++)
      mk_refs_add (refs, index, (int)k);
    if (thing != NULL && !is_whole)
      mk_refs_add (refs, index, (int)mk_copy_of (thing, target));
  }
}

bool
mk_refs_has_copy (const mk_refs *refs, int thing, int copy)
{
  for (unsigned i = 0; i < refs->n; i++)
    if (refs->thing[i] == thing && (refs->copy[i] == copy || refs->copy[i] == 0))
      return true;
  return false;
}

bool
mk_targets_left (const mk_parser *p, const mk_json *command, const mk_refs *who, mk_refs *left)
{
  mk_refs all;
  mk_targets_by_copy (p, command, &all);
  *left = (mk_refs){ 0 };
  for (unsigned i = 0; i < all.n; i++)
    if (!mk_refs_has_copy (who, all.thing[i], all.copy[i]))
      mk_refs_add (left, all.thing[i], all.copy[i]);
  return left->n > 0 && left->n < all.n;
}

/* What was said of copy `copy` alone, or "". */
static const char *
own_look (const mk_thing *thing, unsigned copy, const char *key)
{
  char name[16];
  g_snprintf (name, sizeof name, "%u", copy);
  return mk_json_get_string (mk_json_get (mk_json_get (thing->copy_looks, name), key));
}

const char *
mk_thing_color (const mk_thing *thing, unsigned copy)
{
  const mk_json *colors = mk_json_get (thing->add, "colors");
  const char *own = own_look (thing, copy, "color");
  if (*own != 0)
    return own;
  return copy > 0 && mk_json_length (colors) > 0 ? mk_json_get_string (mk_json_at (colors, (copy - 1) % mk_json_length (colors))) : thing->color;
}

const char *
mk_thing_material (const mk_thing *thing, unsigned copy)
{
  const char *own = own_look (thing, copy, "material");
  return *own != 0 ? own : thing->material;
}

void
mk_copy_look_set (mk_thing *thing, unsigned copy, const char *key, const char *value)
{
  char name[16];
  if (copy == 0 || copy > thing->count)
    return;
  g_snprintf (name, sizeof name, "%u", copy);
  if (thing->copy_looks == NULL)
    thing->copy_looks = mk_json_new_object ();
  if (!mk_json_has (thing->copy_looks, name))
    mk_json_set (thing->copy_looks, name, mk_json_new_object ());
  mk_set_text (mk_json_get (thing->copy_looks, name), key, value);
}

bool
mk_copy_is_gone (const mk_thing *thing, unsigned copy)
{
  char name[16];
  g_snprintf (name, sizeof name, "%u", copy);
  return mk_json_has (thing->gone, name);
}

unsigned
mk_copies_left (const mk_thing *thing)
{
  return thing->count - (unsigned)mk_json_length (thing->gone);
}

/* At the end there are none any more, in whatever order they went. */
static void
shorten (mk_thing *thing)
{
  for (; mk_copy_is_gone (thing, thing->count); thing->count--) {
    char name[16];
    g_snprintf (name, sizeof name, "%u", thing->count);
    mk_json_remove (thing->gone, name);
  }
}

void
mk_copy_take_away (mk_thing *thing, unsigned copy)
{
  char name[16];
  if (copy == 0 || copy > thing->count || mk_copies_left (thing) <= 1 || mk_copy_is_gone (thing, copy))
    return;
  g_snprintf (name, sizeof name, "%u", copy);
  if (thing->gone == NULL)
    thing->gone = mk_json_new_object ();
  mk_json_set (thing->gone, name, mk_json_new_bool (true));
  shorten (thing);
}

const char *
mk_telling_color (const mk_parser *p, const mk_thing *thing, unsigned copy)
{
  const char *color = mk_thing_color (thing, copy);
  bool is_among_others = false;
  for (unsigned k = 1; copy > 0 && k <= thing->count; k++) {
    is_among_others |= k != copy;
    if (k != copy && g_str_equal (mk_thing_color (thing, k), color))
      return "";
  }
  for (guint i = 0; i < p->things->len; i++) {
    const mk_thing *other = mk_thing_at (p, (int)i);
    if (other == thing || other->is_removed || !g_str_equal (other->noun, thing->noun))
      continue;
    is_among_others = true;
    if (g_str_equal (other->color, color))
      return "";
  }
  return is_among_others && *color != 0 ? mk_lexicon_color_name (p->language->lexicon, color) : "";
}
