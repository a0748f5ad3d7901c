/* dress.h - colour, material, size and turn of things just made.
 *
 * Use       For add, text and import alike: after their nodes are there and before mk_layout_place.
 * Reads     color, second_color, colors, material, parts, scale, height_m, width_m, length_m, relative_size, rotation of the command.
 */
#pragma once
#include "scene/objects.h"

/* How a surface is changed; absent fields stay. */
typedef struct mk_look {
  bool has_color, has_second_color, has_roughness, has_metallic, has_opacity, has_glow, has_shade;
  mk_vec3 color, second_color;
  const char *material; /* name, or NULL */
  float roughness, metallic, opacity, glow, shade;
} mk_look;

/* color, second_color, material, roughness, metallic, opacity, glow, shade of a JSON object. */
bool mk_look_read (const mk_json *json, mk_look *look, GError **error);
/* Changes one surface of a node; other nodes that share its material keep it. NOT_FOUND for unknown materials. */
bool mk_look_wear (const mk_library *library, mk_scene *scene, int node, unsigned part, const mk_look *look, GError **error);
/* The main surfaces of the object at `root` (all of them with `is_all`), of which those that the recipe has for a second colour take that; one
 * that has none such gets stripes. Or, when `part_name` is not NULL, those of
 * the parts of that name (NOT_FOUND when it has none). */
bool mk_look_wear_object (const mk_library *library, mk_scene *scene, int root, const char *part_name, bool is_all, const mk_look *look, GError **error);

bool mk_dress (const mk_stage *stage, mk_scene *scene, const int *roots, unsigned n_roots, const mk_json *command, GError **error);
