/* One description of the form serves both ways: `exchange` writes a value or reads it. */
#include "scene/scene_bytes.h"

#include <string.h>

#define FORM 0x6d6b3032u
#define MAX_NAME_BYTES 4096u
#define MAX_COMMAND_BYTES (64u << 20)

typedef struct {
  GByteArray *out;    /* writing; NULL = reading */
  const uint8_t *at;  /* reading */
  size_t left;
  bool is_broken;     /* from here on everything is zero */
  GPtrArray *meshes, *images; /* those of the scene, once each */
} stream;

/* --- values --- */

static void
exchange (stream *s, void *value, size_t size)
{
  if (size == 0)
    return; /* `value` may be NULL then */
  if (s->out != NULL) {
    g_byte_array_append (s->out, value, (guint)size);
    return;
  }
  if (s->is_broken || size > s->left) {
    s->is_broken = true;
    memset (value, 0, size);
    return;
  }
  memcpy (value, s->at, size);
  s->at += size;
  s->left -= size;
}

static void
exchange_reals (stream *s, float *values, size_t n)
{
  exchange (s, values, n * sizeof *values);
  for (size_t i = 0; s->out == NULL && i < n; i++)
    if (!isfinite (values[i])) {
      values[i] = 0;
      s->is_broken = true;
    }
}

static void
exchange_real (stream *s, float *value)
{
  exchange_reals (s, value, 1);
}

static void
exchange_flag (stream *s, bool *flag)
{
  uint8_t byte = *flag ? 1 : 0;
  exchange (s, &byte, 1);
  if (s->out == NULL)
    *flag = byte != 0;
}

/* A number of things of at least `least` bytes each, which must be there. */
static void
exchange_count (stream *s, uint32_t *n, size_t least)
{
  exchange (s, n, sizeof *n);
  if (s->out == NULL && *n > 0 && s->left / MAX (least, 1) < *n) {
    s->is_broken = true;
    *n = 0;
  }
}

/* An index below `n`, or -1 where that is allowed. */
static void
exchange_index (stream *s, int *index, int least, uint32_t n)
{
  int32_t value = *index;
  exchange (s, &value, sizeof value);
  if (s->out == NULL && (value < least || (value >= 0 && (uint32_t)value >= n))) {
    s->is_broken = true;
    value = least;
  }
  if (s->out == NULL)
    *index = value;
}

/* One of an enum's first `n` values. */
#define EXCHANGE_CHOICE(s, choice, n)             \
  do {                                            \
    int choice_ = (int)(choice);                  \
    exchange_index (s, &choice_, 0, (uint32_t)(n)); \
    if ((s)->out == NULL)                         \
      (choice) = choice_;                         \
  } while (0)

static void
exchange_text (stream *s, char *text, size_t room)
{
  exchange (s, text, room);
  if (s->out != NULL)
    return;
  text[room - 1] = 0;
  if (!g_utf8_validate (text, -1, NULL)) {
    text[0] = 0;
    s->is_broken = true;
  }
}

static void
exchange_string (stream *s, char **text)
{
  bool is_there = *text != NULL;
  exchange_flag (s, &is_there);
  if (!is_there)
    return;
  uint32_t length = *text != NULL ? (uint32_t)MIN (strlen (*text), MAX_NAME_BYTES) : 0;
  exchange_count (s, &length, 1);
  if (s->out != NULL) {
    exchange (s, *text, length);
    return;
  }
  *text = g_malloc0 (length + 1);
  exchange (s, *text, length);
  if (g_utf8_validate (*text, -1, NULL))
    return;
  (*text)[0] = 0;
  s->is_broken = true;
}

/* --- meshes and pictures, once each --- */

static void
exchange_skinning (stream *s, mk_mesh *mesh)
{
  bool is_skinned = mesh->joints != NULL;
  exchange_flag (s, &is_skinned);
  if (!is_skinned || (s->out == NULL && s->left / 24 < mesh->n_vertices)) {
    s->is_broken |= is_skinned;
    return;
  }
  if (mesh->joints == NULL) {
    mesh->joints = g_malloc (mesh->n_vertices * sizeof *mesh->joints);
    mesh->weights = g_malloc (mesh->n_vertices * sizeof *mesh->weights);
  }
  exchange (s, mesh->joints, mesh->n_vertices * sizeof *mesh->joints);
  exchange_reals (s, mesh->weights[0], (size_t)mesh->n_vertices * 4);
}

