/* Parts of a recipe to nodes and pieces. */
#include "scene/library.h"

#include <string.h>

#define MAX_PARTS 20000
#define MAX_REPEAT 5000
#define MAX_DEPTH 12

static const char *const role_names[] = { "none", "body", "head", "neck", "leg", "arm", "wing", "tail", "fin", "jaw", "ear", "wheel",
                                          "propeller", "door", "lid", "pendulum", "hand", "flame", "drape" };
G_STATIC_ASSERT (MK_COUNT (role_names) == MK_N_ROLES);

const char *
mk_joint_role_name (mk_joint_role role)
{
  return role_names[role];
}

mk_joint_role
mk_joint_role_find (const char *name)
{
  for (size_t i = 1; i < MK_COUNT (role_names); i++)
    if (g_str_equal (role_names[i], name))
      return (mk_joint_role)i;
  return MK_ROLE_NONE;
}

/* Names stay unique: "leg", "leg 2", ... */
static char *
unique_name (mk_compiler *c, const char *wanted)
{
  char *name = g_strdup (wanted);
  for (unsigned n = 2; g_hash_table_contains (c->names, name); n++) {
    g_free (name);
    name = g_strdup_printf ("%s %u", wanted, n);
  }
  g_hash_table_add (c->names, g_strdup (name));
  return name;
}

int
mk_compile_node (mk_compiler *c, const char *name, int parent, mk_vec3 pivot)
{
  mk_proto_node node = { .name = unique_name (c, name), .parent = parent, .pivot = pivot, .pieces = g_array_new (FALSE, FALSE, sizeof (mk_proto_piece)) };
  g_array_append_val (c->prototype->nodes, node);
  return (int)c->prototype->nodes->len - 1;
}

static int
find_node (const mk_compiler *c, const char *name)
{
  for (guint i = 0; i < c->prototype->nodes->len; i++)
    if (g_str_equal (mk_prototype_node (c->prototype, (int)i)->name, name))
      return (int)i;
  return -1;
}

static mk_vec3
axis_of (const char *name, mk_joint_role role)
{
  static const mk_vec3 x = { 1, 0, 0 }, y = { 0, 1, 0 }, z = { 0, 0, 1 };
  if (*name != 0)
    return name[0] == 'x' ? x : name[0] == 'y' ? y : z;
  switch (role) {
  case MK_ROLE_HEAD:
  case MK_ROLE_NECK:
  case MK_ROLE_TAIL:
  case MK_ROLE_DOOR:
    return y;
  case MK_ROLE_WING:
  case MK_ROLE_PENDULUM:
  case MK_ROLE_PROPELLER:
  case MK_ROLE_HAND:
    return z;
  default:
    return x;
  }
}

void
mk_compile_joint (mk_compiler *c, const mk_json *json, int node, int side, mk_mat4 frame)
{
  bool is_plain = mk_json_get_kind (json) == MK_JSON_STRING;
  const char *role = is_plain ? mk_json_get_string (json) : mk_json_get_string (mk_json_get (json, "role"));
  const mk_json *rest = is_plain ? NULL : json;
  mk_joint joint = { .node = node, .role = mk_joint_role_find (role), .side = side };
  if (joint.role == MK_ROLE_NONE) {
    mk_compiler_fail (c, MK_ERROR_RANGE, "there is no role of joints “%s”", role);
    return;
  }
  joint.drape = mk_drape_find (mk_json_get_string (mk_json_get (rest, "drape")));
  joint.out = mk_vec3_normalize (mk_mat4_direction (frame, mk_compiler_vec3 (c, mk_json_get (rest, "out"), (mk_vec3){ 0, 0, 0 })));
  joint.axis = axis_of (mk_json_get_string (mk_json_get (rest, "axis")), joint.role);
  joint.tip = mk_mat4_direction (frame, mk_compiler_vec3 (c, mk_json_get (rest, "tip"), (mk_vec3){ 0, 0, 0 }));
  joint.min_rad = (float)mk_compiler_number (c, mk_json_get (rest, "min"), 0) * MK_PI / 180;
  joint.max_rad = (float)mk_compiler_number (c, mk_json_get (rest, "max"), 0) * MK_PI / 180;
  g_array_append_val (c->prototype->joints, joint);
}

/* --- pieces --- */

static mk_mesh_builder *
growing_piece (mk_compiler *c, int node, int slot)
{
  for (guint i = 0; i < c->builders->len; i++) {
    mk_growing *piece = &g_array_index (c->builders, mk_growing, i);
    if (piece->node == node && piece->slot == slot)
      return &piece->builder;
  }
  mk_growing piece = { .node = node, .slot = slot };
  mk_mesh_builder_init (&piece.builder);
  g_array_append_val (c->builders, piece);
  return &g_array_index (c->builders, mk_growing, c->builders->len - 1).builder;
}

