/* From a recipe and its parameters to a prototype. */
#include "scene/library.h"

#include <string.h>

#define MAX_INHERIT 8

bool
mk_compiler_fail (mk_compiler *c, mk_error_code code, const char *format, ...)
{
  if (c->error != NULL)
    return false;
  va_list list;
  va_start (list, format);
  g_autofree char *text = g_strdup_vprintf (format, list);
  va_end (list);
  return mk_error (&c->error, code, "%s", text);
}

double
mk_compiler_number (mk_compiler *c, const mk_json *value, double fallback)
{
  if (value == NULL || c->error != NULL)
    return fallback;
  double number = fallback;
  if (mk_json_is_number (value))
    number = mk_json_get_real (value);
  else if (mk_json_get_kind (value) == MK_JSON_STRING && mk_json_get_string (value)[0] == '=')
    mk_expr_eval (mk_json_get_string (value) + 1, &c->scope, &number, &c->error);
  else
    mk_compiler_fail (c, MK_ERROR_TYPE, "wanted a number or “=sum”, not %s", mk_json_kind_name (mk_json_get_kind (value)));
  if (!(fabs (number) <= 1e6))
    mk_compiler_fail (c, MK_ERROR_RANGE, "%g is not a size in metres", number);
  return c->error == NULL ? number : fallback;
}

mk_vec3
mk_compiler_vec3 (mk_compiler *c, const mk_json *value, mk_vec3 fallback)
{
  if (value == NULL || c->error != NULL)
    return fallback;
  if (mk_json_get_kind (value) != MK_JSON_ARRAY) {
    float one = (float)mk_compiler_number (c, value, 0);
    return (mk_vec3){ one, one, one };
  }
  if (mk_json_length (value) != 3)
    mk_compiler_fail (c, MK_ERROR_TYPE, "wanted [x, y, z], got %zu numbers", mk_json_length (value));
  mk_vec3 out = { (float)mk_compiler_number (c, mk_json_at (value, 0), 0), (float)mk_compiler_number (c, mk_json_at (value, 1), 0),
                  (float)mk_compiler_number (c, mk_json_at (value, 2), 0) };
  return out;
}

/* --- inheritance --- */

static mk_json *
merged_object (const mk_json *base, const mk_json *own)
{
  mk_json *out = base != NULL ? mk_json_copy (base) : mk_json_new_object ();
  for (mk_json_iter i = mk_json_iterate (own); mk_json_next (&i);)
    mk_json_set (out, i.key, mk_json_copy (i.value));
  return out;
}

/* Own keys win; materials and params are merged one by one; "set" gives new defaults; "extra" parts are appended. */
static mk_json *
inherit (const mk_json *base, const mk_json *own)
{
  static const char *const personal[] = { "name", "plural", "synonyms", "abstract", "varies", "set", "extra", "inherit", "height_m", "width_m", "length_m" };
  mk_json *out = mk_json_copy (base);
  for (size_t i = 0; i < MK_COUNT (personal); i++)
    mk_json_remove (out, personal[i]);
  for (mk_json_iter i = mk_json_iterate (own); mk_json_next (&i);) {
    if (g_str_equal (i.key, "materials") || g_str_equal (i.key, "params"))
      mk_json_set (out, i.key, merged_object (mk_json_get (base, i.key), i.value));
    else if (!g_str_equal (i.key, "set") && !g_str_equal (i.key, "extra"))
      mk_json_set (out, i.key, mk_json_copy (i.value));
  }
  mk_json *parts = mk_json_get (out, "parts"), *extra = mk_json_get (own, "extra");
  for (size_t i = 0; i < mk_json_length (extra) && mk_json_get_kind (parts) == MK_JSON_ARRAY; i++)
    mk_json_append (parts, mk_json_copy (mk_json_at (extra, i)));
  for (mk_json_iter i = mk_json_iterate (mk_json_get (own, "set")); mk_json_next (&i);) {
    mk_json *param = mk_json_get (mk_json_get (out, "params"), i.key);
    if (mk_json_get_kind (param) == MK_JSON_OBJECT)
      mk_json_set (param, "default", mk_json_copy (i.value));
  }
  return out;
}