static void
exchange_mesh (stream *s, mk_mesh **mesh)
{
  uint32_t n_vertices = *mesh != NULL ? (*mesh)->n_vertices : 0, n_indices = *mesh != NULL ? (*mesh)->n_indices : 0;
  exchange_count (s, &n_vertices, 24);
  exchange_count (s, &n_indices, 4);
  if (*mesh == NULL)
    *mesh = n_vertices > 0 && n_indices > 0 && n_indices % 3 == 0 ? mk_mesh_new (n_vertices, n_indices, NULL) : NULL;
  if (*mesh == NULL) {
    s->is_broken = true;
    return;
  }
  exchange_reals (s, &(*mesh)->positions[0].x, (size_t)n_vertices * 3);
  exchange_reals (s, &(*mesh)->normals[0].x, (size_t)n_vertices * 3);
  bool has_uvs = (*mesh)->uvs != NULL;
  exchange_flag (s, &has_uvs);
  if (has_uvs)
    exchange_reals (s, &(*mesh)->uvs[0].x, (size_t)n_vertices * 2);
  else if (s->out == NULL)
    g_clear_pointer (&(*mesh)->uvs, free);
  exchange (s, (*mesh)->indices, n_indices * sizeof (uint32_t));
  bool is_colored = (*mesh)->colors != NULL;
  exchange_flag (s, &is_colored);
  if (is_colored && (*mesh)->colors == NULL)
    (*mesh)->colors = g_new0 (mk_vec3, n_vertices);
  if (is_colored)
    exchange_reals (s, &(*mesh)->colors[0].x, (size_t)n_vertices * 3);
  exchange_skinning (s, *mesh);
  for (uint32_t i = 0; s->out == NULL && i < n_indices; i++)
    if ((*mesh)->indices[i] >= n_vertices) {
      (*mesh)->indices[i] = 0;
      s->is_broken = true;
    }
  if (s->out == NULL)
    mk_mesh_update_bounds (*mesh);
}

/* Whether nothing is lost by it. */
static bool
to_eight_bits (const float *from, size_t n, uint8_t *bytes)
{
  for (size_t i = 0; i < n; i++) {
    bytes[i] = (uint8_t)(CLAMP (from[i], 0, 1) * 255 + 0.5f);
    if ((float)bytes[i] / 255 != from[i])
      return false;
  }
  return true;
}

static void
exchange_image (stream *s, mk_image **image)
{
  uint32_t shape[3] = { 0 };
  if (*image != NULL)
    shape[0] = (uint32_t)(*image)->width, shape[1] = (uint32_t)(*image)->height, shape[2] = (uint32_t)(*image)->n_channels;
  exchange (s, shape, sizeof shape);
  bool is_small = shape[0] > 0 && shape[0] <= MK_IMAGE_MAX_SIDE && shape[1] > 0 && shape[1] <= MK_IMAGE_MAX_SIDE && (shape[2] == 3 || shape[2] == 4);
  size_t n = is_small ? (size_t)shape[0] * shape[1] * shape[2] : 0;
  if (*image == NULL)
    *image = is_small && n <= s->left ? mk_image_new (1, (int)shape[1], (int)shape[0], (int)shape[2], NULL) : NULL;
  if (*image == NULL) {
    s->is_broken = true;
    return;
  }
  g_autofree uint8_t *bytes = g_malloc (n);
  bool has_eight_bits = s->out != NULL && to_eight_bits (mk_image_read (*image, 0), n, bytes);
  exchange_flag (s, &has_eight_bits);
  if (has_eight_bits)
    exchange (s, bytes, n);
  else
    exchange_reals (s, (float *)(uintptr_t)mk_image_read (*image, 0), n);
  float *to = s->out == NULL && has_eight_bits ? mk_image_write (*image, 0) : NULL;
  for (size_t i = 0; to != NULL && i < n; i++)
    to[i] = (float)bytes[i] / 255;
}

