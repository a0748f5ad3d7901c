/* aloft.h - what hangs in the sky hangs in the picture.
 *
 * Purpose   A moon, a cloud, a rainbow that a command puts `aloft` has no place in metres: it is put where the first picture has sky for it,
 *           beside what the picture is about, as large as one draws it there.
 * Order     After the camera, which looks at everything else (mk_framing_subjects leaves it out).
 * Not here  What moves or is gone to stays where layout put it: mk_layout_relate.
 * Tests     tests/scene/test_camera.c
 */
#pragma once
#include "scene/apply.h"

/* Whether a command puts a root there. */
bool mk_is_put_aloft (const mk_scene *scene, int root);
/* The same, and nothing needs it to stay where it is. */
bool mk_is_aloft (const mk_scene *scene, int root);
/* Puts all of them into the picture at 0 s. */
void mk_aloft_hang (const mk_stage *stage, mk_scene *scene, float aspect);
