/* contact_sheet - every recipe of the library in one picture, to be looked at.
 *
 * Use       contact-sheet ASSETS OUT.png [CELL_PX] [NAME…]
 *           contact-sheet ASSETS OUT.png CELL_PX --film N FROM_S TO_S COMMANDS.json…   (a row of N frames for each)
 *           contact-sheet ASSETS OUT.png CELL_PX --shot N FROM_S TO_S COMMANDS.json…   (the same as the film's camera sees it)
 * Method    A small rasteriser of its own: depth buffer, sun and sky light, shadow on the floor by projection. It is
 *           here to judge forms within a second; films are made by the renderer.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "media/image.h"
#include "media/png.h"
#include "scene/objects.h"

#define SAMPLES 2 /* per pixel and axis */
#define NEAR_M 0.05f
#define SHOT_ASPECT (16.0f / 9)

typedef struct {
  int size;          /* pixels of a cell, times SAMPLES */
  float *depth;
  mk_vec3 *color;    /* linear */
  mk_vec3 eye, right, up, forward;
  float focal;
} cell;

static mk_vec3
project (const cell *c, mk_vec3 p)
{
  mk_vec3 d = mk_vec3_sub (p, c->eye);
  float z = mk_vec3_dot (d, c->forward), s = (float)c->size;
  return (mk_vec3){ s / 2 + c->focal * s * mk_vec3_dot (d, c->right) / z, s / 2 - c->focal * s * mk_vec3_dot (d, c->up) / z, z };
}

static mk_vec3
pattern_color (const mk_material *m, mk_vec2 uv)
{
  float s = fmaxf (m->pattern_scale_m, 1e-4f), u = uv.x / s, v = uv.y / s, t = 0;
  switch (m->pattern) {
  case MK_PATTERN_CHECKER:
    t = ((int)floorf (u * 2) + (int)floorf (v * 2)) & 1 ? 1 : 0;
    break;
  case MK_PATTERN_STRIPES:
    t = u - floorf (u) < 0.5f ? 1 : 0;
    break;
  case MK_PATTERN_DOTS:
    t = hypotf (u - floorf (u) - 0.5f, v - floorf (v) - 0.5f) < 0.28f ? 1 : 0;
    break;
  case MK_PATTERN_BRICK: {
    float row = floorf (v * 8), x = u * 4 + (((int)row & 1) ? 0.5f : 0);
    t = v * 8 - row < 0.12f || x - floorf (x) < 0.06f ? 1 : 0;
    break;
  }
  case MK_PATTERN_WOOD:
    t = 0.5f + 0.5f * sinf (u * 20 + 3 * sinf (v * 1.5f));
    break;
  default:
    break;
  }
  return mk_vec3_lerp (m->base_color, m->pattern_color, t);
}

static mk_vec3
shade (const mk_material *m, mk_vec2 uv, mk_vec3 n, mk_vec3 view)
{
  static const mk_vec3 sun = { 0.48f, 0.72f, 0.5f };
  if (mk_vec3_dot (n, view) < 0)
    n = mk_vec3_scale (n, -1);
  mk_vec3 base = pattern_color (m, uv);
  float direct = fmaxf (0, mk_vec3_dot (n, sun)), sky = 0.5f + 0.5f * n.y;
  float gloss = 2 + 200 * (1 - m->roughness) * (1 - m->roughness);
  mk_vec3 half = mk_vec3_normalize (mk_vec3_add (sun, view));
  float shine = powf (fmaxf (0, mk_vec3_dot (n, half)), gloss) * (1 - m->roughness) * 0.9f;
  float rim = powf (1 - fmaxf (0, mk_vec3_dot (n, view)), 4) * 0.15f;
  float mirror = m->metallic * (0.25f + 0.5f * sky);
  mk_vec3 light = { 0.95f * direct + 0.32f * sky + 0.12f + mirror * 0.4f, 0.92f * direct + 0.35f * sky + 0.12f + mirror * 0.4f, 0.85f * direct + 0.42f * sky + 0.12f + mirror * 0.4f };
  mk_vec3 out = mk_vec3_mul (base, light);
  out = mk_vec3_add (out, (mk_vec3){ shine + rim, shine + rim, shine + rim });
  return mk_vec3_add (out, mk_vec3_scale (m->emission, 0.6f));
}

