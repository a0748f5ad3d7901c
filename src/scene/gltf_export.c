/* The document: nodes, cameras, lights, animation, container. */
#include "scene/gltf.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "scene/gltf_writer.h"

mk_json *
mk_gltf_numbers (const float *values, size_t n)
{
  mk_json *array = mk_json_new_array ();
  for (size_t i = 0; i < n; i++)
    mk_json_append (array, mk_json_new_real ((double)values[i]));
  return array;
}

void
mk_gltf_use (mk_gltf_writer *w, const char *extension)
{
  g_hash_table_add (w->used, (void *)extension);
}

static bool
is_empty (const mk_json *object)
{
  mk_json_iter i = mk_json_iterate (object);
  return !mk_json_next (&i);
}

static void
set_or_drop (mk_json *object, const char *key, mk_json *taken)
{
  if (mk_json_length (taken) > 0 || (mk_json_get_kind (taken) == MK_JSON_OBJECT && !is_empty (taken)))
    mk_json_set (object, key, taken);
  else
    mk_json_unref (taken);
}

/* --- nodes --- */

static void
set_trs (mk_json *node, mk_trs trs)
{
  mk_quat q = mk_quat_normalize (trs.rotation);
  const float t[] = { trs.translation.x, trs.translation.y, trs.translation.z }, r[] = { q.x, q.y, q.z, q.w }, s[] = { trs.scale.x, trs.scale.y, trs.scale.z };
  if (t[0] != 0 || t[1] != 0 || t[2] != 0)
    mk_json_set (node, "translation", mk_gltf_numbers (t, 3));
  if (r[0] != 0 || r[1] != 0 || r[2] != 0)
    mk_json_set (node, "rotation", mk_gltf_numbers (r, 4));
  if (s[0] != 1 || s[1] != 1 || s[2] != 1)
    mk_json_set (node, "scale", mk_gltf_numbers (s, 3));
}

static int
add_light (mk_gltf_writer *w, const mk_light *light)
{
  static const char *const types[] = { "directional", "point", "spot", "spot" };
  mk_json *entry = mk_json_new_object ();
  const float color[] = { CLAMP (light->color.x, 0, 1), CLAMP (light->color.y, 0, 1), CLAMP (light->color.z, 0, 1) };
  float intensity = light->intensity * (light->kind == MK_LIGHT_AREA ? light->width_m * light->height_m : 1);
  if (light->name[0] != 0)
    mk_json_set (entry, "name", mk_json_new_string (light->name));
  mk_json_set (entry, "type", mk_json_new_string (types[light->kind]));
  mk_json_set (entry, "color", mk_gltf_numbers (color, 3));
  mk_gltf_set_real (entry, "intensity", intensity * MK_GLTF_LIGHT_SCALE);
  if (light->kind == MK_LIGHT_SPOT || light->kind == MK_LIGHT_AREA) {
    mk_json *spot = mk_json_new_object ();
    float outer = light->kind == MK_LIGHT_AREA ? 1.5f : CLAMP (light->outer_cone_rad, 0.01f, MK_PI / 2 - 0.001f);
    mk_gltf_set_real (spot, "innerConeAngle", light->kind == MK_LIGHT_AREA ? 0.3f : CLAMP (light->inner_cone_rad, 0, outer - 0.005f));
    mk_gltf_set_real (spot, "outerConeAngle", outer);
    mk_json_set (entry, "spot", spot);
  }
  mk_json *own = mk_json_new_object (), *extras = mk_json_new_object ();
  mk_gltf_set_real (own, "radius_m", light->radius_m);
  if (light->kind == MK_LIGHT_AREA) {
    mk_gltf_set_real (own, "width_m", light->width_m);
    mk_gltf_set_real (own, "height_m", light->height_m);
  }
  mk_json_set (extras, "miktos", own);
  mk_json_set (entry, "extras", extras);
  mk_json_append (w->lights, entry);
  mk_gltf_use (w, "KHR_lights_punctual");
  return (int)mk_json_length (w->lights) - 1;
}

static void
attach_light (mk_json *node, int light)
{
  mk_json *own = mk_json_new_object (), *extensions = mk_json_new_object ();
  mk_gltf_set_int (own, "light", light);
  mk_json_set (extensions, "KHR_lights_punctual", own);
  mk_json_set (node, "extensions", extensions);
}

