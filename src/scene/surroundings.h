/* surroundings.h - what is around a film when nobody says: the ground under it and the sky above.
 *
 * Use       mk_scene_complete adds them; the language says beforehand what they will be.
 * Input     The recipes of what stands by itself, in the order in which it was made: not on, in or in the hands of another thing.
 * Tests     tests/language/test_answers.c
 */
#pragma once
#include "scene/objects.h"
#include "scene/scene.h"

/* A surface of docs/commands.md. `has_sky` = a sky was asked for; without one, and without a thing that has a wish, a studio is meant. */
const char *mk_usual_ground (const mk_recipe_info *const *things, unsigned n, mk_sky_kind sky, bool has_sky);
/* A sky of docs/commands.md where they are at home, or NULL for any: planets, the moon and fish, alone or among their like; the
 * moon seen by others means night. */
const char *mk_usual_sky (const mk_recipe_info *const *things, unsigned n);
/* Whether something that is placed by this `place` of a command stands there on or in another thing, which then tells where it is. */
bool        mk_is_carried (const mk_json *place);
