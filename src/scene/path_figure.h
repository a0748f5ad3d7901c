/* path_figure.h - the figure that the field `how` of a path names, for motion_path.c. */
#pragma once
#include "scene/motion_travel.h"

/* Points in the world, metres, from where the act finds its thing; owned by the caller, with room for one more. `n` 0 = no figure is
 * named. False: there is no figure of that name, or the radius is out of range. */
bool mk_path_figure (const mk_act *act, mk_vec3 **points, unsigned *n, bool *is_closed, GError **error);