static int
add_camera (mk_gltf_writer *w, const mk_camera *camera)
{
  mk_json *entry = mk_json_new_object (), *perspective = mk_json_new_object (), *own = mk_json_new_object (), *extras = mk_json_new_object ();
  if (camera->name[0] != 0)
    mk_json_set (entry, "name", mk_json_new_string (camera->name));
  mk_json_set (entry, "type", mk_json_new_string ("perspective"));
  mk_gltf_set_real (perspective, "yfov", CLAMP (camera->yfov_rad, 0.001f, 3.1f));
  mk_gltf_set_real (perspective, "znear", fmaxf (camera->near_m, 1e-4f));
  if (camera->far_m > fmaxf (camera->near_m, 1e-4f))
    mk_gltf_set_real (perspective, "zfar", camera->far_m);
  mk_json_set (entry, "perspective", perspective);
  mk_gltf_set_real (own, "aperture_radius_m", camera->aperture_radius_m);
  mk_gltf_set_real (own, "focus_distance_m", camera->focus_distance_m);
  mk_json_set (extras, "miktos", own);
  mk_json_set (entry, "extras", extras);
  mk_json_append (w->cameras, entry);
  return (int)mk_json_length (w->cameras) - 1;
}

static void
set_extras (mk_json *entry, const mk_scene_node *node)
{
  mk_json *own = mk_json_new_object (), *extras = mk_json_new_object ();
  if (node->id != NULL)
    mk_json_set (own, "id", mk_json_new_string (node->id));
  if (node->object != NULL)
    mk_json_set (own, "object", mk_json_new_string (node->object));
  if (node->command >= 0)
    mk_gltf_set_int (own, "command", node->command);
  if (node->is_ground)
    mk_json_set (own, "ground", mk_json_new_bool (true));
  if (node->opacity != 1)
    mk_gltf_set_real (own, "opacity", node->opacity);
  if (is_empty (own)) {
    mk_json_unref (own);
    mk_json_unref (extras);
    return;
  }
  mk_json_set (extras, "miktos", own);
  mk_json_set (entry, "extras", extras);
}

/* Nodes keep their order; hidden ones stay as empty places for what is below them. */
static mk_json *
node_entry (mk_gltf_writer *w, int index, int *skinned, GError **error)
{
  const mk_scene_node *node = mk_scene_get_node (w->scene, index);
  g_autoptr (mk_json) entry = mk_json_new_object ();
  int rigid = -1;
  *skinned = -1;
  if (!node->is_hidden && !mk_gltf_node_meshes (w, node, &rigid, skinned, error))
    return NULL;
  if (node->name != NULL && *node->name != 0)
    mk_json_set (entry, "name", mk_json_new_string (node->name));
  set_trs (entry, node->trs);
  if (rigid >= 0)
    mk_gltf_set_int (entry, "mesh", rigid);
  if (node->camera >= 0)
    mk_gltf_set_int (entry, "camera", add_camera (w, &g_array_index (w->scene->cameras, mk_camera, node->camera)));
  if (node->light >= 0)
    attach_light (entry, add_light (w, &g_array_index (w->scene->lights, mk_light, node->light)));
  set_extras (entry, node);
  return g_steal_pointer (&entry);
}

static bool
has_sun (const mk_scene *scene)
{
  switch (scene->sky.kind) {
  case MK_SKY_DAY:
  case MK_SKY_SUNSET:
  case MK_SKY_NIGHT:
  case MK_SKY_STUDIO:
  case MK_SKY_SPACE:
  case MK_SKY_OVERCAST:
  case MK_SKY_UNDERWATER:
    return scene->sky.sun_intensity > 0;
  default:
    return false;
  }
}