static bool
resolve (const mk_library *library, mk_recipe *recipe, int depth, GError **error)
{
  if (recipe->is_resolved)
    return true;
  const char *base_name = mk_json_get_string (mk_json_get (recipe->json, "inherit"));
  if (*base_name != 0) {
    mk_recipe *base = g_hash_table_lookup (library->by_word, base_name);
    if (base == NULL)
      return mk_error (error, MK_ERROR_NOT_FOUND, "it inherits “%s”, which is not there", base_name);
    if (depth >= MAX_INHERIT)
      return mk_error (error, MK_ERROR_LIMIT, "it inherits in a circle, or over more than %d recipes", MAX_INHERIT);
    if (!resolve (library, base, depth + 1, error))
      return false;
    mk_json *json = inherit (base->json, recipe->json);
    recipe->said = recipe->json;
    recipe->json = json;
  }
  recipe->is_resolved = true;
  return true;
}

/* --- parameters --- */

static double
param_value (mk_compiler *c, const char *name, const mk_json *spec, const mk_json *given)
{
  const mk_json *options = mk_json_get (spec, "options");
  const mk_json *value = given != NULL ? given : mk_json_get (spec, "default");
  if (options != NULL) {
    for (size_t i = 0; i < mk_json_length (options); i++)
      if (mk_json_equal (mk_json_at (options, i), value))
        return (double)i;
    mk_compiler_fail (c, MK_ERROR_RANGE, "“%s” of “%s” is not one of its options", mk_json_get_string (value), name);
    return 0;
  }
  double low = mk_json_has (spec, "min") ? mk_json_get_real (mk_json_get (spec, "min")) : -1e6;
  double high = mk_json_has (spec, "max") ? mk_json_get_real (mk_json_get (spec, "max")) : 1e6;
  double number = mk_compiler_number (c, value, 0);
  if (c->error == NULL && !(number >= low && number <= high))
    mk_compiler_fail (c, MK_ERROR_RANGE, "“%s” is %g; %g to %g are possible", name, number, low, high);
  return number;
}

static void
read_params (mk_compiler *c, const mk_json *given)
{
  const mk_json *specs = mk_json_get (c->json, "params");
  for (mk_json_iter i = mk_json_iterate (given); mk_json_next (&i);)
    if (!mk_json_has (specs, i.key))
      mk_compiler_fail (c, MK_ERROR_USAGE, "it has no parameter “%s”", i.key);
  for (mk_json_iter i = mk_json_iterate (specs); mk_json_next (&i) && c->error == NULL;) {
    const mk_json *options = mk_json_get (i.value, "options");
    for (size_t k = 0; k < mk_json_length (options); k++) {
      const char *word = mk_json_get_string (mk_json_at (options, k));
      if (*word != 0 && !mk_scope_set (&c->scope, word, (double)k))
        mk_compiler_fail (c, MK_ERROR_LIMIT, "more than %d names", MK_SCOPE_MAX);
    }
    if (!mk_scope_set (&c->scope, i.key, param_value (c, i.key, i.value, mk_json_get (given, i.key))))
      mk_compiler_fail (c, MK_ERROR_LIMIT, "more than %d names", MK_SCOPE_MAX);
  }
}

/* --- materials --- */

/* A colour may depend on a parameter: {"season": ["#...", "#..."]} takes the one at its value. */
static const mk_json *
pick_color (mk_compiler *c, const mk_json *color)
{
  if (mk_json_get_kind (color) != MK_JSON_OBJECT)
    return color;
  mk_json_iter i = mk_json_iterate (color);
  if (!mk_json_next (&i) || mk_json_length (i.value) == 0) {
    mk_compiler_fail (c, MK_ERROR_TYPE, "a colour that depends on a parameter names it and lists colours");
    return NULL;
  }
  double index = 0;
  mk_expr_eval (i.key, &c->scope, &index, &c->error);
  return mk_json_at (i.value, (size_t)CLAMP (index, 0, (double)mk_json_length (i.value) - 1));
}