static int
index_in (const GPtrArray *list, const void *thing)
{
  guint index;
  return thing != NULL && g_ptr_array_find ((GPtrArray *)list, thing, &index) ? (int)index : -1;
}

static void
exchange_image_of (stream *s, mk_image **image)
{
  int index = index_in (s->images, *image);
  exchange_index (s, &index, -1, s->images->len);
  if (s->out == NULL)
    *image = index >= 0 ? mk_image_ref (s->images->pdata[index]) : NULL;
}

/* --- elements --- */

static void
exchange_material (stream *s, mk_material *m)
{
  float *const reals[] = { &m->opacity, &m->metallic, &m->roughness, &m->transmission, &m->ior, &m->clearcoat, &m->clearcoat_roughness, &m->sheen };
  exchange_text (s, m->name, sizeof m->name);
  exchange_reals (s, &m->base_color.x, 3);
  exchange_reals (s, &m->emission.x, 3);
  for (size_t i = 0; i < MK_COUNT (reals); i++)
    exchange_real (s, reals[i]);
  exchange_flag (s, &m->double_sided);
  exchange_flag (s, &m->unlit);
  EXCHANGE_CHOICE (s, m->pattern, MK_N_PATTERNS);
  exchange_reals (s, &m->pattern_color.x, 3);
  exchange_real (s, &m->pattern_scale_m);
  exchange_real (s, &m->pattern_strength);
  exchange_image_of (s, &m->base_color_texture);
  exchange_image_of (s, &m->metallic_roughness_texture);
  exchange_image_of (s, &m->normal_texture);
  exchange_image_of (s, &m->emission_texture);
}

static void
exchange_light (stream *s, mk_light *light)
{
  float *const reals[] = { &light->intensity, &light->radius_m, &light->inner_cone_rad, &light->outer_cone_rad, &light->width_m, &light->height_m };
  exchange_text (s, light->name, sizeof light->name);
  EXCHANGE_CHOICE (s, light->kind, MK_LIGHT_AREA + 1);
  exchange_reals (s, &light->color.x, 3);
  for (size_t i = 0; i < MK_COUNT (reals); i++)
    exchange_real (s, reals[i]);
}

static void
exchange_camera (stream *s, mk_camera *camera)
{
  float *const reals[] = { &camera->yfov_rad, &camera->near_m, &camera->far_m, &camera->aperture_radius_m, &camera->focus_distance_m };
  exchange_text (s, camera->name, sizeof camera->name);
  for (size_t i = 0; i < MK_COUNT (reals); i++)
    exchange_real (s, reals[i]);
  if (s->out == NULL && !(camera->yfov_rad > 0.001f && camera->yfov_rad < 3.1f))
    s->is_broken = true;
}

static void
exchange_parts (stream *s, mk_scene_node *node, uint32_t n_materials)
{
  uint32_t n = node->n_parts;
  exchange_count (s, &n, 8);
  if (s->out == NULL)
    node->parts = g_new0 (mk_part, n);
  for (uint32_t i = 0; i < n; i++) {
    int mesh = index_in (s->meshes, node->parts[i].mesh);
    exchange_index (s, &mesh, 0, s->meshes->len);
    exchange_index (s, &node->parts[i].material, 0, n_materials);
    if (s->out == NULL && !s->is_broken) {
      node->parts[i].mesh = s->meshes->pdata[mesh];
      node->n_parts = i + 1;
    }
  }
}

static void
exchange_copies (stream *s, mk_copies **copies)
{
  bool is_there = *copies != NULL;
  exchange_flag (s, &is_there);
  if (!is_there)
    return;
  if (s->out == NULL)
    *copies = g_new0 (mk_copies, 1);
  bool has_tints = (*copies)->tints != NULL;
  exchange_flag (s, &has_tints);
  exchange_count (s, &(*copies)->n, sizeof (mk_mat4) + (has_tints ? sizeof (mk_vec3) : 0));
  uint32_t n = (*copies)->n;
  if (s->out == NULL) {
    (*copies)->transforms = g_new0 (mk_mat4, n);
    (*copies)->tints = has_tints ? g_new0 (mk_vec3, n) : NULL;
  }
  if (n == 0)
    return;
  exchange_reals (s, (*copies)->transforms[0].m, (size_t)n * 16);
  if (has_tints)
    exchange_reals (s, &(*copies)->tints[0].x, (size_t)n * 3);
}