static void
add_sun (mk_gltf_writer *w, mk_json *roots)
{
  if (!has_sun (w->scene))
    return;
  const mk_sky *sky = &w->scene->sky;
  float power = sky->kind == MK_SKY_NIGHT ? 0.12f : sky->kind == MK_SKY_OVERCAST ? 0.4f : 1;
  mk_vec3 color = sky->kind == MK_SKY_SUNSET ? (mk_vec3){ 1, 0.62f, 0.36f } : sky->kind == MK_SKY_NIGHT ? (mk_vec3){ 0.7f, 0.8f, 1 } : (mk_vec3){ 1, 0.96f, 0.9f };
  mk_light light = { .name = "sun", .kind = MK_LIGHT_SUN, .color = color, .intensity = power * sky->sun_intensity, .radius_m = 0.0047f };
  float e = sky->sun_elevation_rad, a = sky->sun_azimuth_rad;
  mk_vec3 to_sun = { sinf (a) * cosf (e), sinf (e), cosf (a) * cosf (e) };
  mk_json *entry = mk_json_new_object ();
  mk_json_set (entry, "name", mk_json_new_string ("sun"));
  set_trs (entry, (mk_trs){ { 0, 0, 0 }, mk_quat_look (to_sun, (mk_vec3){ 0, 1, 0 }), { 1, 1, 1 } }); /* shines along -Z */
  attach_light (entry, add_light (w, &light));
  mk_json_append (w->nodes, entry);
  mk_json_append (roots, mk_json_new_int ((int64_t)mk_json_length (w->nodes) - 1));
}

static bool
add_nodes (mk_gltf_writer *w, mk_json *roots, const mk_job *job, GError **error)
{
  int n = (int)w->scene->nodes->len;
  g_autofree int *skinned = g_new (int, n + 1);
  for (int i = 0; i < n; i++) {
    if (mk_job_is_cancelled (job))
      return mk_error (error, MK_ERROR_CANCELLED, "the export was cancelled");
    mk_json *entry = node_entry (w, i, &skinned[i], error);
    if (entry == NULL)
      return false;
    mk_json_append (w->nodes, entry);
    w->node_map[i] = i;
    mk_job_report (job, i + 1, n);
  }
  for (int i = 0; i < n; i++) {
    int parent = mk_scene_get_node (w->scene, i)->parent;
    if (parent < 0) {
      mk_json_append (roots, mk_json_new_int (i));
      continue;
    }
    mk_json *above = mk_json_at (w->nodes, (size_t)parent);
    if (!mk_json_has (above, "children"))
      mk_json_set (above, "children", mk_json_new_array ());
    mk_json_append (mk_json_get (above, "children"), mk_json_new_int (i));
  }
  for (int i = 0; i < n; i++) { /* skinned bodies are roots: only their joints place them */
    if (skinned[i] < 0)
      continue;
    const mk_scene_node *node = mk_scene_get_node (w->scene, i);
    mk_json *entry = mk_json_new_object ();
    g_autofree char *name = g_strdup_printf ("%s skin", node->name != NULL ? node->name : "body");
    mk_json_set (entry, "name", mk_json_new_string (name));
    mk_gltf_set_int (entry, "mesh", skinned[i]);
    mk_gltf_set_int (entry, "skin", node->skin);
    mk_json_append (w->nodes, entry);
    mk_json_append (roots, mk_json_new_int ((int64_t)mk_json_length (w->nodes) - 1));
  }
  return true;
}

/* --- animation --- */

static void
set_own (mk_json *node, const char *key, mk_json *taken)
{
  mk_json *extras = mk_json_get (node, "extras");
  if (extras == NULL) {
    extras = mk_json_new_object ();
    mk_json_set (extras, "miktos", mk_json_new_object ());
    mk_json_set (node, "extras", extras);
  }
  mk_json_set (mk_json_get (extras, "miktos"), key, taken);
}

static mk_json *
track_as_json (const mk_track *track)
{
  static const char *const words[] = { "STEP", "LINEAR", "CUBICSPLINE" };
  mk_json *entry = mk_json_new_object ();
  mk_json_set (entry, "interpolation", mk_json_new_string (words[track->interpolation]));
  mk_json_set (entry, "times", mk_gltf_numbers (track->times_s, track->n_keys));
  mk_json_set (entry, "values", mk_gltf_numbers (track->values, track->n_keys * (track->interpolation == MK_TRACK_CUBIC ? 3u : 1u)));
  return entry;
}

