/* ops.h - one function per command, for apply.c alone.
 *
 * Use       Each lives in apply_OP.c. `scene` has one owner and is changed in place; when false comes back
 *           it is thrown away. `command` is also the last element of scene->commands; `index` its place.
 * Add one   A row here and a file.
 */
#pragma once
#include "scene/apply.h"

#define MK_SCENE_OPS(X)                                                        \
  X (add)                                                                      \
  X (animate)                                                                  \
  X (camera)                                                                   \
  X (ground)                                                                   \
  X (import)                                                                   \
  X (light)                                                                    \
  X (material)                                                                 \
  X (particles)                                                                \
  X (physics)                                                                  \
  X (remove)                                                                   \
  X (render)                                                                   \
  X (sky)                                                                      \
  X (text)                                                                     \
  X (transform)

typedef bool (*mk_scene_op) (const mk_stage *stage, mk_scene *scene, mk_json *command, int index, GError **error);

#define X(name) bool mk_apply_##name (const mk_stage *stage, mk_scene *scene, mk_json *command, int index, GError **error);
MK_SCENE_OPS (X)
#undef X