static int
add_slot (mk_compiler *c, const char *key, const char *material, const mk_json *changes)
{
  mk_slot slot = { .material = MK_MATERIAL_DEFAULT };
  if (*material != 0 && !mk_material_find (c->library, material, &slot.material))
    mk_compiler_fail (c, MK_ERROR_NOT_FOUND, "there is no material “%s”", material);
  if (changes != NULL && c->error == NULL) {
    g_autoptr (mk_json) copy = mk_json_copy (changes);
    if (mk_json_has (copy, "color"))
      mk_json_set (copy, "color", mk_json_copy (pick_color (c, mk_json_get (changes, "color"))));
    if (c->error == NULL)
      mk_material_read (copy, &slot.material, &c->error);
    slot.is_main = mk_json_get_bool (mk_json_get (changes, "main"));
    slot.is_second = mk_json_get_bool (mk_json_get (changes, "second"));
  }
  g_strlcpy (slot.name, key, sizeof slot.name);
  g_strlcpy (slot.material.name, key, sizeof slot.material.name);
  g_array_append_val (c->prototype->slots, slot);
  return (int)c->prototype->slots->len - 1;
}

const char *
mk_compiler_color (mk_compiler *c, const mk_json *part)
{
  const mk_json *color = mk_json_has (part, "color") ? pick_color (c, mk_json_get (part, "color")) : NULL;
  return color != NULL ? mk_json_get_string (color) : NULL;
}

int
mk_compiler_find_slot (const mk_compiler *c, const char *name)
{
  for (guint i = 0; i < c->prototype->slots->len; i++)
    if (g_str_equal (g_array_index (c->prototype->slots, mk_slot, i).name, name))
      return (int)i;
  return -1;
}

int
mk_compiler_slot (mk_compiler *c, const mk_json *part, int inherited)
{
  const char *name = mk_json_get_string (mk_json_get (part, "material"));
  const mk_json *color = mk_json_has (part, "color") ? pick_color (c, mk_json_get (part, "color")) : NULL;
  if (*name == 0 && color == NULL && inherited >= 0)
    return inherited;
  const char *base = *name != 0 ? name : "plastic";
  g_autofree char *key = color != NULL ? g_strdup_printf ("%s %s", base, mk_json_get_string (color)) : g_strdup (base);
  int known = mk_compiler_find_slot (c, key);
  if (known >= 0)
    return known;
  g_autoptr (mk_json) changes = color != NULL ? mk_json_new_object () : NULL;
  if (color != NULL)
    mk_json_set (changes, "color", mk_json_copy (color));
  return add_slot (c, key, base, changes);
}

static void
read_slots (mk_compiler *c)
{
  for (mk_json_iter i = mk_json_iterate (mk_json_get (c->json, "materials")); mk_json_next (&i) && c->error == NULL;)
    add_slot (c, i.key, mk_json_get_string (mk_json_get (i.value, "material")), i.value);
}

/* --- anchors --- */

static void
read_anchors (mk_compiler *c)
{
  static const char *const kinds[] = { "on", "in", "seat", "under", "hand", "mouth", "shoulder", "shoulders" };
  const mk_json *anchors = mk_json_get (c->json, "anchors");
  for (size_t i = 0; i < mk_json_length (anchors) && c->error == NULL; i++) {
    const mk_json *json = mk_json_at (anchors, i);
    const mk_json *size = mk_json_get (json, "size");
    mk_anchor anchor = { .at = mk_compiler_vec3 (c, mk_json_get (json, "at"), (mk_vec3){ 0, 0, 0 }),
                         .width_m = (float)mk_compiler_number (c, mk_json_at (size, 0), 0.1),
                         .length_m = (float)mk_compiler_number (c, mk_json_at (size, 1), 0.1),
                         .height_m = (float)mk_compiler_number (c, mk_json_get (json, "height"), 0),
                         .turn_rad = (float)mk_compiler_number (c, mk_json_get (json, "turn"), 0) * MK_PI / 180,
                         .pitch_rad = (float)mk_compiler_number (c, mk_json_get (json, "pitch"), 0) * MK_PI / 180 };
    bool is_known = false;
    for (size_t k = 0; k < MK_COUNT (kinds); k++)
      if (g_str_equal (mk_json_get_string (mk_json_get (json, "kind")), kinds[k])) {
        anchor.kind = (mk_anchor_kind)k;
        is_known = true;
      }
    if (!is_known)
      mk_compiler_fail (c, MK_ERROR_RANGE, "an anchor is on, in, seat, under, hand, mouth, shoulder or shoulders, not “%s”", mk_json_get_string (mk_json_get (json, "kind")));
    mk_young_anchor (c, &anchor);
    g_array_append_val (c->prototype->anchors, anchor);
  }
}

