/* The document as a scene: container, nodes, cameras, lights, skins. */
#include "scene/gltf_read.h"

#include <string.h>

#include "scene/gltf.h"

#define MAX_NODES 100000u
#define MAX_DEPTH 500
#define LUMENS_PER_WATT 683.0f    /* of files in KHR_lights_punctual's own units */
#define SURELY_PHOTOMETRIC 100.0f /* brighter than any light of a file without them */

/* --- the container --- */

static uint32_t
word_at (const char *bytes)
{
  uint32_t word;
  memcpy (&word, bytes, sizeof word);
  return GUINT32_FROM_LE (word);
}

/* A GLB's chunks: JSON, then perhaps the first buffer. A .gltf is the JSON itself. */
static bool
open_container (mk_gltf_reader *reader, size_t length)
{
  const char *text = reader->file;
  mk_gltf_bytes chunk = { 0 };
  size_t text_length = length;
  if (length >= 4 && memcmp (reader->file, "glTF", 4) == 0) {
    if (length < 20 || word_at (reader->file + 8) > length)
      return mk_gltf_fail (reader, MK_ERROR_FORMAT, "the GLB is cut off: %zu bytes are there of %u", length, length < 12 ? 20 : word_at (reader->file + 8));
    if (word_at (reader->file + 16) != 0x4e4f534a || word_at (reader->file + 12) > length - 20)
      return mk_gltf_fail (reader, MK_ERROR_FORMAT, "the GLB does not begin with a whole JSON chunk");
    text_length = word_at (reader->file + 12);
    text = reader->file + 20;
    size_t next = 20 + ((text_length + 3) & ~(size_t)3);
    if (next + 8 <= length && word_at (reader->file + next + 4) == 0x004e4942)
      chunk = (mk_gltf_bytes){ reader->file + next + 8, MIN (word_at (reader->file + next), length - next - 8), false };
  }
  mk_json_limits limits = { .max_bytes = (size_t)256 << 20 };
  GError *syntax = NULL;
  if (!mk_json_parse (text, (gssize)text_length, &limits, &reader->json, &syntax)) {
    mk_gltf_fail (reader, MK_ERROR_FORMAT, "its JSON is damaged: %s", syntax->message);
    g_error_free (syntax);
    return false;
  }
  g_array_append_val (reader->buffers, chunk);
  return true;
}

/* The first buffer of a GLB is its chunk; others are data: or files. */
static void
open_buffers (mk_gltf_reader *reader)
{
  const mk_json *list = mk_json_get (reader->json, "buffers");
  size_t n = mk_json_get_kind (list) == MK_JSON_ARRAY ? MIN (mk_json_length (list), 1000) : 0;
  for (size_t i = 0; i < n; i++) {
    const char *uri = mk_json_get_string (mk_json_get (mk_json_at (list, i), "uri"));
    mk_gltf_bytes own = { .is_owned = true };
    if (i == 0 && uri[0] == 0)
      continue;
    own.data = mk_gltf_uri (reader, uri, &own.length);
    if (i == 0)
      g_array_index (reader->buffers, mk_gltf_bytes, 0) = own;
    else
      g_array_append_val (reader->buffers, own);
  }
}

/* What a document insists on and we cannot do would give a wrong picture. */
static bool
check_extensions (mk_gltf_reader *reader)
{
  static const char *const known[] = { "KHR_lights_punctual", "KHR_materials_clearcoat", "KHR_materials_emissive_strength", "KHR_materials_ior",
                                       "KHR_materials_sheen", "KHR_materials_specular", "KHR_materials_transmission", "KHR_materials_unlit", "KHR_materials_volume",
                                       "KHR_materials_variants", "KHR_mesh_quantization", "KHR_texture_transform", "EXT_texture_webp", NULL };
  const mk_json *list = mk_json_get (reader->json, "extensionsRequired");
  for (size_t i = 0; mk_json_get_kind (list) == MK_JSON_ARRAY && i < mk_json_length (list); i++) {
    const char *name = mk_json_get_string (mk_json_at (list, i));
    if (!g_strv_contains (known, name))
      return mk_gltf_fail (reader, MK_ERROR_UNSUPPORTED, "it needs the extension %s, which is not known here; export it without", name);
  }
  return true;
}

/* --- lights and cameras --- */

static float
unit_of_light (const mk_gltf_reader *reader, const mk_json *lights)
{
  float brightest = 0;
  if (g_str_equal (mk_json_get_string (mk_json_get (mk_json_get (reader->json, "asset"), "generator")), "Miktos"))
    return 1 / MK_GLTF_LIGHT_SCALE;
  for (size_t i = 0; i < mk_json_length (lights); i++)
    brightest = fmaxf (brightest, mk_gltf_real (mk_json_at (lights, i), "intensity", 1));
  return brightest > SURELY_PHOTOMETRIC ? 1 / LUMENS_PER_WATT : 1 / MK_GLTF_LIGHT_SCALE;
}

