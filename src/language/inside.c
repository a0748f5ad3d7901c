/* What is in something: as large and as many as it takes, and where one sees it: a box with something in it is an open one. */
#include <math.h>

#include "language/constructions.h"

#define FULL 0.8f     /* of the things that would cover its width */
#define FULL_MOST 12

/* "a bowl of cherries" holds more than three. */
static void
fill (mk_parser *p, mk_thing *thing, const mk_recipe_info *holder)
{
  float across = holder->size_m / thing->info->size_m;
  unsigned n = (unsigned)CLAMP (FULL * across * across, 3, FULL_MOST);
  if (n <= thing->count)
    return;
  mk_unassume (p, MK_SAID_THREE, mk_noun_written (p, thing->noun));
  thing->is_vague = false;
  thing->count = n;
  mk_json_set (thing->add, "count", mk_json_new_int (n));
  mk_assume (p, "I took “%s” in the plural to mean %u.", mk_noun_written (p, thing->noun), n);
}

/* Flowers are cut for a vase, and what is too big for a basket is a small one. */
void
mk_fit_inside (mk_parser *p, mk_thing *thing, const mk_refs *to)
{
  const mk_recipe_info *holder = to != NULL && to->n > 0 ? mk_thing_at (p, to->thing[0])->info : NULL;
  if (holder == NULL || thing->info == NULL || mk_is_sized (thing) || mk_json_has (mk_thing_at (p, to->thing[0])->add, "scale") || mk_world_fact (p, holder->category, "holds") == NULL)
    return;
  mk_json *bowl = mk_thing_at (p, to->thing[0])->add;
  if (g_strcmp0 (thing->info->sky, "underwater") == 0 && !mk_json_has (bowl, "material") && !mk_json_has (bowl, "color")) /* a goldfish is looked at */
    mk_set_text (bowl, "material", "glass");
  bool is_plant = g_str_equal (thing->info->category, "plant");
  float most = (is_plant ? 2.2f : 1.0f) * holder->size_m;
  if (thing->info->size_m > most)
    mk_set_real (thing->add, "scale", (double)fmaxf (0.01f, roundf (100 * (is_plant ? 0.85f : 0.6f) * most / thing->info->size_m) / 100));
  else if (thing->is_vague && !is_plant && !mk_thing_is_living (thing))
    fill (p, thing, holder);
}

#define ROOM 2.6f      /* what lives has so much of a box to its own size */
#define SMALL_M 0.08f  /* what is smaller comes in a small one */
#define CASKET 5.0f    /* and so much larger */
#define CASKET_M 0.12f /* but not smaller than this */

#define HEAPED 1.4f    /* of the width that all would cover side by side: they lie on each other too */
#define GROWN_MOST 3

/* Nobody is squeezed into a box, and a ring is not lost in one. */
static void
size_up (mk_thing *box, const mk_thing *content)
{
  if (content->info == NULL || mk_is_sized (box) || mk_is_sized (content))
    return;
  float own = content->info->size_m, wanted = box->info->size_m;
  if (mk_thing_is_living (content))
    wanted = fmaxf (wanted, ROOM * own * sqrtf ((float)MAX (1, content->count)));
  else if (own < SMALL_M && content->count < 4)
    wanted = fmaxf (CASKET_M, CASKET * own);
  if (fabsf (wanted - box->info->size_m) > 0.01f)
    mk_set_real (box->add, "scale", (double)roundf (100 * wanted / box->info->size_m) / 100);
}

/* Where a solid thing of that name would hide what is in it. */
static void
open_up (mk_parser *p, const char *id, const mk_thing *content)
{
  int index = mk_thing_find (p, id);
  mk_thing *thing = index >= 0 ? mk_thing_at (p, index) : NULL;
  bool is_one = thing != NULL && thing->command >= 0 && thing->info != NULL && thing->count < 2;
  const mk_json *hollow = is_one ? mk_json_get (mk_json_get (mk_lexicon_world (p->language->lexicon), "hollow"), thing->info->name) : NULL;
  const mk_recipe_info *info = hollow != NULL ? mk_info_find (p, mk_json_get_string (mk_json_get (hollow, "object"))) : NULL;
  if (info == NULL || g_str_equal (mk_json_get_string (mk_json_get (thing->add, "material")), "glass")) /* which hides nothing */
    return;
  thing->info = info;
  mk_set_text (thing->add, "object", info->name);
  if (!mk_json_has (thing->add, "material") && !mk_json_has (thing->add, "color") && mk_json_has (hollow, "material"))
    mk_json_set (thing->add, "material", mk_json_copy (mk_json_get (hollow, "material")));
  if (content != NULL)
    size_up (thing, content);
}