static void
add_channel (mk_gltf_writer *w, const mk_track *track, mk_json *samplers, mk_json *channels)
{
  static const char *const words[] = { "STEP", "LINEAR", "CUBICSPLINE" }, *const paths[] = { "translation", "rotation", "scale" };
  bool is_rotation = track->path == MK_TRACK_ROTATION;
  size_t n = (size_t)track->n_keys * (track->interpolation == MK_TRACK_CUBIC ? 3 : 1);
  mk_json *sampler = mk_json_new_object (), *channel = mk_json_new_object (), *target = mk_json_new_object ();
  mk_gltf_set_int (sampler, "input", mk_gltf_add_floats (w, track->times_s, track->n_keys, 1, "SCALAR", 0, true));
  mk_json_set (sampler, "interpolation", mk_json_new_string (words[track->interpolation]));
  mk_gltf_set_int (sampler, "output", mk_gltf_add_floats (w, track->values, n, is_rotation ? 4 : 3, is_rotation ? "VEC4" : "VEC3", 0, false));
  mk_json_append (samplers, sampler);
  mk_gltf_set_int (channel, "sampler", (int64_t)mk_json_length (samplers) - 1);
  mk_gltf_set_int (target, "node", w->node_map[track->node]);
  mk_json_set (target, "path", mk_json_new_string (paths[track->path]));
  mk_json_set (channel, "target", target);
  mk_json_append (channels, channel);
}

void
mk_gltf_animation (mk_gltf_writer *w)
{
  mk_json *samplers = mk_json_new_array (), *channels = mk_json_new_array ();
  for (guint i = 0; i < w->scene->tracks->len; i++) {
    const mk_track *track = &g_array_index (w->scene->tracks, mk_track, i);
    if (track->n_keys == 0)
      continue;
    if (track->path <= MK_TRACK_SCALE)
      add_channel (w, track, samplers, channels);
    else
      set_own (mk_json_at (w->nodes, (size_t)w->node_map[track->node]), track->path == MK_TRACK_OPACITY ? "opacity_track" : "yfov_track", track_as_json (track));
  }
  if (mk_json_length (channels) == 0) {
    mk_json_unref (samplers);
    mk_json_unref (channels);
    return;
  }
  mk_json *animation = mk_json_new_object ();
  mk_json_set (animation, "name", mk_json_new_string ("film"));
  mk_json_set (animation, "samplers", samplers);
  mk_json_set (animation, "channels", channels);
  mk_json_append (w->animations, animation);
}

/* --- the whole --- */

/* What is behind everything, in numbers: the sentence need not have said a word about it. */
static mk_json *
sky_of (const mk_sky *sky)
{
  static const char *const kinds[] = { [MK_SKY_DAY] = "day", [MK_SKY_SUNSET] = "sunset", [MK_SKY_NIGHT] = "night", [MK_SKY_STUDIO] = "studio",
                                       [MK_SKY_NEON] = "neon", [MK_SKY_FOG] = "fog", [MK_SKY_OVERCAST] = "overcast", [MK_SKY_SPACE] = "space",
                                       [MK_SKY_COLOR] = "color", [MK_SKY_UNDERWATER] = "underwater" };
  mk_json *entry = mk_json_new_object ();
  mk_json_set (entry, "kind", mk_json_new_string (kinds[sky->kind]));
  mk_gltf_set_real (entry, "sun_elevation_deg", sky->sun_elevation_rad * 180 / MK_PI);
  mk_gltf_set_real (entry, "sky_intensity", sky->sky_intensity);
  mk_gltf_set_real (entry, "fog_density", sky->fog_density);
  mk_json_set (entry, "fog_color", mk_gltf_numbers (&sky->fog_color.x, 3));
  mk_json_set (entry, "color", mk_gltf_numbers (&sky->color.x, 3));
  mk_gltf_set_real (entry, "aurora", sky->aurora);
  mk_gltf_set_real (entry, "exposure_ev", sky->exposure_ev);
  return entry;
}

/* How a style draws it; NULL where it is seen as by a camera. */
static mk_json *
print_of (const mk_print *print)
{
  if (print->lines <= 0 && print->gray <= 0 && print->contrast <= 0 && print->vignette <= 0)
    return NULL;
  mk_json *entry = mk_json_new_object ();
  mk_gltf_set_real (entry, "lines", print->lines);
  mk_json_set (entry, "do_lines_glow", mk_json_new_bool (print->do_lines_glow));
  mk_json_set (entry, "line_color", mk_gltf_numbers (&print->line_color.x, 3));
  mk_gltf_set_real (entry, "gray", print->gray);
  mk_gltf_set_real (entry, "contrast", print->contrast);
  mk_gltf_set_real (entry, "vignette", print->vignette);
  return entry;
}