static int
read_light (mk_gltf_reader *reader, const mk_json *node)
{
  const mk_json *lights = mk_json_get (mk_gltf_extension (reader->json, "KHR_lights_punctual"), "lights");
  int64_t index = mk_gltf_index (mk_gltf_extension (node, "KHR_lights_punctual"), "light");
  const mk_json *entry = mk_json_get_kind (lights) == MK_JSON_ARRAY && index >= 0 ? mk_json_at (lights, (size_t)index) : NULL;
  const char *type = mk_json_get_string (mk_json_get (entry, "type"));
  bool is_sun = g_str_equal (type, "directional"), is_spot = g_str_equal (type, "spot");
  if (entry == NULL || (!is_sun && !is_spot && !g_str_equal (type, "point")))
    return -1;
  const mk_json *spot = mk_json_get (entry, "spot"), *own = mk_gltf_own_extras (entry);
  mk_light light = { .kind = is_sun ? MK_LIGHT_SUN : is_spot ? MK_LIGHT_SPOT : MK_LIGHT_POINT, .color = { 1, 1, 1 } };
  mk_gltf_reals (entry, "color", &light.color.x, 3);
  light.intensity = fmaxf (mk_gltf_real (entry, "intensity", 1), 0) * unit_of_light (reader, lights);
  light.radius_m = fmaxf (mk_gltf_real (own, "radius_m", is_sun ? 0.0047f : 0.02f), 0);
  light.outer_cone_rad = CLAMP (mk_gltf_real (spot, "outerConeAngle", MK_PI / 4), 0.01f, MK_PI / 2);
  light.inner_cone_rad = CLAMP (mk_gltf_real (spot, "innerConeAngle", 0), 0, light.outer_cone_rad);
  light.width_m = fmaxf (mk_gltf_real (own, "width_m", 0), 0);
  light.height_m = fmaxf (mk_gltf_real (own, "height_m", 0), 0);
  if (is_spot && light.width_m > 0 && light.height_m > 0) { /* an area light of ours */
    light.kind = MK_LIGHT_AREA;
    light.intensity /= light.width_m * light.height_m;
  }
  return mk_scene_add_light (reader->to, &light);
}

static int
read_camera (mk_gltf_reader *reader, const mk_json *node)
{
  const mk_json *entry = mk_gltf_element (reader, "cameras", mk_gltf_index (node, "camera")), *lens = mk_json_get (entry, "perspective"), *own = mk_gltf_own_extras (entry);
  float yfov = mk_gltf_real (lens, "yfov", 0);
  if (lens == NULL || yfov <= 0)
    return -1;
  mk_camera camera = { .yfov_rad = CLAMP (yfov, 0.01f, 3), .near_m = fmaxf (mk_gltf_real (lens, "znear", 0.01f), 1e-4f), .far_m = mk_gltf_real (lens, "zfar", 10000),
                       .aperture_radius_m = fmaxf (mk_gltf_real (own, "aperture_radius_m", 0), 0), .focus_distance_m = fmaxf (mk_gltf_real (own, "focus_distance_m", 1), 1e-3f) };
  return mk_scene_add_camera (reader->to, &camera);
}

/* --- nodes --- */

static mk_trs
trs_of (const mk_json *entry)
{
  mk_trs trs = MK_TRS_IDENTITY;
  mk_mat4 matrix = MK_MAT4_IDENTITY;
  if (mk_json_has (entry, "matrix")) {
    mk_gltf_reals (entry, "matrix", matrix.m, 16);
    return mk_mat4_to_trs (matrix);
  }
  mk_gltf_reals (entry, "translation", &trs.translation.x, 3);
  mk_gltf_reals (entry, "rotation", &trs.rotation.x, 4);
  mk_gltf_reals (entry, "scale", &trs.scale.x, 3);
  trs.rotation = mk_quat_normalize (trs.rotation);
  if (trs.rotation.x * trs.rotation.x + trs.rotation.y * trs.rotation.y + trs.rotation.z * trs.rotation.z + trs.rotation.w * trs.rotation.w < 0.5f)
    trs.rotation = MK_QUAT_IDENTITY;
  return trs;
}