void
mk_compile_mesh (mk_compiler *c, const mk_mesh *mesh, int node, int slot, mk_mat4 place)
{
  mk_mesh_builder_append (growing_piece (c, node, slot), mesh, place);
}

void
mk_compile_finish (mk_compiler *c)
{
  for (guint i = 0; i < c->builders->len; i++) {
    mk_growing *piece = &g_array_index (c->builders, mk_growing, i);
    if (c->error != NULL) {
      mk_mesh_builder_clear (&piece->builder);
      continue;
    }
    mk_proto_piece done = { mk_mesh_builder_take (&piece->builder, &c->error), piece->slot };
    if (done.mesh != NULL)
      g_array_append_val (mk_prototype_node (c->prototype, piece->node)->pieces, done);
  }
}

/* --- where a part stands --- */

static mk_mat4
moved (mk_vec3 to)
{
  return mk_mat4_from_trs ((mk_trs){ to, MK_QUAT_IDENTITY, { 1, 1, 1 } });
}

static mk_mat4
turned (mk_quat q)
{
  return mk_mat4_from_trs ((mk_trs){ { 0, 0, 0 }, q, { 1, 1, 1 } });
}

/* Y onto the axis along which a round shape stands. */
static mk_quat
axis_turn (mk_compiler *c, const mk_json *part)
{
  const char *axis = mk_json_get_string (mk_json_get (part, "axis"));
  if (g_str_equal (axis, "x"))
    return mk_quat_from_axis ((mk_vec3){ 0, 0, 1 }, -MK_PI / 2);
  if (g_str_equal (axis, "z"))
    return mk_quat_from_axis ((mk_vec3){ 1, 0, 0 }, MK_PI / 2);
  if (*axis != 0 && !g_str_equal (axis, "y"))
    mk_compiler_fail (c, MK_ERROR_RANGE, "an axis is x, y or z, not “%s”", axis);
  return MK_QUAT_IDENTITY;
}

static mk_quat
part_turn (mk_compiler *c, const mk_json *part)
{
  mk_vec3 turn = mk_vec3_scale (mk_compiler_vec3 (c, mk_json_get (part, "turn"), (mk_vec3){ 0, 0, 0 }), MK_PI / 180);
  if (mk_json_has (part, "from")) {
    mk_vec3 zero = { 0, 0, 0 };
    mk_vec3 along = mk_vec3_sub (mk_compiler_vec3 (c, mk_json_get (part, "to"), zero), mk_compiler_vec3 (c, mk_json_get (part, "from"), zero));
    mk_quat look = mk_quat_look (along, fabsf (along.y) > 0.99f * mk_vec3_length (along) ? (mk_vec3){ 0, 0, 1 } : (mk_vec3){ 0, 1, 0 });
    return mk_quat_mul (look, mk_quat_from_axis ((mk_vec3){ 1, 0, 0 }, MK_PI / 2));
  }
  return mk_quat_from_euler (turn.x, turn.y, turn.z);
}

static mk_vec3
part_place (mk_compiler *c, const mk_json *part)
{
  mk_vec3 zero = { 0, 0, 0 };
  if (mk_json_has (part, "from"))
    return mk_vec3_lerp (mk_compiler_vec3 (c, mk_json_get (part, "from"), zero), mk_compiler_vec3 (c, mk_json_get (part, "to"), zero), 0.5f);
  return mk_compiler_vec3 (c, mk_json_get (part, mk_json_has (part, "base") ? "base" : "at"), zero);
}

/* --- one part --- */

typedef struct {
  int node, slot;
  mk_mat4 frame;
  const char *prefix; /* "left ", "left front " of what it is mirrored by */
} place;

/* The place of what hangs on a node before it, which goes with that node where a young one has it elsewhere. */
static place
hung (mk_compiler *c, const mk_json *part, const place *at)
{
  place own = *at;
  const char *hangs_on = mk_json_get_string (mk_json_get (part, "hangs_on"));
  if (*hangs_on == 0)
    return own;
  g_autofree char *sided = g_strconcat (at->prefix, hangs_on, NULL);
  int found = find_node (c, sided);
  own.node = found < 0 ? find_node (c, hangs_on) : found;
  if (own.node < 0) {
    mk_compiler_fail (c, MK_ERROR_NOT_FOUND, "nothing before is named “%s” to hang on", hangs_on);
    return *at;
  }
  own.frame = mk_mat4_mul (mk_young_frame (c, own.node), at->frame);
  return own;
}