/* What another thing becomes is in it, and is not hidden by it. */
static bool
fades_in (const mk_parser *p, const char *id)
{
  bool does = false;
  for (guint i = 0; i < p->commands->len; i++) {
    const mk_json *json = mk_command_json (p, (int)i);
    does |= g_str_equal (mk_json_get_string (mk_json_get (json, "motion")), "fade-in") && mk_json_has_text (mk_json_get (json, "targets"), id);
  }
  return does;
}

/* The thing that a command is about: what it makes, or moves. */
static const mk_thing *
subject_of (const mk_parser *p, const mk_json *command)
{
  bool makes = g_str_equal (mk_json_get_string (mk_json_get (command, "op")), "add");
  int index = mk_thing_find (p, mk_json_get_string (makes ? mk_json_get (command, "id") : mk_json_at (mk_json_get (command, "targets"), 0)));
  return index >= 0 ? mk_thing_at (p, index) : NULL;
}

/* What lies in `holder`, as a square as wide as it all would cover, in metres. */
static float
width_of_contents (const mk_parser *p, const mk_thing *holder)
{
  float area = 0;
  for (guint i = 0; i < p->things->len; i++) {
    const mk_thing *thing = mk_thing_at (p, (int)i);
    const mk_json *place = thing->command >= 0 && !thing->is_removed ? mk_json_at (mk_json_get (thing->add, "place"), 0) : NULL;
    bool is_in = g_str_equal (mk_json_get_string (mk_json_get (place, "relation")), "inside") && mk_json_has_text (mk_json_get (place, "targets"), holder->id);
    if (!is_in || thing->info == NULL || mk_thing_is_living (thing) || g_str_equal (thing->info->category, "plant"))
      continue;
    double scale = mk_json_get_real (mk_json_get (thing->add, "scale"));
    area += (float)thing->count * thing->info->size_m * thing->info->size_m * (float)(scale > 0 ? scale * scale : 1);
  }
  return sqrtf (area);
}

/* A bowl for ten apples is a large one. */
static void
grow_holders (mk_parser *p)
{
  for (guint i = 0; i < p->things->len; i++) {
    mk_thing *thing = mk_thing_at (p, (int)i);
    bool is_holder = thing->command >= 0 && !thing->is_removed && thing->info != NULL && mk_json_get_bool (mk_world_fact (p, thing->info->category, "is_filled"));
    float wanted = is_holder && !mk_is_sized (thing) ? HEAPED * width_of_contents (p, thing) : 0;
    if (is_holder && wanted > thing->info->size_m)
      mk_set_real (thing->add, "scale", (double)(roundf (10 * fminf (wanted / thing->info->size_m, GROWN_MOST)) / 10));
  }
}

void
mk_insides_settle (mk_parser *p)
{
  for (guint i = 0; i < p->commands->len; i++) {
    const mk_json *json = mk_command_json (p, (int)i), *places = mk_json_get (json, "place");
    if (g_str_equal (mk_json_get_string (mk_json_get (json, "end")), "in"))
      open_up (p, mk_json_get_string (mk_json_get (json, "to")), subject_of (p, json));
    for (size_t k = 0; k < mk_json_length (places) && !fades_in (p, mk_json_get_string (mk_json_get (json, "id"))); k++)
      if (g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (places, k), "relation")), "inside"))
        open_up (p, mk_json_get_string (mk_json_at (mk_json_get (mk_json_at (places, k), "targets"), 0)), subject_of (p, json));
  }
  grow_holders (p);
}