static uint32_t
n_joints_of (const mk_gltf_reader *reader, int64_t skin)
{
  const mk_json *joints = mk_json_get (mk_gltf_element (reader, "skins", skin), "joints");
  return mk_json_get_kind (joints) == MK_JSON_ARRAY ? (uint32_t)MIN (mk_json_length (joints), G_MAXUINT16) : 0;
}

static int
read_node (mk_gltf_reader *reader, const mk_json *entry, int parent)
{
  const mk_json *own = mk_gltf_own_extras (entry);
  int64_t skin = mk_gltf_index (entry, "skin");
  uint32_t n_joints = n_joints_of (reader, skin);
  g_autoptr (GArray) parts = mk_gltf_read_mesh (reader, mk_gltf_index (entry, "mesh"), n_joints);
  mk_scene_node node = MK_SCENE_NODE_DEFAULT;
  node.name = (char *)mk_json_get_string (mk_json_get (entry, "name"));
  node.parent = parent;
  node.trs = trs_of (entry);
  node.opacity = CLAMP (mk_gltf_real (own, "opacity", 1), 0, 1);
  node.is_ground = mk_json_get_bool (mk_json_get (own, "ground"));
  node.parts = (mk_part *)(void *)parts->data;
  node.n_parts = parts->len;
  node.skin = n_joints > 0 && parts->len > 0 ? (int)skin : -1;
  node.light = read_light (reader, entry);
  node.camera = read_camera (reader, entry);
  return mk_scene_add_node (reader->to, &node);
}

static bool
add_tree (mk_gltf_reader *reader, int64_t index, int parent, int depth)
{
  const mk_json *entry = mk_gltf_element (reader, "nodes", index), *children = mk_json_get (entry, "children");
  if (entry == NULL || reader->node_map[index] >= 0)
    return mk_gltf_fail (reader, MK_ERROR_FORMAT, "node %" G_GINT64_FORMAT " is missing or has two parents", index);
  if (depth > MAX_DEPTH)
    return mk_gltf_fail (reader, MK_ERROR_LIMIT, "its nodes are nested deeper than %d", MAX_DEPTH);
  int own = read_node (reader, entry, parent);
  reader->node_map[index] = own;
  for (size_t i = 0; mk_json_get_kind (children) == MK_JSON_ARRAY && i < mk_json_length (children) && reader->error == NULL; i++)
    add_tree (reader, mk_json_get_int (mk_json_at (children, i)), own, depth + 1);
  return reader->error == NULL;
}

/* The scene that is to be shown; without one, every node that nobody has as a child. */
static void
add_nodes (mk_gltf_reader *reader)
{
  size_t n = mk_json_length (mk_json_get (reader->json, "nodes"));
  int64_t chosen = MAX (mk_gltf_index (reader->json, "scene"), 0);
  const mk_json *roots = mk_json_get (mk_gltf_element (reader, "scenes", chosen), "nodes");
  if (mk_json_get_kind (roots) == MK_JSON_ARRAY) {
    for (size_t i = 0; i < mk_json_length (roots) && reader->error == NULL; i++)
      add_tree (reader, mk_json_get_int (mk_json_at (roots, i)), 1, 0);
    return;
  }
  g_autofree bool *is_child = g_new0 (bool, n + 1);
  for (size_t i = 0; i < n; i++) {
    const mk_json *children = mk_json_get (mk_gltf_element (reader, "nodes", (int64_t)i), "children");
    for (size_t k = 0; mk_json_get_kind (children) == MK_JSON_ARRAY && k < mk_json_length (children); k++) {
      uint64_t child = mk_json_get_uint (mk_json_at (children, k));
      if (child < n)
        is_child[child] = true;
    }
  }
  for (size_t i = 0; i < n && reader->error == NULL; i++)
    if (!is_child[i])
      add_tree (reader, (int64_t)i, 1, 0);
}

/* --- skins --- */

static void
add_skin (mk_gltf_reader *reader, const mk_json *entry)
{
  const mk_json *list = mk_json_get (entry, "joints");
  uint32_t n = mk_json_get_kind (list) == MK_JSON_ARRAY ? (uint32_t)MIN (mk_json_length (list), G_MAXUINT16) : 0;
  size_t n_matrices = 0, n_nodes = mk_json_length (mk_json_get (reader->json, "nodes"));
  int64_t accessor = mk_gltf_index (entry, "inverseBindMatrices");
  g_autofree int *joints = g_new0 (int, n + 1);
  g_autofree mk_mat4 *inverse = g_new0 (mk_mat4, n + 1);
  g_autofree float *matrices = accessor >= 0 ? mk_gltf_floats (reader, accessor, 16, &n_matrices) : NULL;
  for (uint32_t i = 0; i < n; i++) {
    uint64_t node = mk_json_get_uint (mk_json_at (list, i));
    joints[i] = node < n_nodes && reader->node_map[node] >= 0 ? reader->node_map[node] : 1;
    inverse[i] = MK_MAT4_IDENTITY;
    if (matrices != NULL && i < n_matrices)
      memcpy (inverse[i].m, matrices + (size_t)i * 16, sizeof inverse[i].m);
  }
  mk_scene_add_skin (reader->to, &(mk_skin){ n, joints, inverse });
}