static void
draw_clipped (cell *c, const mk_material *m, const mk_vec3 p[3], const mk_vec3 n[3], const mk_vec2 uv[3])
{
  mk_vec3 s[3];
  for (int i = 0; i < 3; i++)
    s[i] = project (c, p[i]);
  float area = (s[1].x - s[0].x) * (s[2].y - s[0].y) - (s[2].x - s[0].x) * (s[1].y - s[0].y);
  if (fabsf (area) < 1e-9f)
    return;
  int x0 = MAX (0, (int)floorf (fminf (s[0].x, fminf (s[1].x, s[2].x)))), x1 = MIN (c->size - 1, (int)ceilf (fmaxf (s[0].x, fmaxf (s[1].x, s[2].x))));
  int y0 = MAX (0, (int)floorf (fminf (s[0].y, fminf (s[1].y, s[2].y)))), y1 = MIN (c->size - 1, (int)ceilf (fmaxf (s[0].y, fmaxf (s[1].y, s[2].y))));
  for (int y = y0; y <= y1; y++)
    for (int x = x0; x <= x1; x++) {
      float px = (float)x + 0.5f, py = (float)y + 0.5f;
      float a = ((s[1].x - px) * (s[2].y - py) - (s[2].x - px) * (s[1].y - py)) / area, b = ((s[2].x - px) * (s[0].y - py) - (s[0].x - px) * (s[2].y - py)) / area;
      float g = 1 - a - b;
      if (a < 0 || b < 0 || g < 0)
        continue;
      float z = 1 / (a / s[0].z + b / s[1].z + g / s[2].z);
      size_t at = (size_t)y * (size_t)c->size + (size_t)x;
      if (z >= c->depth[at])
        continue;
      float wa = a * z / s[0].z, wb = b * z / s[1].z, wc = g * z / s[2].z;
      mk_vec3 normal = mk_vec3_normalize (mk_vec3_add (mk_vec3_add (mk_vec3_scale (n[0], wa), mk_vec3_scale (n[1], wb)), mk_vec3_scale (n[2], wc)));
      mk_vec3 where = mk_vec3_add (mk_vec3_add (mk_vec3_scale (p[0], wa), mk_vec3_scale (p[1], wb)), mk_vec3_scale (p[2], wc));
      mk_vec2 t = { uv[0].x * wa + uv[1].x * wb + uv[2].x * wc, uv[0].y * wa + uv[1].y * wb + uv[2].y * wc };
      mk_vec3 color = shade (m, t, normal, mk_vec3_normalize (mk_vec3_sub (c->eye, where)));
      float keep = m->transmission > 0 ? 0.65f : 1 - m->opacity;
      c->color[at] = mk_vec3_lerp (color, c->color[at], keep);
      if (keep < 0.3f)
        c->depth[at] = z;
    }
}

/* What is behind the eye is cut off. */
static void
draw_triangle (cell *c, const mk_material *m, const mk_vec3 p[3], const mk_vec3 n[3], const mk_vec2 uv[3])
{
  mk_vec3 q[4], normal[4];
  mk_vec2 at[4];
  int k = 0;
  for (int i = 0; i < 3; i++) {
    int j = (i + 1) % 3;
    float a = mk_vec3_dot (mk_vec3_sub (p[i], c->eye), c->forward) - NEAR_M, b = mk_vec3_dot (mk_vec3_sub (p[j], c->eye), c->forward) - NEAR_M;
    if (a >= 0) {
      q[k] = p[i];
      normal[k] = n[i];
      at[k++] = uv[i];
    }
    if ((a >= 0) != (b >= 0)) {
      float t = a / (a - b);
      q[k] = mk_vec3_lerp (p[i], p[j], t);
      normal[k] = mk_vec3_lerp (n[i], n[j], t);
      at[k++] = (mk_vec2){ uv[i].x + (uv[j].x - uv[i].x) * t, uv[i].y + (uv[j].y - uv[i].y) * t };
    }
  }
  for (int i = 1; i + 1 < k; i++)
    draw_clipped (c, m, (mk_vec3[]){ q[0], q[i], q[i + 1] }, (mk_vec3[]){ normal[0], normal[i], normal[i + 1] }, (mk_vec2[]){ at[0], at[i], at[i + 1] });
}

static mk_vec3
skinned_normal (const mk_mesh *mesh, uint32_t v, const mk_mat4 *skin)
{
  mk_vec3 sum = { 0, 0, 0 };
  for (int k = 0; k < 4; k++)
    sum = mk_vec3_add (sum, mk_vec3_scale (mk_mat4_direction (skin[mesh->joints[v][k]], mesh->normals[v]), mesh->weights[v][k]));
  return mk_vec3_normalize (sum);
}

