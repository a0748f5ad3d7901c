/* style.h - one look over the whole scene: clay, toy, low poly, neon, blueprint, paper, noir.
 *
 * Use       mk_scene_complete asks for it last, when all materials are there.
 */
#pragma once
#include "scene/scene.h"

extern const char *const mk_style_words[]; /* the first is the default, "realistic", which changes nothing */
/* Changes materials, meshes, sky and exposure of a scene with one owner. `style` indexes mk_style_words. */
bool mk_style_wear (mk_scene *scene, int style, GError **error);
