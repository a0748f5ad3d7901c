/* triangulate.h - flat areas with holes into triangles.
 *
 * Method    Holes are joined to their outer line by bridges (D. Eberly, "Triangulation by Ear Clipping"),
 *           then ears are clipped. Crossing lines give a rough result, never a hang.
 */
#pragma once
#include "scene/shapes.h"

/* Indices of the points of all outlines, counted through, three per counter-clockwise triangle; free with
 * g_array_unref. */
GArray *mk_triangulate (const mk_outline *outlines, unsigned n_outlines);
/* How many outlines enclose a point of outline `index`, itself not counted: odd = it is a hole. */
unsigned mk_outline_depth (const mk_outline *outlines, unsigned n_outlines, unsigned index);
/* Twice the enclosed area; positive when counter-clockwise. */
double mk_outline_area2 (const mk_outline *outline);