/* --- joints, once the meshes are there --- */

static bool
is_below (const mk_prototype *p, int node, int root)
{
  while (node > root)
    node = mk_prototype_node (p, node)->parent;
  return node == root;
}

/* The joint's surface: what hangs on its node, and what a skin binds mostly to it. */
typedef void (*vertex_func) (void *user, mk_vec3 position);

static bool
is_bound_to (const mk_proto_node *node, const mk_mesh *mesh, uint32_t vertex, int joint_node)
{
  for (int k = 0; k < 4; k++)
    if (mesh->weights[vertex][k] > 0.5f)
      return g_array_index (node->binds, int, mesh->joints[vertex][k]) == joint_node;
  return false;
}

static void
each_vertex_of (const mk_prototype *p, int joint_node, vertex_func func, void *user)
{
  for (guint n = 0; n < p->nodes->len; n++) {
    const mk_proto_node *node = mk_prototype_node (p, (int)n);
    for (guint k = 0; k < node->pieces->len; k++) {
      const mk_mesh *mesh = g_array_index (node->pieces, mk_proto_piece, k).mesh;
      for (uint32_t v = 0; v < mesh->n_vertices; v++) {
        bool is_own = mesh->joints == NULL ? is_below (p, (int)n, joint_node) : is_bound_to (node, mesh, v, joint_node);
        if (is_own)
          func (user, mk_vec3_add (node->pivot, mesh->positions[v]));
      }
    }
  }
}

typedef struct {
  mk_vec3 pivot, axis, tip;
  float farthest, widest;
} reach;

static void
measure_reach (void *user, mk_vec3 position)
{
  reach *r = user;
  mk_vec3 d = mk_vec3_sub (position, r->pivot);
  float length = mk_vec3_length (d);
  mk_vec3 flat = mk_vec3_sub (d, mk_vec3_scale (r->axis, mk_vec3_dot (d, r->axis)));
  r->widest = fmaxf (r->widest, mk_vec3_length (flat));
  if (length > r->farthest) {
    r->farthest = length;
    r->tip = d;
  }
}

static mk_joint *
find_joint (const mk_prototype *p, int node)
{
  for (guint i = 0; i < p->joints->len; i++)
    if (g_array_index (p->joints, mk_joint, i).node == node)
      return &g_array_index (p->joints, mk_joint, i);
  return NULL;
}

static void
measure_joint (const mk_prototype *p, mk_joint *joint)
{
  const mk_proto_node *node = mk_prototype_node (p, joint->node);
  reach r = { node->pivot, joint->axis, { 0, 0, 0 }, 0, 0 };
  mk_joint *next = NULL;
  for (guint i = 0; i < p->joints->len; i++) {
    mk_joint *other = &g_array_index (p->joints, mk_joint, i);
    if (other->role == joint->role && mk_prototype_node (p, other->node)->parent == joint->node) {
      next = other;
      other->segment = joint->segment + 1;
    }
  }
  if (mk_vec3_length (joint->tip) > 0) {
    joint->length_m = mk_vec3_length (joint->tip);
    return;
  }
  if (next != NULL)
    r.tip = mk_vec3_sub (mk_prototype_node (p, next->node)->pivot, node->pivot);
  else
    each_vertex_of (p, joint->node, measure_reach, &r);
  joint->tip = r.tip;
  bool is_round = joint->role == MK_ROLE_WHEEL || joint->role == MK_ROLE_PROPELLER;
  joint->length_m = is_round ? r.widest : mk_vec3_length (r.tip);
}

