/* svg.h - SVG on the links of a workflow: one or more documents as text. */
#pragma once
#include "graph/node.h"

extern const mk_value_type mk_svg_type;

/* Takes a GPtrArray of char * with g_free as its free function. */
mk_value *mk_value_new_svg (GPtrArray *taken_texts);