/* --- the whole --- */

static void
read_scene (mk_gltf_reader *reader)
{
  const mk_json *skins = mk_json_get (reader->json, "skins"), *nodes = mk_json_get (reader->json, "nodes");
  size_t n = mk_json_get_kind (nodes) == MK_JSON_ARRAY ? mk_json_length (nodes) : 0, n_materials = mk_json_length (mk_json_get (reader->json, "materials"));
  if (n == 0 || n > MAX_NODES || n_materials > MAX_NODES) {
    mk_gltf_fail (reader, n == 0 ? MK_ERROR_FORMAT : MK_ERROR_LIMIT, n == 0 ? "it holds nothing" : "it has more than %u nodes or materials", MAX_NODES);
    return;
  }
  reader->node_map = g_new (int, n);
  reader->material_map = g_new (int, n_materials + 1);
  reader->images = g_new0 (mk_image *, mk_json_length (mk_json_get (reader->json, "images")) + 1);
  for (size_t i = 0; i < n; i++)
    reader->node_map[i] = -1;
  for (size_t i = 0; i < n_materials; i++)
    reader->material_map[i] = -1;
  mk_import_begin (reader->to, reader->place);
  open_buffers (reader);
  add_nodes (reader);
  for (size_t i = 0; mk_json_get_kind (skins) == MK_JSON_ARRAY && i < mk_json_length (skins) && reader->error == NULL; i++)
    add_skin (reader, mk_json_at (skins, i));
  mk_gltf_read_animations (reader);
  mk_import_rest (reader->to);
  float film_s = mk_gltf_real (mk_gltf_own_extras (mk_json_get (reader->json, "asset")), "duration_s", 0);
  reader->to->duration_s = fmaxf (reader->to->duration_s, CLAMP (film_s, 0, 600));
}

static void
reader_clear (mk_gltf_reader *reader)
{
  for (guint i = 0; i < reader->buffers->len; i++)
    if (g_array_index (reader->buffers, mk_gltf_bytes, i).is_owned)
      g_free (g_array_index (reader->buffers, mk_gltf_bytes, i).data);
  for (size_t i = 0; reader->images != NULL && i < mk_json_length (mk_json_get (reader->json, "images")); i++)
    mk_image_unref (reader->images[i]);
  g_array_unref (reader->buffers);
  g_hash_table_unref (reader->meshes);
  g_free (reader->images);
  g_free (reader->node_map);
  g_free (reader->material_map);
  g_free (reader->file);
  mk_json_unref (reader->json);
  mk_scene_unref (reader->to);
}

static bool
read_document (mk_gltf_reader *reader, size_t length, bool *is_ours)
{
  bool is_old = length >= 8 && memcmp (reader->file, "glTF", 4) == 0 && word_at (reader->file + 4) < 2;
  *is_ours = !is_old;
  if (is_old || !open_container (reader, length))
    return false;
  const char *version = mk_json_get_string (mk_json_get (mk_json_get (reader->json, "asset"), "version"));
  *is_ours = version[0] == '2';
  if (!*is_ours || !check_extensions (reader))
    return false;
  read_scene (reader);
  return reader->error == NULL && mk_import_fit (reader->to, reader->place, &reader->error);
}

mk_scene *
mk_gltf_read (const mk_import_place *place, bool *is_ours, GError **error)
{
  size_t length = 0;
  *is_ours = true;
  char *file = mk_import_read_file (place, &length, error);
  if (file == NULL)
    return NULL;
  if (!mk_import_has_suffix (place, ".glb") && !mk_import_has_suffix (place, ".gltf") && !mk_import_has_suffix (place, ".vrm")) {
    g_free (file);
    *is_ours = false;
    return NULL;
  }
  mk_gltf_reader reader = { .place = place, .file = file, .buffers = g_array_new (FALSE, TRUE, sizeof (mk_gltf_bytes)), .to = mk_scene_new (),
                            .meshes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)mk_mesh_unref) };
  mk_scene *scene = read_document (&reader, length, is_ours) ? mk_scene_ref (reader.to) : NULL;
  if (reader.error != NULL)
    g_propagate_error (error, reader.error);
  reader_clear (&reader);
  return scene;
}