static void
exchange_node (stream *s, const mk_scene *scene, mk_scene_node *node, uint32_t index, uint32_t n_skins)
{
  exchange_string (s, &node->name);
  exchange_string (s, &node->id);
  exchange_string (s, &node->object);
  exchange_index (s, &node->command, -1, G_MAXINT32);
  exchange_index (s, &node->parent, -1, index);
  exchange_reals (s, &node->trs.translation.x, 10);
  exchange_real (s, &node->opacity);
  exchange_index (s, &node->light, -1, scene->lights->len);
  exchange_index (s, &node->camera, -1, scene->cameras->len);
  exchange_index (s, &node->skin, -1, n_skins);
  exchange_flag (s, &node->is_ground);
  exchange_flag (s, &node->is_hidden);
  exchange_copies (s, &node->copies);
  exchange_parts (s, node, scene->materials->len);
}

static void
exchange_skin (stream *s, mk_skin *skin, uint32_t n_nodes)
{
  exchange_count (s, &skin->n_joints, sizeof (int32_t) + sizeof (mk_mat4));
  if (s->out == NULL) {
    skin->joints = g_new0 (int, skin->n_joints);
    skin->inverse_bind = g_new0 (mk_mat4, skin->n_joints);
  }
  for (uint32_t i = 0; i < skin->n_joints; i++) {
    exchange_index (s, &skin->joints[i], 0, n_nodes);
    exchange_reals (s, skin->inverse_bind[i].m, 16);
  }
}

static void
exchange_track (stream *s, mk_track *track, uint32_t n_nodes)
{
  static const unsigned widths[] = { 3, 4, 3, 1, 1 };
  exchange_index (s, &track->node, 0, n_nodes);
  EXCHANGE_CHOICE (s, track->path, MK_TRACK_YFOV + 1);
  EXCHANGE_CHOICE (s, track->interpolation, MK_TRACK_CUBIC + 1);
  size_t width = widths[track->path] * (track->interpolation == MK_TRACK_CUBIC ? 3 : 1);
  exchange_count (s, &track->n_keys, (1 + width) * sizeof (float));
  if (s->out == NULL) {
    track->times_s = g_new0 (float, track->n_keys);
    track->values = g_new0 (float, track->n_keys * width);
  }
  exchange_reals (s, track->times_s, track->n_keys);
  exchange_reals (s, track->values, track->n_keys * width);
  for (uint32_t i = 0; s->out == NULL && i < track->n_keys; i++)
    if (track->times_s[i] < 0 || (i > 0 && track->times_s[i] <= track->times_s[i - 1]))
      s->is_broken = true;
}

/* --- lists --- */

static void
exchange_shared (stream *s)
{
  uint32_t n_meshes = s->meshes->len, n_images = s->images->len;
  exchange_count (s, &n_meshes, 8);
  for (uint32_t i = 0; i < n_meshes && !s->is_broken; i++) {
    mk_mesh *mesh = s->out != NULL ? s->meshes->pdata[i] : NULL;
    exchange_mesh (s, &mesh);
    if (s->out == NULL && mesh != NULL)
      g_ptr_array_add (s->meshes, mesh);
  }
  exchange_count (s, &n_images, 12);
  for (uint32_t i = 0; i < n_images && !s->is_broken; i++) {
    mk_image *image = s->out != NULL ? s->images->pdata[i] : NULL;
    exchange_image (s, &image);
    if (s->out == NULL && image != NULL)
      g_ptr_array_add (s->images, image);
  }
}

