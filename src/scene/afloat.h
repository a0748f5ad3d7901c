/* afloat.h - boats, swans and swimmers lie as deep in the water as they do.
 *
 * Purpose   Layout and motions know the surface as a ground to stand on. Once they are done, what swims is lowered into it.
 * Units     Metres. A recipe's draught is the share of its height under water.
 * Tests     tests/scene/test_camera.c
 */
#pragma once
#include "scene/objects.h"

/* On a ground of water, and on or in what has water as a part. Both change rests and tracks of whole things. What is at home below comes to the
 * surface where the sea is seen from above, before a camera looks for it. */
void mk_scene_surface (const mk_stage *stage, mk_scene *scene);
/* All that swims goes in by its draught; after the cameras, which stay over the water. */
void mk_scene_immerse (const mk_stage *stage, mk_scene *scene);
