/* A recipe whose form is a model of another program: {"model": "chair.glb"} beside it. */
#include <string.h>

#include "scene/import.h"
#include "scene/library.h"

static mk_mat4
turned (mk_compiler *c)
{
  mk_vec3 turn = mk_vec3_scale (mk_compiler_vec3 (c, mk_json_get (c->json, "turn"), (mk_vec3){ 0, 0, 0 }), MK_PI / 180);
  return mk_mat4_from_trs ((mk_trs){ { 0, 0, 0 }, mk_quat_from_euler (turn.x, turn.y, turn.z), { 1, 1, 1 } });
}

/* Normals of a stretched surface: by the cofactors of its matrix. */
static mk_vec3
normal_under (const mk_mat4 *m, mk_vec3 n)
{
  mk_vec3 x = { m->m[0], m->m[1], m->m[2] }, y = { m->m[4], m->m[5], m->m[6] }, z = { m->m[8], m->m[9], m->m[10] };
  mk_vec3 sum = mk_vec3_scale (mk_vec3_cross (y, z), n.x);
  sum = mk_vec3_add (sum, mk_vec3_scale (mk_vec3_cross (z, x), n.y));
  sum = mk_vec3_normalize (mk_vec3_add (sum, mk_vec3_scale (mk_vec3_cross (x, y), n.z)));
  return mk_vec3_length (sum) > 0.5f ? sum : (mk_vec3){ 0, 1, 0 };
}

static bool
is_mirror (const mk_mat4 *m)
{
  mk_vec3 x = { m->m[0], m->m[1], m->m[2] }, y = { m->m[4], m->m[5], m->m[6] }, z = { m->m[8], m->m[9], m->m[10] };
  return mk_vec3_dot (mk_vec3_cross (x, y), z) < 0;
}

/* A skin is left in the pose that it was made in. */
static mk_mesh *
placed_mesh (mk_compiler *c, const mk_mesh *from, mk_mat4 frame, const mk_mat4 *skin, mk_mat4 model, mk_vec3 pivot)
{
  mk_mesh *mesh = mk_mesh_new (from->n_vertices, from->n_indices, &c->error);
  if (mesh == NULL)
    return NULL;
  bool is_skinned = skin != NULL && from->joints != NULL;
  for (uint32_t i = 0; i < from->n_vertices; i++) {
    mk_vec3 p = is_skinned ? mk_mat4_point (model, mk_mesh_skinned_point (from, i, skin)) : mk_mat4_point (frame, from->positions[i]);
    mesh->positions[i] = mk_vec3_sub (p, pivot);
    mesh->normals[i] = normal_under (&frame, from->normals[i]);
    mesh->uvs[i] = from->uvs != NULL ? from->uvs[i] : (mk_vec2){ 0, 0 };
  }
  memcpy (mesh->indices, from->indices, from->n_indices * sizeof *from->indices);
  for (uint32_t i = 0; i + 2 < mesh->n_indices && is_mirror (&frame); i += 3) {
    uint32_t swap = mesh->indices[i + 1];
    mesh->indices[i + 1] = mesh->indices[i + 2];
    mesh->indices[i + 2] = swap;
  }
  mk_mesh_update_bounds (mesh);
  return mesh;
}

static void
take_materials (mk_compiler *c, const mk_scene *scene)
{
  const char *main = mk_json_get_string (mk_json_get (c->json, "main"));
  bool is_found = *main == 0;
  g_autoptr (GString) names = g_string_new (NULL);
  for (guint i = 0; i < scene->materials->len; i++) {
    mk_slot slot = { .material = *mk_scene_get_material (scene, (int)i) };
    g_strlcpy (slot.name, slot.material.name, sizeof slot.name);
    slot.is_main = g_str_equal (slot.name, main);
    is_found |= slot.is_main;
    if (names->len < 300)
      g_string_append_printf (names, "%s“%s”", i > 0 ? ", " : "", slot.name);
    g_array_append_val (c->prototype->slots, slot);
  }
  mk_slot plain = { .name = "plain", .material = MK_MATERIAL_DEFAULT }; /* of what has none */
  g_array_append_val (c->prototype->slots, plain);
  if (!is_found)
    mk_compiler_fail (c, MK_ERROR_NOT_FOUND, "the model has no material “%s” for “main”; it has %s", main, names->len > 0 ? names->str : "none");
}