/* The node that a part gets of its own: when it has a name, a joint or a pivot. */
static int
part_node (mk_compiler *c, const mk_json *part, const place *at, mk_mat4 own, const char *suffix)
{
  const char *name = mk_json_get_string (mk_json_get (part, "name"));
  const mk_json *joint = mk_json_get (part, "joint"), *pivot = mk_json_get (part, "pivot");
  if (*name == 0 && joint == NULL && pivot == NULL)
    return at->node;
  mk_vec3 where = pivot != NULL ? mk_mat4_point (at->frame, mk_compiler_vec3 (c, pivot, (mk_vec3){ 0, 0, 0 })) : (mk_vec3){ own.m[12], own.m[13], own.m[14] };
  g_autofree char *whole = g_strconcat (at->prefix, *name != 0 ? name : "part", suffix, NULL);
  int node = mk_compile_node (c, whole, at->node, where);
  int side = where.x > 1e-4f ? 1 : where.x < -1e-4f ? -1 : 0;
  if (joint != NULL)
    mk_compile_joint (c, joint, node, side, at->frame);
  return node;
}

static void
compile_one (mk_compiler *c, const mk_json *part, const place *in, const char *suffix)
{
  const place hanging = hung (c, part, in), *at = &hanging;
  mk_mat4 own = mk_mat4_mul (mk_mat4_mul (at->frame, moved (part_place (c, part))), turned (part_turn (c, part)));
  mk_vec3 one = { 1, 1, 1 }, scale = mk_compiler_vec3 (c, mk_json_get (part, "scale"), one);
  own = mk_young_eye (c, part, at->node, mk_mat4_mul (own, mk_mat4_from_trs ((mk_trs){ { 0, 0, 0 }, MK_QUAT_IDENTITY, scale })));
  bool is_object = mk_json_has (part, "object");
  int slot = is_object ? at->slot : mk_compiler_slot (c, part, at->slot);
  int node = part_node (c, part, at, own, suffix);
  if (c->error != NULL)
    return;
  if (is_object)
    mk_compile_object (c, part, mk_compiler_color (c, part), node, own);
  else if (g_str_equal (mk_json_get_string (mk_json_get (part, "shape")), "body"))
    mk_compile_body (c, part, node, own, slot);
  else if (mk_json_has (part, "shape")) {
    g_autoptr (mk_mesh) mesh = mk_compile_shape (c, part);
    if (mesh == NULL)
      return;
    mk_quat turn = axis_turn (c, part);
    mk_mat4 shape = mk_mat4_mul (own, turned (turn));
    if (mk_json_has (part, "base")) {
      mk_box box = mk_box_transform (turned (turn), mesh->bounds);
      shape = mk_mat4_mul (mk_mat4_mul (own, moved ((mk_vec3){ 0, -box.min.y, 0 })), turned (turn));
    }
    if (mk_json_has (part, "drape")) {
      mk_compile_drape (c, mk_json_get (part, "drape"), mesh, node, slot, at->frame, shape);
      return;
    }
    mk_vec3 pivot = mk_prototype_node (c->prototype, node)->pivot;
    mk_compile_mesh (c, mesh, node, slot, mk_mat4_mul (moved (mk_vec3_scale (pivot, -1)), shape));
  }
  if (mk_json_has (part, "light")) {
    mk_vec3 white = { 1, 1, 1 };
    mk_color_parse (mk_json_get_string (mk_json_get (part, "color")), &white);
    mk_prototype_node (c->prototype, node)->light_color = mk_vec3_scale (white, (float)mk_compiler_number (c, mk_json_get (part, "light"), 1));
  }
  mk_compile_parts (c, mk_json_get (part, "parts"), node, own, slot, at->prefix);
}

/* Each axis of "mirror" doubles the part: authored on the left (+X) and in the front (+Z). */
static void
compile_mirrored (mk_compiler *c, const mk_json *part, const place *at, const char *suffix)
{
  const char *mirror = mk_json_get_string (mk_json_get (part, "mirror"));
  bool x = strchr (mirror, 'x') != NULL, z = strchr (mirror, 'z') != NULL, y = strchr (mirror, 'y') != NULL;
  for (unsigned i = 0; i < 8 && c->error == NULL; i++) {
    if ((!x && i & 1) || (!z && i & 2) || (!y && i & 4))
      continue;
    g_autofree char *prefix = g_strconcat (at->prefix, x ? (i & 1 ? "right " : "left ") : "", z ? (i & 2 ? "back " : "front ") : "",
                                           y ? (i & 4 ? "lower " : "upper ") : "", NULL);
    mk_trs flip = { { 0, 0, 0 }, MK_QUAT_IDENTITY, { i & 1 ? -1 : 1, i & 4 ? -1 : 1, i & 2 ? -1 : 1 } };
    place own = { at->node, at->slot, mk_mat4_mul (at->frame, mk_mat4_from_trs (flip)), prefix };
    compile_one (c, part, &own, suffix);
  }
}

