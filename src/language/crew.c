/* "a truck and its driver", "the pilot of a plane": whose work is at the wheel sits there, where a vehicle has room and nobody has said otherwise. */
#include "language/command.h"
#include "language/constructions.h"

bool
mk_is_crew (const mk_parser *p, const mk_thing *thing, const mk_thing *vehicle)
{
  bool is_vehicle = vehicle->info != NULL && mk_json_get_bool (mk_world_fact (p, vehicle->info->category, "is_ridden"));
  return is_vehicle && mk_thing_is_living (thing) && mk_place_of_rider (p, vehicle) != NULL && mk_lexicon_word_rule (p->language->lexicon, "at_wheel", thing->noun) != NULL;
}

/* "the driver of a taxi": he sits in it, and the sentence goes on with him. */
int
mk_parse_crew (mk_parser *p, int i)
{
  const mk_hit *prep = mk_hit_at (p, i, MK_WORD_prep);
  mk_refs crew = p->mentioned, vehicle;
  const mk_thing *driver = crew.n == 1 && p->mentioned_to == i ? mk_thing_at (p, crew.thing[0]) : NULL;
  if (driver == NULL || !g_str_equal (mk_hit_text (prep), "of") || mk_lexicon_word_rule (p->language->lexicon, "at_wheel", driver->noun) == NULL)
    return i;
  int next = mk_parse_object_refs (p, i + prep->n, &crew, &vehicle);
  if (next == i + prep->n || vehicle.n != 1 || !mk_is_crew (p, mk_thing_at (p, crew.thing[0]), mk_thing_at (p, vehicle.thing[0])))
    return i;
  mk_place_add (p, &crew, mk_place_of_rider (p, mk_thing_at (p, vehicle.thing[0])), &vehicle, 0);
  mk_note (p, i, i + prep->n, "relation", mk_thing_at (p, crew.thing[0])->command);
  return next;
}

/* "a truck and its driver": who has no other place. */
void
mk_seat_crew (mk_parser *p)
{
  for (guint v = 0; v < p->things->len; v++) {
    const mk_thing *vehicle = mk_thing_at (p, (int)v);
    for (guint t = 0; t < p->things->len && !vehicle->is_removed && vehicle->count == 1; t++) {
      const mk_thing *thing = mk_thing_at (p, (int)t);
      if (thing->command < 0 || thing->is_removed || thing->count > 1 || mk_json_has (thing->add, "place") || !mk_is_crew (p, thing, vehicle))
        continue;
      mk_place_add (p, &(mk_refs){ .n = 1, .thing = { (int)t } }, mk_place_of_rider (p, vehicle), &(mk_refs){ .n = 1, .thing = { (int)v } }, 0);
      break;
    }
  }
}