/* The array's own elements when writing; new ones, which the array then owns, when reading. */
#define EACH(array, type, least, initial, call)                                \
  do {                                                                         \
    uint32_t n_ = (array)->len;                                                \
    exchange_count (s, &n_, least);                                            \
    for (uint32_t i = 0; i < n_ && !s->is_broken; i++) {                       \
      type fresh_ = initial, *it = s->out != NULL ? &g_array_index (array, type, i) : &fresh_; \
      call;                                                                    \
      if (s->out == NULL)                                                      \
        g_array_append_val (array, fresh_);                                    \
    }                                                                          \
  } while (0)

static void
exchange_sky (stream *s, mk_sky *sky)
{
  float *const reals[] = { &sky->sun_elevation_rad, &sky->sun_azimuth_rad, &sky->sun_intensity, &sky->sky_intensity, &sky->turbidity, &sky->fog_density, &sky->wind, &sky->aurora, &sky->exposure_ev };
  EXCHANGE_CHOICE (s, sky->kind, MK_SKY_UNDERWATER + 1);
  exchange_reals (s, &sky->color.x, 3);
  exchange_reals (s, &sky->fog_color.x, 3);
  for (size_t i = 0; i < MK_COUNT (reals); i++)
    exchange_real (s, reals[i]);
}

static void
exchange_print (stream *s, mk_print *print)
{
  float *const reals[] = { &print->lines, &print->gray, &print->contrast, &print->vignette };
  for (size_t i = 0; i < MK_COUNT (reals); i++)
    exchange_real (s, reals[i]);
  exchange_flag (s, &print->do_lines_glow);
  exchange_reals (s, &print->line_color.x, 3);
}

/* As JSON; an empty text stands for none. */
static void
exchange_commands (stream *s, mk_json **commands)
{
  g_autofree char *text = s->out != NULL && *commands != NULL ? mk_json_print_compact (*commands) : g_strdup ("");
  uint32_t length = (uint32_t)strlen (text);
  exchange_count (s, &length, 1);
  if (s->out != NULL) {
    exchange (s, text, length);
    return;
  }
  mk_json_limits limits = { .max_bytes = MAX_COMMAND_BYTES, .max_depth = 64 };
  if (length > 0 && !s->is_broken && (length > MAX_COMMAND_BYTES || !mk_json_parse ((const char *)s->at, (gssize)length, &limits, commands, NULL)))
    s->is_broken = true;
  if (!s->is_broken) {
    s->at += length;
    s->left -= length;
  }
}

static void
exchange_scene (stream *s, mk_scene *scene)
{
  uint32_t n_skins = scene->skins->len;
  exchange_real (s, &scene->duration_s);
  exchange_flag (s, &scene->is_duration_fixed);
  exchange_real (s, &scene->fps);
  exchange (s, &scene->seed, sizeof scene->seed);
  exchange_sky (s, &scene->sky);
  exchange_print (s, &scene->print);
  exchange_commands (s, &scene->commands);
  exchange_shared (s);
  EACH (scene->materials, mk_material, 100, MK_MATERIAL_DEFAULT, exchange_material (s, it));
  EACH (scene->lights, mk_light, 64, { 0 }, exchange_light (s, it));
  EACH (scene->cameras, mk_camera, 64, { 0 }, exchange_camera (s, it));
  exchange (s, &n_skins, sizeof n_skins);
  EACH (scene->nodes, mk_scene_node, 60, MK_SCENE_NODE_DEFAULT, exchange_node (s, scene, it, i, n_skins));
  EACH (scene->skins, mk_skin, 4, { 0 }, exchange_skin (s, it, scene->nodes->len));
  EACH (scene->tracks, mk_track, 16, { 0 }, exchange_track (s, it, scene->nodes->len));
  exchange_index (s, &scene->active_camera, -1, scene->nodes->len);
  s->is_broken |= scene->skins->len != n_skins;
}

/* What can only be said of the whole: joints lie within their skins, the camera node has one. */
static bool
is_sound (const mk_scene *scene)
{
  if (scene->active_camera >= 0 && mk_scene_get_node (scene, scene->active_camera)->camera < 0)
    return false;
  for (guint i = 0; i < scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, (int)i);
    uint32_t n_joints = node->skin >= 0 ? g_array_index (scene->skins, mk_skin, node->skin).n_joints : G_MAXUINT32;
    for (unsigned p = 0; p < node->n_parts && n_joints < G_MAXUINT32; p++)
      for (uint32_t v = 0; node->parts[p].mesh->joints != NULL && v < node->parts[p].mesh->n_vertices; v++)
        for (int k = 0; k < 4; k++)
          if (node->parts[p].mesh->joints[v][k] >= n_joints)
            return false;
  }
  return true;
}