/* Limbs of a role are counted from the front to the back, left before right. */
static void
count_limbs (const mk_prototype *p)
{
  for (guint i = 0; i < p->joints->len; i++) {
    mk_joint *joint = &g_array_index (p->joints, mk_joint, i);
    mk_vec3 own = mk_prototype_node (p, joint->node)->pivot;
    if (joint->segment > 0) {
      const mk_joint *parent = find_joint (p, mk_prototype_node (p, joint->node)->parent);
      joint->limb = parent != NULL ? parent->limb : 0;
      continue;
    }
    for (guint k = 0; k < p->joints->len; k++) {
      const mk_joint *other = &g_array_index (p->joints, mk_joint, k);
      mk_vec3 at = mk_prototype_node (p, other->node)->pivot;
      if (k == i || other->role != joint->role || other->segment > 0)
        continue;
      bool is_row_before = at.z > own.z + 1e-4f, is_same_row = fabsf (at.z - own.z) <= 1e-4f;
      bool is_before = is_row_before || (is_same_row && (at.x > own.x + 1e-4f || (fabsf (at.x - own.x) <= 1e-4f && k < i)));
      joint->limb += is_before;
    }
  }
}

/* --- size and stand --- */

static mk_box
measure (const mk_prototype *p)
{
  mk_box box = MK_BOX_EMPTY;
  for (guint n = 0; n < p->nodes->len; n++) {
    const mk_proto_node *node = mk_prototype_node (p, (int)n);
    for (guint k = 0; k < node->pieces->len; k++) {
      mk_box own = g_array_index (node->pieces, mk_proto_piece, k).mesh->bounds;
      box = mk_box_union (box, (mk_box){ mk_vec3_add (own.min, node->pivot), mk_vec3_add (own.max, node->pivot) });
    }
  }
  return box;
}

static void
scale_all (mk_prototype *p, float s, float lift)
{
  for (guint n = 0; n < p->nodes->len; n++) {
    mk_proto_node *node = mk_prototype_node (p, (int)n);
    node->pivot = n == 0 ? node->pivot : mk_vec3_scale (node->pivot, s);
    node->pivot.y += n == 0 ? 0 : lift;
    node->light_color = mk_vec3_scale (node->light_color, s * s);
    for (guint k = 0; k < node->pieces->len; k++) {
      mk_mesh *mesh = g_array_index (node->pieces, mk_proto_piece, k).mesh;
      for (uint32_t v = 0; v < mesh->n_vertices; v++) {
        mesh->positions[v] = mk_vec3_scale (mesh->positions[v], s);
        mesh->positions[v].y += n == 0 ? lift : 0;
        mesh->uvs[v] = (mk_vec2){ mesh->uvs[v].x * s, mesh->uvs[v].y * s };
      }
      mk_mesh_update_bounds (mesh);
    }
  }
  for (guint i = 0; i < p->anchors->len; i++) {
    mk_anchor *anchor = &g_array_index (p->anchors, mk_anchor, i);
    anchor->at = mk_vec3_scale (anchor->at, s);
    anchor->at.y += lift;
    anchor->width_m *= s;
    anchor->length_m *= s;
    anchor->height_m *= s;
  }
  for (guint i = 0; i < p->joints->len; i++)
    g_array_index (p->joints, mk_joint, i).tip = mk_vec3_scale (g_array_index (p->joints, mk_joint, i).tip, s);
}

/* The highest surface at (x, z) below `from_y`; -INFINITY for none. */
static float
surface_at (const mk_prototype *p, float x, float z, float from_y)
{
  float best = -INFINITY;
  for (guint n = 0; n < p->nodes->len; n++) {
    const mk_proto_node *node = mk_prototype_node (p, (int)n);
    mk_mat4 place = mk_mat4_from_trs ((mk_trs){ node->pivot, MK_QUAT_IDENTITY, { 1, 1, 1 } });
    for (guint k = 0; k < node->pieces->len; k++)
      mk_mesh_surface (g_array_index (node->pieces, mk_proto_piece, k).mesh, place, x, z, from_y, &best);
  }
  return best;
}

/* Places to stand on are written roughly; the surface under them is the truth: at the middle, or, where that is a
 * gap between cushions, at its sides. */
static void
snap_anchors (mk_prototype *p)
{
  float slack = 0.15f * (p->bounds.max.y - p->bounds.min.y);
  for (guint i = 0; i < p->anchors->len; i++) {
    mk_anchor *anchor = &g_array_index (p->anchors, mk_anchor, i);
    if (anchor->kind != MK_ANCHOR_ON && anchor->kind != MK_ANCHOR_SEAT)
      continue;
    float from = anchor->at.y + slack, best = surface_at (p, anchor->at.x, anchor->at.z, from);
    float left = surface_at (p, anchor->at.x - 0.2f * anchor->width_m, anchor->at.z, from), right = surface_at (p, anchor->at.x + 0.2f * anchor->width_m, anchor->at.z, from);
    if (anchor->kind == MK_ANCHOR_SEAT && best < fminf (left, right) - 0.02f)
      best = fminf (left, right);
    if (best > anchor->at.y - 4 * slack)
      anchor->at.y = best;
  }
}

