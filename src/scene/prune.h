/* prune.h - nodes taken out of a scene that is being changed. */
#pragma once
#include "scene/scene.h"

/* `is_gone` has one entry per node; what is below a node that goes must go too. Tracks, skins and the active camera
 * follow; indices of the nodes that stay move down. */
void mk_scene_prune (mk_scene *scene, const bool *is_gone);