static void
check_part (mk_compiler *c, const mk_json *part)
{
  static const char *const keys[] = {
    "name", "shape", "size", "radius", "height", "round", "at", "base", "from", "to", "turn", "scale", "axis", "material", "color", "mirror",
    "repeat", "step", "ring", "about", "if", "parts", "joint", "pivot", "hangs_on", "segments", "points", "smooth", "closed", "outline", "holes",
    "star", "depth", "bevel", "profile", "tube", "feature", "roughness", "peak", "above", "resolution", "seed", "blobs", "joints", "blend", "skin", "cells", "light", "object", "set", "detail", "text", "drape" };
  if (mk_json_get_kind (part) != MK_JSON_OBJECT)
    mk_compiler_fail (c, MK_ERROR_TYPE, "a part is an object, not %s", mk_json_kind_name (mk_json_get_kind (part)));
  for (mk_json_iter i = mk_json_iterate (part); mk_json_next (&i);) {
    bool is_known = false;
    for (size_t k = 0; k < MK_COUNT (keys) && !is_known; k++)
      is_known = g_str_equal (i.key, keys[k]);
    if (!is_known)
      mk_compiler_fail (c, MK_ERROR_USAGE, "a part has no “%s”", i.key);
  }
}

/* "repeat" n times by "step"; "ring" n times about an axis. "i" (from 0) and "n" are there for sums. */
static void
compile_repeated (mk_compiler *c, const mk_json *part, const place *at)
{
  const mk_json *ring = mk_json_get (part, "ring"), *repeat = mk_json_get (part, "repeat");
  int n = (int)CLAMP (mk_compiler_number (c, ring != NULL ? ring : repeat, 1), -1, MAX_REPEAT + 1);
  if (n < 0 || n > MAX_REPEAT)
    mk_compiler_fail (c, MK_ERROR_RANGE, "a part is repeated 0 to %d times", MAX_REPEAT);
  bool is_counted = ring != NULL || repeat != NULL;
  mk_scope outer = c->scope;
  for (int i = 0; i < n && c->error == NULL; i++) {
    if (++c->n_parts > MAX_PARTS)
      mk_compiler_fail (c, MK_ERROR_LIMIT, "more than %d parts", MAX_PARTS);
    if (is_counted && (!mk_scope_set (&c->scope, "i", i) || !mk_scope_set (&c->scope, "n", n)))
      mk_compiler_fail (c, MK_ERROR_LIMIT, "more than %d names", MK_SCOPE_MAX);
    if (!(fabs (mk_compiler_number (c, mk_json_get (part, "if"), 1)) > 0))
      continue;
    mk_mat4 frame = at->frame;
    if (ring != NULL) {
      const char *about = mk_json_get_string (mk_json_get (part, "about"));
      mk_vec3 axis = { about[0] == 'x', about[0] != 'x' && about[0] != 'z', about[0] == 'z' };
      frame = mk_mat4_mul (frame, turned (mk_quat_from_axis (axis, 2 * MK_PI * (float)i / (float)n)));
    }
    mk_vec3 step = mk_compiler_vec3 (c, mk_json_get (part, "step"), (mk_vec3){ 0, 0, 0 });
    frame = mk_mat4_mul (frame, moved (mk_vec3_scale (step, (float)i)));
    place own = { at->node, at->slot, frame, at->prefix };
    g_autofree char *suffix = n > 1 ? g_strdup_printf (" %d", i + 1) : g_strdup ("");
    compile_mirrored (c, part, &own, suffix);
  }
  c->scope = outer;
}

void
mk_compile_parts (mk_compiler *c, const mk_json *parts, int node, mk_mat4 frame, int slot, const char *prefix)
{
  if (parts == NULL || c->error != NULL)
    return;
  if (mk_json_get_kind (parts) != MK_JSON_ARRAY)
    mk_compiler_fail (c, MK_ERROR_TYPE, "“parts” is an array, not %s", mk_json_kind_name (mk_json_get_kind (parts)));
  if (++c->depth > MAX_DEPTH)
    mk_compiler_fail (c, MK_ERROR_LIMIT, "parts within parts deeper than %d", MAX_DEPTH);
  place at = { node, slot, frame, prefix };
  for (size_t i = 0; i < mk_json_length (parts) && c->error == NULL; i++) {
    const mk_json *part = mk_json_at (parts, i);
    check_part (c, part);
    if (c->error == NULL)
      compile_repeated (c, part, &at);
    if (c->error != NULL)
      g_prefix_error (&c->error, "part %zu%s%s: ", i + 1, mk_json_has (part, "name") ? " " : "", mk_json_get_string (mk_json_get (part, "name")));
  }
  c->depth--;
}
