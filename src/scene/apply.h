/* apply.h - a scene and a command give the next scene.
 *
 * Purpose   The one door through which scenes are changed: docs/commands.md says what each command means.
 * Threads   Any; a stage is constant.
 * Memory    The scene before stays as it is; a new one comes back.
 * Errors    What a command names and is not there, with what there is: NOT_FOUND, RANGE, TYPE, USAGE.
 * Tests     tests/scene/test_apply.c
 */
#pragma once
#include "scene/scene.h"

typedef struct mk_library mk_library;

/* Where commands find what they name; all borrowed. */
typedef struct mk_stage {
  const mk_library *library; /* objects.h: recipes and materials */
  const char *assets;        /* fonts, environments */
  const char *input;         /* root of files to import */
} mk_stage;

/* The command is kept in `commands` of the result, its times resolved. */
mk_scene *mk_scene_apply (const mk_stage *stage, const mk_scene *before, const mk_json *command, GError **error);

/* What a film needs and nobody asked for: ground, light and a camera that frames all that moves over the whole
 * duration at `aspect` = width / height. Gives back `scene` with one more reference when nothing is missing. */
mk_scene *mk_scene_complete (const mk_stage *stage, mk_scene *scene, float aspect, GError **error);
