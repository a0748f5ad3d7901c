/* night.h - what shines by itself once it is dark.
 *
 * Purpose   Houses at night have light in some of their windows; what a person said of them goes before it.
 * Tests     tests/scene/test_night.c
 */
#pragma once
#include "scene/apply.h"

void mk_scene_light_windows (const mk_stage *stage, mk_scene *scene);