/* To the stated size at once: later scaling is for recipes, whose textures are in metres. */
static float
scale_of (const mk_scene *scene, const mk_pose *pose, int top, mk_mat4 turn, const mk_recipe_info *info)
{
  mk_box box = mk_box_transform (turn, mk_scene_bounds (scene, pose, top));
  mk_vec3 size = mk_vec3_sub (box.max, box.min);
  float own = info->dimension[0] == 'h' ? size.y : info->dimension[0] == 'w' ? size.x : size.z;
  return own > 1e-9f ? info->size_m / own : 1;
}

static void
take_joints (mk_compiler *c)
{
  const mk_json *joints = mk_json_get (c->json, "joints");
  for (size_t i = 0; i < mk_json_length (joints) && c->error == NULL; i++) {
    const mk_json *joint = mk_json_at (joints, i);
    const char *name = mk_json_get_string (mk_json_get (joint, "node"));
    int found = -1;
    for (guint n = 1; n < c->prototype->nodes->len; n++)
      found = g_str_equal (mk_prototype_node (c->prototype, (int)n)->name, name) ? (int)n : found;
    if (found < 0) {
      mk_compiler_fail (c, MK_ERROR_NOT_FOUND, "joint %zu: the model has no node “%s” with a surface", i + 1, name);
      return;
    }
    float x = mk_prototype_node (c->prototype, found)->pivot.x;
    mk_compile_joint (c, joint, found, x > 1e-4f ? 1 : x < -1e-4f ? -1 : 0, MK_MAT4_IDENTITY);
  }
}

/* "node" of the file that is meant, with all below it; else all. */
static int
find_top (mk_compiler *c, const mk_scene *scene)
{
  const char *name = mk_json_get_string (mk_json_get (c->json, "node"));
  for (int i = 0; i < (int)scene->nodes->len; i++)
    if (g_strcmp0 (mk_scene_get_node (scene, i)->name, name) == 0)
      return i;
  if (*name != 0)
    mk_compiler_fail (c, MK_ERROR_NOT_FOUND, "the model has no node “%s”", name);
  return 0;
}

void
mk_compile_model (mk_compiler *c, const mk_recipe *recipe)
{
  mk_scene *scene = mk_import_model (recipe->folder, mk_json_get_string (mk_json_get (c->json, "model")), NULL, &c->error);
  if (scene == NULL)
    return;
  c->prototype->model = scene; /* its textures are used */
  take_materials (c, scene);
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
  mk_mat4 turn = turned (c);
  int top = find_top (c, scene);
  float s = scale_of (scene, pose, top, turn, &recipe->info);
  mk_mat4 model = mk_mat4_mul (mk_mat4_from_trs ((mk_trs){ { 0, 0, 0 }, MK_QUAT_IDENTITY, { s, s, s } }), turn);
  g_autofree int *own = g_new0 (int, scene->nodes->len + 1); /* prototype node by scene node; 0 = the root */
  for (guint i = 0; i < scene->nodes->len && c->error == NULL; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, (int)i);
    mk_mat4 frame = mk_mat4_mul (model, pose->world[i]);
    own[i] = node->parent >= 0 ? own[node->parent] : 0;
    if (node->n_parts == 0 || !mk_scene_is_within (scene, (int)i, top))
      continue;
    mk_vec3 pivot = { frame.m[12], frame.m[13], frame.m[14] };
    own[i] = mk_compile_node (c, node->name != NULL && *node->name != 0 ? node->name : "part", own[i], pivot);
    g_autofree mk_mat4 *skin = node->skin >= 0 ? mk_skin_matrices (scene, pose, node->skin) : NULL;
    for (unsigned p = 0; p < node->n_parts && c->error == NULL; p++) {
      int slot = node->parts[p].material >= 0 ? node->parts[p].material : (int)c->prototype->slots->len - 1;
      mk_proto_piece piece = { placed_mesh (c, node->parts[p].mesh, frame, skin, model, pivot), slot };
      if (piece.mesh != NULL)
        g_array_append_val (mk_prototype_node (c->prototype, own[i])->pieces, piece);
    }
  }
  take_joints (c);
}
