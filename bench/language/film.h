/* film.h - a GLB read back for scoring, by nothing that wrote it: its JSON, its numbers, its own arithmetic.
 *
 * Boxes     Of all meshes below a node at a time, from the extremes that accessors state; skinned ones by their first joint.
 * Memory    A film owns what it read; `glb` may go.
 */
#pragma once
#include "base/json.h"
#include "scene/vec.h"

typedef struct film film;

film *film_new (const GByteArray *glb);
void  film_free (film *f);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (film, film_free)

double         film_seconds (const film *f);
const mk_json *film_commands (const film *f); /* asset.extras.commands */
/* Roots of things: those with an id of ours, in order. */
unsigned       film_n_things (const film *f);
int            film_thing (const film *f, unsigned i);
const char    *film_id (const film *f, int node);
const char    *film_object (const film *f, int node);
/* Nodes that "ball-1", "ball-1.2" or "car-1/wheel" names; int, g_array_unref. */
GArray        *film_find (const film *f, const char *target);
mk_mat4        film_matrix (const film *f, int node, double time_s);
mk_box         film_box (const film *f, int node, double time_s);
bool           film_changes (const film *f, int node, double from_s, double to_s); /* anything at or below it, fades too */
/* Materials at or below a node: JSON objects, borrowed; g_ptr_array_unref. */
GPtrArray     *film_materials (const film *f, int node);
int            film_camera (const film *f); /* its node, or -1 */
double         film_yfov (const film *f, double time_s);
const mk_json *film_camera_extras (const film *f);
