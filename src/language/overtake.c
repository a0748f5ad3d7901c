/* "A red car overtakes a truck": both go the same way, side by side; who is faster begins behind the other and ends before it. */
#include "language/constructions.h"

#define BEHIND 0.25   /* of both lengths: from the one's front to the other's back */
#define GONE 1.2      /* of both lengths: how far the slower one gets */
#define LANE_M 0.8    /* between them, as they pass */
#define LASTS_S 4

static double
length_of (const mk_thing *thing)
{
  return thing->info != NULL ? (double)thing->info->size_m : 1;
}

static bool
is_still_free (const mk_thing *thing)
{
  return thing->command >= 0 && thing->count == 1 && !mk_json_has (thing->add, "place") && !mk_json_has (thing->add, "facing");
}

static void
send (mk_json *json, double metres)
{
  mk_set_text (json, "direction", "right");
  mk_set_real (json, "distance_m", metres);
  mk_set_real (json, "duration_s", LASTS_S);
}

bool
mk_overtake (mk_parser *p, mk_json *json, const mk_refs *who, const mk_refs *whom)
{
  mk_thing *fast = mk_thing_at (p, who->thing[0]), *slow = mk_thing_at (p, whom->thing[0]);
  bool goes = mk_thing_is_living (slow) || (slow->info != NULL && mk_json_get_bool (mk_world_fact (p, slow->info->category, "is_ridden")));
  if (who->n != 1 || whom->n != 1 || !goes || !is_still_free (fast) || !is_still_free (slow) || mk_json_has (json, "direction"))
    return false;
  double both = length_of (fast) + length_of (slow);
  mk_json *own = mk_command_json (p, mk_animate_new (p, mk_choose_going (p, slow, mk_json_get_string (mk_json_get (json, "motion"))), whom));
  if (own == NULL)
    return false;
  mk_set_text (own, "with", mk_json_get_string (mk_json_get (json, "id")));
  send (own, GONE * both);
  send (json, (GONE + 1 + 2 * BEHIND) * both);
  mk_set_text (fast->add, "facing", "right");
  mk_set_text (slow->add, "facing", "right");
  mk_place_add (p, who, "left", whom, BEHIND * both);
  mk_place_add (p, who, "front", whom, LANE_M);
  return true;
}