static void
draw_scene (cell *c, const mk_scene *scene, const mk_pose *pose, bool is_clear_pass)
{
  for (guint i = 0; i < scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, (int)i);
    g_autofree mk_mat4 *skin = node->skin >= 0 ? mk_skin_matrices (scene, pose, node->skin) : NULL;
    for (unsigned k = 0; k < node->n_parts && !node->is_hidden; k++) {
      const mk_mesh *mesh = node->parts[k].mesh;
      const mk_material *m = mk_scene_get_material (scene, node->parts[k].material);
      if ((m->transmission > 0 || m->opacity < 1) != is_clear_pass)
        continue;
      for (uint32_t t = 0; t + 2 < mesh->n_indices; t += 3) {
        mk_vec3 p[3], n[3];
        mk_vec2 uv[3];
        for (int v = 0; v < 3; v++) {
          uint32_t index = mesh->indices[t + (uint32_t)v];
          p[v] = skin != NULL && mesh->joints != NULL ? mk_mesh_skinned_point (mesh, index, skin) : mk_mat4_point (pose->world[i], mesh->positions[index]);
          n[v] = skin != NULL && mesh->joints != NULL ? skinned_normal (mesh, index, skin) : mk_vec3_normalize (mk_mat4_direction (pose->world[i], mesh->normals[index]));
          uv[v] = mesh->uvs[index];
        }
        draw_triangle (c, m, p, n, uv);
      }
    }
  }
}

static void
aim (cell *c, mk_vec3 middle, float radius, mk_vec3 from)
{
  c->focal = 1.4f;
  from = mk_vec3_normalize (from);
  c->forward = mk_vec3_scale (from, -1);
  c->right = mk_vec3_normalize (mk_vec3_cross (c->forward, (mk_vec3){ 0, 1, 0 }));
  c->up = mk_vec3_cross (c->right, c->forward);
  c->eye = mk_vec3_add (middle, mk_vec3_scale (from, radius * 3.05f));
}

static void
clear (cell *c)
{
  for (int y = 0; y < c->size; y++)
    for (int x = 0; x < c->size; x++) {
      float t = (float)y / (float)c->size;
      c->depth[(size_t)y * (size_t)c->size + (size_t)x] = INFINITY;
      c->color[(size_t)y * (size_t)c->size + (size_t)x] = (mk_vec3){ 0.62f - 0.2f * t, 0.66f - 0.2f * t, 0.72f - 0.22f * t };
    }
}

static void
draw_cell (cell *c, const mk_scene *scene)
{
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
  mk_box box = mk_scene_bounds (scene, pose, -1);
  clear (c);
  aim (c, mk_vec3_scale (mk_vec3_add (box.min, box.max), 0.5f), 0.5f * mk_vec3_length (mk_vec3_sub (box.max, box.min)), (mk_vec3){ 0.62f, 0.42f, 1 });
  draw_scene (c, scene, pose, false);
  draw_scene (c, scene, pose, true);
}

/* A floor of squares, so that feet that slide are seen. */
static void
draw_floor (cell *c, mk_vec3 middle, float tile, float reach)
{
  mk_material dark = MK_MATERIAL_DEFAULT, light = MK_MATERIAL_DEFAULT;
  dark.base_color = (mk_vec3){ 0.3f, 0.32f, 0.34f };
  light.base_color = (mk_vec3){ 0.42f, 0.44f, 0.46f };
  dark.roughness = light.roughness = 1;
  int x0 = (int)floorf ((middle.x - reach) / tile), z0 = (int)floorf ((middle.z - reach) / tile), n = (int)ceilf (2 * reach / tile);
  for (int i = 0; i < n * n; i++) {
    float x = tile * (float)(x0 + i % n), z = tile * (float)(z0 + i / n);
    mk_vec3 p[4] = { { x, 0, z }, { x, 0, z + tile }, { x + tile, 0, z + tile }, { x + tile, 0, z } }, up[3] = { { 0, 1, 0 }, { 0, 1, 0 }, { 0, 1, 0 } };
    mk_vec2 uv[3] = { { 0, 0 } };
    const mk_material *m = ((x0 + i % n) + (z0 + i / n)) & 1 ? &dark : &light;
    draw_triangle (c, m, (mk_vec3[]){ p[0], p[1], p[2] }, up, uv);
    draw_triangle (c, m, (mk_vec3[]){ p[0], p[2], p[3] }, up, uv);
  }
}