/* --- the whole --- */

static void
collect (GPtrArray *list, void *thing)
{
  if (thing != NULL && !g_ptr_array_find (list, thing, NULL))
    g_ptr_array_add (list, thing);
}

/* What the large parts take; the rest is small. */
static size_t
count_large (const mk_scene *scene, const stream *s)
{
  size_t n = 0;
  for (guint i = 0; i < s->meshes->len; i++) {
    const mk_mesh *mesh = s->meshes->pdata[i];
    n += (size_t)mesh->n_vertices * 68 + (size_t)mesh->n_indices * sizeof (uint32_t);
  }
  for (guint i = 0; i < s->images->len; i++)
    n += mk_image_n_bytes (s->images->pdata[i]);
  for (guint i = 0; i < scene->nodes->len; i++)
    n += mk_scene_get_node (scene, (int)i)->copies != NULL ? mk_scene_get_node (scene, (int)i)->copies->n * (sizeof (mk_mat4) + sizeof (mk_vec3)) : 0;
  for (guint i = 0; i < scene->tracks->len; i++)
    n += (size_t)g_array_index (scene->tracks, mk_track, i).n_keys * 13 * sizeof (float);
  return n;
}

GByteArray *
mk_scene_pack (const mk_scene *scene)
{
  uint32_t form = FORM;
  stream s = { .out = g_byte_array_new (), .meshes = g_ptr_array_new (), .images = g_ptr_array_new () };
  for (guint i = 0; i < scene->nodes->len; i++)
    for (unsigned p = 0; p < mk_scene_get_node (scene, (int)i)->n_parts; p++)
      collect (s.meshes, mk_scene_get_node (scene, (int)i)->parts[p].mesh);
  for (guint i = 0; i < scene->materials->len; i++) {
    const mk_material *m = mk_scene_get_material (scene, (int)i);
    mk_image *const images[] = { m->base_color_texture, m->metallic_roughness_texture, m->normal_texture, m->emission_texture };
    for (size_t k = 0; k < MK_COUNT (images); k++)
      collect (s.images, images[k]);
  }
  if (count_large (scene, &s) <= MK_SCENE_BYTES_MAX) {
    exchange (&s, &form, sizeof form);
    exchange_scene (&s, (mk_scene *)scene); /* writing leaves it untouched: others read it meanwhile */
  } else
    g_clear_pointer (&s.out, g_byte_array_unref);
  g_ptr_array_unref (s.meshes);
  g_ptr_array_unref (s.images);
  return s.out;
}

mk_scene *
mk_scene_unpack (const void *bytes, size_t length, GError **error)
{
  uint32_t form = 0;
  g_autoptr (mk_scene) scene = mk_scene_new ();
  stream s = { .at = bytes, .left = length };
  s.meshes = g_ptr_array_new_with_free_func ((GDestroyNotify)mk_mesh_unref);
  s.images = g_ptr_array_new_with_free_func ((GDestroyNotify)mk_image_unref);
  exchange (&s, &form, sizeof form);
  if (form == FORM)
    exchange_scene (&s, scene);
  for (guint i = 0; i < scene->nodes->len; i++)
    for (unsigned p = 0; p < mk_scene_get_node (scene, (int)i)->n_parts; p++)
      mk_mesh_ref (mk_scene_get_node (scene, (int)i)->parts[p].mesh);
  bool is_good = form == FORM && !s.is_broken && s.left == 0 && is_sound (scene);
  g_ptr_array_unref (s.meshes);
  g_ptr_array_unref (s.images);
  if (is_good)
    return g_steal_pointer (&scene);
  mk_error (error, MK_ERROR_FORMAT, "a scene's bytes are damaged");
  return NULL;
}
