/* contact_sheet - every recipe of the library in one picture, to be looked at.
 *
 * Use       contact-sheet ASSETS OUT.ppm [CELL_PX] [NAME…]
 * Method    A small rasteriser of its own: depth buffer, sun and sky light, shadow on the floor by projection. It is
 *           here to judge forms within a second; films are made by the renderer.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scene/objects.h"

#define SAMPLES 2 /* per pixel and axis */

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
draw_triangle (cell *c, const mk_material *m, const mk_vec3 p[3], const mk_vec3 n[3], const mk_vec2 uv[3])
{
  mk_vec3 s[3];
  for (int i = 0; i < 3; i++) {
    s[i] = project (c, p[i]);
    if (s[i].z < 1e-3f)
      return;
  }
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

static void
draw_scene (cell *c, const mk_scene *scene, bool is_clear_pass)
{
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
  for (guint i = 0; i < scene->nodes->len; i++) {
    const mk_scene_node *node = mk_scene_get_node (scene, (int)i);
    g_autofree mk_mat4 *skin = node->skin >= 0 ? mk_skin_matrices (scene, pose, node->skin) : NULL;
    for (unsigned k = 0; k < node->n_parts; k++) {
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
          n[v] = mk_vec3_normalize (mk_mat4_direction (pose->world[i], mesh->normals[index]));
          uv[v] = mesh->uvs[index];
        }
        draw_triangle (c, m, p, n, uv);
      }
    }
  }
}

static void
aim (cell *c, mk_box box)
{
  mk_vec3 middle = mk_vec3_scale (mk_vec3_add (box.min, box.max), 0.5f), size = mk_vec3_sub (box.max, box.min);
  float radius = 0.5f * mk_vec3_length (size);
  c->focal = 1.4f;
  mk_vec3 from = mk_vec3_normalize ((mk_vec3){ 0.62f, 0.42f, 1 });
  c->forward = mk_vec3_scale (from, -1);
  c->right = mk_vec3_normalize (mk_vec3_cross (c->forward, (mk_vec3){ 0, 1, 0 }));
  c->up = mk_vec3_cross (c->right, c->forward);
  c->eye = mk_vec3_add (middle, mk_vec3_scale (from, radius * 3.05f));
}

static void
draw_cell (cell *c, const mk_scene *scene)
{
  g_autoptr (mk_pose) pose = mk_pose_new (scene, 0);
  for (int y = 0; y < c->size; y++)
    for (int x = 0; x < c->size; x++) {
      float t = (float)y / (float)c->size;
      c->depth[(size_t)y * (size_t)c->size + (size_t)x] = INFINITY;
      c->color[(size_t)y * (size_t)c->size + (size_t)x] = (mk_vec3){ 0.62f - 0.2f * t, 0.66f - 0.2f * t, 0.72f - 0.22f * t };
    }
  aim (c, mk_scene_bounds (scene, pose, -1));
  draw_scene (c, scene, false);
  draw_scene (c, scene, true);
}

static unsigned char
to_byte (float linear)
{
  float x = linear / (1 + 0.25f * linear) * 1.15f; /* a soft shoulder */
  x = x <= 0.0031308f ? 12.92f * x : 1.055f * powf (x, 1 / 2.4f) - 0.055f;
  return (unsigned char)CLAMP (x * 255 + 0.5f, 0, 255);
}

static void
copy_cell (const cell *c, unsigned char *picture, int width, int left, int top)
{
  int n = c->size / SAMPLES;
  for (int y = 0; y < n; y++)
    for (int x = 0; x < n; x++) {
      mk_vec3 sum = { 0, 0, 0 };
      for (int k = 0; k < SAMPLES * SAMPLES; k++)
        sum = mk_vec3_add (sum, c->color[(size_t)(y * SAMPLES + k / SAMPLES) * (size_t)c->size + (size_t)(x * SAMPLES + k % SAMPLES)]);
      sum = mk_vec3_scale (sum, 1.0f / (SAMPLES * SAMPLES));
      unsigned char *out = picture + 3 * ((size_t)(top + y) * (size_t)width + (size_t)(left + x));
      bool is_border = x == 0 || y == 0;
      out[0] = is_border ? 90 : to_byte (sum.x);
      out[1] = is_border ? 90 : to_byte (sum.y);
      out[2] = is_border ? 90 : to_byte (sum.z);
    }
}

int
main (int argc, char **argv)
{
  GError *error = NULL;
  if (argc < 3) {
    fprintf (stderr, "usage: contact-sheet ASSETS OUT.ppm [CELL_PX] [NAME…]\n");
    return 2;
  }
  g_autoptr (mk_library) library = mk_library_new (argv[1], &error);
  if (library == NULL) {
    fprintf (stderr, "%s\n", error->message);
    return 1;
  }
  int px = argc > 3 ? atoi (argv[3]) : 160, n = argc > 4 ? argc - 4 : (int)mk_library_n_recipes (library);
  px = CLAMP (px, 32, 1024);
  int columns = (int)ceilf (sqrtf ((float)n * 1.4f)), rows = (n + columns - 1) / columns;
  cell c = { .size = px * SAMPLES };
  c.depth = malloc ((size_t)c.size * (size_t)c.size * sizeof *c.depth);
  c.color = malloc ((size_t)c.size * (size_t)c.size * sizeof *c.color);
  unsigned char *picture = calloc ((size_t)(columns * px) * (size_t)(rows * px), 3);
  if (c.depth == NULL || c.color == NULL || picture == NULL)
    return 1;
  for (int i = 0; i < n; i++) {
    const char *name = argc > 4 ? argv[4 + i] : mk_library_get (library, (unsigned)i)->name;
    g_autoptr (mk_scene) scene = mk_scene_new ();
    if (mk_library_build (library, scene, name, NULL, &error) < 0) {
      fprintf (stderr, "%s\n", error->message);
      g_clear_error (&error);
      continue;
    }
    draw_cell (&c, scene);
    copy_cell (&c, picture, columns * px, (i % columns) * px, (i / columns) * px);
    printf ("%d,%d %s\n", i / columns + 1, i % columns + 1, name);
  }
  FILE *file = fopen (argv[2], "wb");
  bool ok = file != NULL && fprintf (file, "P6\n%d %d\n255\n", columns * px, rows * px) > 0 &&
            fwrite (picture, 3, (size_t)(columns * px) * (size_t)(rows * px), file) == (size_t)(columns * px) * (size_t)(rows * px);
  if (file != NULL)
    ok = fclose (file) == 0 && ok;
  free (c.depth);
  free (c.color);
  free (picture);
  return ok ? 0 : 1;
}
