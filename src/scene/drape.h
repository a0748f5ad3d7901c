/* drape.h - what hangs and blows: hair, capes, skirts, flags, sails, the tails of kites.
 *
 * Purpose   A chain of joints with a kind of cloth swings behind what it hangs on, and in the wind.
 * Method    Ends of joints are particles in the world: a spring back to the pose that the chain has by its tracks, gravity as far
 *           as the body is not upright, the drag of the air that they move through, and whirls that run along the chain.
 *           Joints keep their length. Pre-roll, then 240 steps a second, as keys at the end.
 * Sources   M. Müller et al., "Position based dynamics", 2007: distances by projection.
 * Not here  How a part becomes a chain with a skin: recipe_drape.c. Tails and ears within a gait: life.c.
 * Tests     tests/scene/test_drape.c
 */
#pragma once
#include "scene/objects.h"

/* Whether it has something that moves in any wind, as flags do: it then need not rock as a whole. */
bool mk_drapes_blow (const mk_stage *stage, const mk_scene *scene, int root);
/* When all else moves: follow-through of the whole film. */
void mk_drapes_hang (const mk_stage *stage, mk_scene *scene);