/* Scales to the stated size and stands it on y = 0. */
static void
settle (mk_compiler *c, const mk_recipe_info *info)
{
  mk_box box = measure (c->prototype);
  mk_vec3 size = mk_vec3_sub (box.max, box.min);
  if (!(size.x >= 0) || !(size.y >= 0)) {
    mk_compiler_fail (c, MK_ERROR_RANGE, "it has no surface");
    return;
  }
  float own = info->dimension[0] == 'h' ? size.y : info->dimension[0] == 'w' ? size.x : size.z;
  if (!(own > 1e-6f)) {
    mk_compiler_fail (c, MK_ERROR_RANGE, "its %s is 0", info->dimension);
    return;
  }
  /* A recipe that was made bigger by its parameters stays so: the scale is that of its defaults. */
  float s = c->scale > 0 ? c->scale * c->young.size : info->size_m / own;
  c->scale = s / c->young.size;
  scale_all (c->prototype, s, -box.min.y * s);
  c->prototype->bounds = measure (c->prototype);
  snap_anchors (c->prototype);
}

static mk_prototype *
carry_out (const mk_library *library, mk_recipe *recipe, const mk_json *params, float *scale, GError **error)
{
  mk_compiler c = { .library = library, .json = recipe->json, .prototype = mk_prototype_new (), .scope = { .seed = 1 }, .scale = *scale };
  c.names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  c.builders = g_array_new (FALSE, TRUE, sizeof (mk_growing));
  c.young.maps = g_array_new (FALSE, TRUE, sizeof (mk_young_map));
  c.young.eyeballs = g_array_new (FALSE, TRUE, sizeof (mk_young_eyeball));
  read_params (&c, params);
  mk_young_read (&c);
  read_slots (&c);
  mk_compile_varies (&c);
  mk_compile_node (&c, recipe->info.name, -1, (mk_vec3){ 0, 0, 0 });
  if (mk_json_has (c.json, "model"))
    mk_compile_model (&c, recipe);
  mk_compile_parts (&c, mk_json_get (c.json, "parts"), 0, MK_MAT4_IDENTITY, -1, "");
  mk_compile_finish (&c);
  if (c.error == NULL)
    read_anchors (&c);
  if (c.error == NULL)
    settle (&c, &recipe->info);
  for (guint i = 0; i < c.prototype->joints->len && c.error == NULL; i++)
    measure_joint (c.prototype, &g_array_index (c.prototype->joints, mk_joint, i));
  count_limbs (c.prototype);
  g_hash_table_unref (c.names);
  g_array_unref (c.builders);
  g_array_unref (c.young.maps);
  g_array_unref (c.young.eyeballs);
  *scale = c.scale;
  if (c.error == NULL)
    return c.prototype;
  g_propagate_prefixed_error (error, c.error, "recipe “%s”: ", recipe->info.name);
  mk_prototype_free (c.prototype);
  return NULL;
}

mk_prototype *
mk_recipe_carry_out (const mk_library *library, mk_recipe *recipe, const mk_json *params, GError **error)
{
  float scale = 0;
  if (!resolve (library, recipe, 0, error)) {
    g_prefix_error (error, "recipe “%s”: ", recipe->info.name);
    return NULL;
  }
  if (recipe->is_in_making) {
    mk_error (error, MK_ERROR_LIMIT, "recipe “%s” is made of itself", recipe->info.name);
    return NULL;
  }
  recipe->is_in_making = true;
  mk_prototype *made = params != NULL ? carry_out (library, recipe, NULL, &scale, error) : NULL;
  bool is_sized = params == NULL || made != NULL;
  mk_prototype_free (made);
  made = is_sized ? carry_out (library, recipe, params, &scale, error) : NULL;
  recipe->is_in_making = false;
  return made;
}