/* The camera goes along with what was added first, and sees all of it. */
static void
draw_frame (cell *c, const mk_scene *scene, double time_s, mk_vec3 size)
{
  g_autoptr (mk_pose) pose = mk_pose_new (scene, time_s);
  int first = 0;
  while (first + 1 < (int)scene->nodes->len && mk_scene_get_node (scene, first)->id == NULL)
    first++;
  mk_box box = mk_scene_bounds (scene, pose, first);
  mk_vec3 middle = mk_vec3_scale (mk_vec3_add (box.min, box.max), 0.5f);
  float radius = 0.5f * mk_vec3_length (size);
  middle.y = fmaxf (middle.y, 0.6f * radius);
  clear (c);
  aim (c, middle, 1.12f * radius, (mk_vec3){ 0.3f, 0.2f, 1 });
  draw_floor (c, middle, 0.4f * radius, 5 * radius);
  draw_scene (c, scene, pose, false);
  draw_scene (c, scene, pose, true);
}

/* Through the camera of a complete scene. */
static void
draw_shot (cell *c, const mk_scene *scene, double time_s)
{
  g_autoptr (mk_pose) pose = mk_pose_new (scene, time_s);
  mk_mat4 camera = pose->world[scene->active_camera];
  c->eye = mk_mat4_point (camera, (mk_vec3){ 0, 0, 0 });
  c->right = mk_vec3_normalize (mk_mat4_direction (camera, (mk_vec3){ 1, 0, 0 }));
  c->up = mk_vec3_normalize (mk_mat4_direction (camera, (mk_vec3){ 0, 1, 0 }));
  c->forward = mk_vec3_normalize (mk_mat4_direction (camera, (mk_vec3){ 0, 0, -1 }));
  c->focal = 0.5f / (tanf (pose->camera_yfov_rad / 2) * SHOT_ASPECT);
  clear (c);
  draw_scene (c, scene, pose, false);
  draw_scene (c, scene, pose, true);
}

static float
to_display (float linear)
{
  float x = linear / (1 + 0.25f * linear) * 1.15f; /* a soft shoulder */
  x = x <= 0.0031308f ? 12.92f * x : 1.055f * powf (x, 1 / 2.4f) - 0.055f;
  return CLAMP (x, 0, 1);
}

/* The middle `height` rows of a cell. */
static void
copy_cell (const cell *c, mk_image *picture, int left, int top, int height)
{
  int n = c->size / SAMPLES, skip = (n - height) / 2;
  float *pixels = mk_image_write (picture, 0);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < n; x++) {
      mk_vec3 sum = { 0, 0, 0 };
      for (int k = 0; k < SAMPLES * SAMPLES; k++)
        sum = mk_vec3_add (sum, c->color[(size_t)((skip + y) * SAMPLES + k / SAMPLES) * (size_t)c->size + (size_t)(x * SAMPLES + k % SAMPLES)]);
      sum = mk_vec3_scale (sum, 1.0f / (SAMPLES * SAMPLES));
      float *out = pixels + 3 * ((size_t)(top + y) * (size_t)picture->width + (size_t)(left + x));
      bool is_border = x == 0 || y == 0;
      out[0] = is_border ? 0.35f : to_display (sum.x);
      out[1] = is_border ? 0.35f : to_display (sum.y);
      out[2] = is_border ? 0.35f : to_display (sum.z);
    }
}

static unsigned
count_triangles (const mk_scene *scene)
{
  unsigned n = 0;
  for (guint i = 0; i < scene->nodes->len; i++)
    for (unsigned p = 0; p < mk_scene_get_node (scene, (int)i)->n_parts; p++)
      n += mk_scene_get_node (scene, (int)i)->parts[p].mesh->n_indices / 3;
  return n;
}

static void
draw_all (cell *c, const mk_library *library, mk_image *picture, int px, int columns, int n, char **names)
{
  for (int i = 0; i < n; i++) {
    GError *error = NULL;
    const char *name = names != NULL ? names[i] : mk_library_get (library, (unsigned)i)->name;
    g_autoptr (mk_scene) scene = mk_scene_new ();
    if (mk_library_build (library, scene, name, NULL, &error) < 0) {
      fprintf (stderr, "%s\n", error->message);
      g_clear_error (&error);
      continue;
    }
    draw_cell (c, scene);
    copy_cell (c, picture, (i % columns) * px, (i / columns) * px, px);
    printf ("%d,%d %s: %u triangles\n", i / columns + 1, i % columns + 1, name, count_triangles (scene));
  }
}

