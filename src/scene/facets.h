/* facets.h - everything out of few flat triangles, as low poly and folded paper are.
 *
 * Method    All parts of a node go onto one grid of cells, so that their borders stay closed; each cell keeps one point for each
 *           bone there: an arm at rest does not grow onto the hip.
 * Threads   As the scene's: one owner. Equal scenes give equal bytes.
 * Tests     tests/scene/test_camera.c
 */
#pragma once
#include "scene/scene.h"

/* Over a scene with one owner; ground and strewn copies only get flat normals. MEMORY, LIMIT. */
bool mk_facets_cut (mk_scene *scene, GError **error);