static mk_json *
asset_of (const mk_gltf_writer *w)
{
  mk_json *asset = mk_json_new_object (), *extras = mk_json_new_object (), *own = mk_json_new_object ();
  mk_json_set (asset, "version", mk_json_new_string ("2.0"));
  mk_json_set (asset, "generator", mk_json_new_string ("Miktos"));
  if (w->scene->commands != NULL)
    mk_json_set (extras, "commands", mk_json_copy (w->scene->commands));
  for (mk_json_iter i = mk_json_iterate (w->options.extras); mk_json_next (&i);)
    mk_json_set (extras, i.key, mk_json_copy (i.value));
  mk_gltf_set_real (own, "duration_s", w->scene->duration_s);
  mk_gltf_set_real (own, "fps", w->scene->fps);
  mk_json_set (own, "sky", sky_of (&w->scene->sky));
  mk_json *print = print_of (&w->scene->print);
  if (print != NULL)
    mk_json_set (own, "print", print);
  mk_json_set (extras, "miktos", own);
  mk_json_set (asset, "extras", extras);
  return asset;
}

static int
compare_names (const void *a, const void *b)
{
  return g_strcmp0 (*(const char *const *)a, *(const char *const *)b);
}

static void
set_extensions (mk_gltf_writer *w, mk_json *root)
{
  guint n;
  g_autofree const char **names = (const char **)g_hash_table_get_keys_as_array (w->used, &n);
  qsort (names, n, sizeof *names, compare_names);
  mk_json *used = mk_json_new_array ();
  for (guint i = 0; i < n; i++)
    mk_json_append (used, mk_json_new_string (names[i]));
  set_or_drop (root, "extensionsUsed", used);
  if (mk_json_length (w->lights) == 0)
    return;
  mk_json *own = mk_json_new_object (), *extensions = mk_json_new_object ();
  mk_json_set (own, "lights", mk_json_ref (w->lights));
  mk_json_set (extensions, "KHR_lights_punctual", own);
  mk_json_set (root, "extensions", extensions);
}

static mk_json *
document_of (mk_gltf_writer *w, mk_json *roots)
{
  mk_json *root = mk_json_new_object (), *scene = mk_json_new_object (), *scenes = mk_json_new_array ();
  mk_json_set (root, "asset", asset_of (w));
  set_extensions (w, root);
  mk_gltf_set_int (root, "scene", 0);
  mk_json_set (scene, "name", mk_json_new_string ("scene"));
  set_or_drop (scene, "nodes", mk_json_ref (roots));
  mk_json_append (scenes, scene);
  mk_json_set (root, "scenes", scenes);
  const struct { const char *key; mk_json *array; } lists[] = { { "nodes", w->nodes }, { "meshes", w->meshes }, { "materials", w->materials }, { "textures", w->textures },
    { "images", w->images }, { "samplers", w->samplers }, { "skins", w->skins }, { "cameras", w->cameras }, { "animations", w->animations }, { "accessors", w->accessors },
    { "bufferViews", w->views } };
  for (size_t i = 0; i < MK_COUNT (lists); i++)
    set_or_drop (root, lists[i].key, mk_json_ref (lists[i].array));
  if (w->bin->len > 0) {
    mk_json *buffer = mk_json_new_object (), *buffers = mk_json_new_array ();
    mk_gltf_set_int (buffer, "byteLength", w->bin->len);
    mk_json_append (buffers, buffer);
    mk_json_set (root, "buffers", buffers);
  }
  return root;
}

static void
append_u32 (GByteArray *bytes, uint32_t value)
{
  uint32_t little = GUINT32_TO_LE (value);
  g_byte_array_append (bytes, (const uint8_t *)&little, sizeof little);
}

static void
append_chunk (GByteArray *glb, const void *bytes, size_t length, const char *type, uint8_t padding)
{
  append_u32 (glb, (uint32_t)((length + 3) / 4 * 4));
  g_byte_array_append (glb, (const uint8_t *)type, 4);
  g_byte_array_append (glb, bytes, (guint)length);
  while (glb->len % 4 != 0)
    g_byte_array_append (glb, &padding, 1);
}