static mk_scene *
act_out (const mk_stage *stage, const char *path, GError **error)
{
  g_autoptr (mk_json) commands = NULL;
  g_autofree char *text = NULL;
  if (!g_file_get_contents (path, &text, NULL, error) || !mk_json_parse (text, -1, NULL, &commands, error))
    return NULL;
  mk_scene *scene = mk_scene_new ();
  for (size_t i = 0; i < mk_json_length (commands) && scene != NULL; i++) {
    mk_scene *next = mk_scene_apply (stage, scene, mk_json_at (commands, i), error);
    mk_scene_unref (scene);
    scene = next;
  }
  return scene;
}

typedef struct {
  int px, height, n;      /* of a cell, and cells in a row */
  double from_s, to_s;    /* to_s 0 = the end */
  bool is_shot;
} strip_options;

static bool
draw_films (cell *c, const mk_stage *stage, mk_image *picture, strip_options strip, int n_films, char **paths, GError **error)
{
  for (int i = 0; i < n_films; i++) {
    g_autoptr (mk_scene) told = act_out (stage, paths[i], error);
    g_autoptr (mk_scene) scene = told == NULL ? NULL : strip.is_shot ? mk_scene_complete (stage, told, SHOT_ASPECT, error) : mk_scene_ref (told);
    if (scene == NULL)
      return false;
    g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
    mk_box box = mk_scene_bounds (scene, pose, 0);
    double end_s = strip.to_s > 0 ? strip.to_s : (double)scene->duration_s;
    for (int k = 0; k < strip.n; k++) {
      double time_s = strip.from_s + (end_s - strip.from_s) * k / MAX (strip.n - 1, 1);
      if (strip.is_shot)
        draw_shot (c, scene, time_s);
      else
        draw_frame (c, scene, time_s, mk_vec3_sub (box.max, box.min));
      copy_cell (c, picture, k * strip.px, i * strip.height, strip.height);
    }
  }
  return true;
}

int
main (int argc, char **argv)
{
  GError *error = NULL;
  if (argc < 3) {
    fprintf (stderr, "usage: contact-sheet ASSETS OUT.png [CELL_PX] [NAME…]\n       contact-sheet ASSETS OUT.png CELL_PX --film|--shot N FROM_S TO_S COMMANDS.json…\n");
    return 2;
  }
  g_autoptr (mk_library) library = mk_library_new (argv[1], &error);
  int px = argc > 3 ? CLAMP (atoi (argv[3]), 32, 1024) : 160, n = argc > 4 ? argc - 4 : library != NULL ? (int)mk_library_n_recipes (library) : 1;
  bool is_shot = argc > 8 && g_str_equal (argv[4], "--shot"), is_film = is_shot || (argc > 8 && g_str_equal (argv[4], "--film"));
  int columns = is_film ? CLAMP (atoi (argv[5]), 1, 60) : (int)ceilf (sqrtf ((float)n * 1.4f)), rows = is_film ? argc - 8 : (n + columns - 1) / columns;
  int height = is_shot ? (int)((float)px / SHOT_ASPECT) : px;
  g_autoptr (mk_image) picture = library != NULL ? mk_image_new (1, rows * height, columns * px, 3, &error) : NULL;
  if (picture == NULL) {
    fprintf (stderr, "%s\n", error->message);
    return 1;
  }
  cell c = { .size = px * SAMPLES };
  c.depth = g_new (float, (size_t)c.size * (size_t)c.size);
  c.color = g_new (mk_vec3, (size_t)c.size * (size_t)c.size);
  mk_stage stage = { .library = library, .assets = argv[1], .input = "." };
  if (is_film)
    draw_films (&c, &stage, picture, (strip_options){ px, height, columns, g_ascii_strtod (argv[6], NULL), g_ascii_strtod (argv[7], NULL), is_shot }, rows, argv + 8, &error);
  else
    draw_all (&c, library, picture, px, columns, n, argc > 4 ? argv + 4 : NULL);
  g_free (c.depth);
  g_free (c.color);
  if (error == NULL && mk_png_write (picture, 0, argv[2], NULL, &error))
    return 0;
  fprintf (stderr, "%s\n", error->message);
  return 1;
}