static GByteArray *
container_of (const mk_gltf_writer *w, const mk_json *document)
{
  g_autofree char *text = mk_json_print_compact (document);
  GByteArray *glb = g_byte_array_new ();
  g_byte_array_append (glb, (const uint8_t *)"glTF", 4);
  append_u32 (glb, 2);
  append_u32 (glb, 0);
  append_chunk (glb, text, strlen (text), "JSON", ' ');
  if (w->bin->len > 0)
    append_chunk (glb, w->bin->data, w->bin->len, "BIN\0", 0);
  uint32_t length = GUINT32_TO_LE (glb->len);
  memcpy (glb->data + 8, &length, sizeof length);
  return glb;
}

static mk_json **
lists_of (mk_gltf_writer *w, size_t i)
{
  mk_json **lists[] = { &w->views, &w->accessors, &w->meshes, &w->materials, &w->textures, &w->images, &w->samplers, &w->nodes, &w->skins, &w->cameras, &w->lights, &w->animations };
  return i < MK_COUNT (lists) ? lists[i] : NULL;
}

static void
writer_init (mk_gltf_writer *w, const mk_scene *scene, const mk_gltf_options *options)
{
  *w = (mk_gltf_writer){ .scene = scene, .bin = g_byte_array_new () };
  if (options != NULL)
    w->options = *options;
  for (size_t i = 0; lists_of (w, i) != NULL; i++)
    *lists_of (w, i) = mk_json_new_array ();
  w->own_tables = w->options.tables == NULL ? mk_pattern_tables_new () : NULL;
  w->used = g_hash_table_new (g_str_hash, g_str_equal);
  w->mesh_cache = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  w->shape_cache = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  w->loose = g_hash_table_new (NULL, NULL);
  w->grays = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  w->uses = g_hash_table_new (NULL, NULL);
  w->coarse = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)mk_mesh_unref);
  w->far = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)mk_mesh_unref);
  w->seen = g_hash_table_new (NULL, NULL);
  w->owners = g_new (int, w->scene->nodes->len + 1);
  w->is_far = g_new0 (bool, w->scene->nodes->len + 1);
  w->far_share = g_new0 (float, w->scene->nodes->len + 1);
  w->node_map = g_new (int, scene->nodes->len + 1);
  w->material_map = g_new (int, scene->materials->len + 1);
  w->is_textured = g_new0 (bool, scene->materials->len + 1);
  for (guint i = 0; i < scene->materials->len; i++)
    w->material_map[i] = -1;
}

static void
writer_clear (mk_gltf_writer *w)
{
  for (size_t i = 0; lists_of (w, i) != NULL; i++)
    mk_json_unref (*lists_of (w, i));
  g_byte_array_unref (w->bin);
  mk_pattern_tables_free (w->own_tables);
  g_hash_table_unref (w->used);
  g_hash_table_unref (w->mesh_cache);
  g_hash_table_unref (w->shape_cache);
  g_hash_table_unref (w->loose);
  g_hash_table_unref (w->grays);
  g_hash_table_unref (w->uses);
  g_hash_table_unref (w->coarse);
  g_hash_table_unref (w->far);
  g_hash_table_unref (w->seen);
  g_free (w->owners);
  g_free (w->is_far);
  g_free (w->far_share);
  g_free (w->node_map);
  g_free (w->material_map);
  g_free (w->is_textured);
}

GByteArray *
mk_gltf_encode (const mk_scene *scene, const mk_gltf_options *options, const mk_job *job, GError **error)
{
  mk_gltf_writer w;
  GByteArray *glb = NULL;
  writer_init (&w, scene, options);
  mk_gltf_plan_detail (&w);
  g_autoptr (mk_json) roots = mk_json_new_array ();
  if (add_nodes (&w, roots, job, error)) {
    add_sun (&w, roots);
    mk_gltf_skins (&w);
    mk_gltf_animation (&w);
    g_autoptr (mk_json) document = document_of (&w, roots);
    if (w.bin->len < 0x7fffffff)
      glb = container_of (&w, document);
    else
      mk_error (error, MK_ERROR_LIMIT, "a GLB of %u MB is too large; 2048 are possible", w.bin->len >> 20);
  }
  writer_clear (&w);
  return glb;
}

bool
mk_gltf_write (const mk_scene *scene, const char *path, const mk_gltf_options *options, const mk_job *job, GError **error)
{
  g_autoptr (GByteArray) glb = mk_gltf_encode (scene, options, job, error);
  return glb != NULL && mk_file_write (path, glb->data, glb->len, error);
}
