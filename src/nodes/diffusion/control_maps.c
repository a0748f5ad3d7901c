/* control_maps.c - see control_maps.h. */
#include "nodes/diffusion/control_maps.h"

#include <math.h>
#include <string.h>

static float *
pixel (mk_image *image, int index, size_t p)
{
  return mk_image_write (image, index) + p * 3;
}

static void
set (float *rgb, float r, float g, float b)
{
  rgb[0] = r;
  rgb[1] = g;
  rgb[2] = b;
}

void
mk_control_depth (const mk_image *metres, mk_image *rgb, int index)
{
  const float *d = mk_image_read (metres, 0);
  for (size_t p = 0; p < (size_t)rgb->width * (size_t)rgb->height; p++) {
    float inverse = d[p] > 0 ? 1 / d[p] : 0;
    set (pixel (rgb, index, p), inverse, inverse, inverse);
  }
}

void
mk_control_depth_normalise (mk_image *rgb)
{
  size_t n = mk_image_n_bytes (rgb) / sizeof (float);
  float *v = mk_image_write (rgb, 0), near = 0, far = INFINITY;
  for (size_t i = 0; i < n; i++) {
    near = fmaxf (near, v[i]);
    far = v[i] > 0 ? fminf (far, v[i]) : far;
  }
  float range = near - far;
  for (size_t i = 0; i < n; i++)
    v[i] = v[i] <= 0 ? 0 : range > 1e-9f ? (v[i] - far) / range : 1;
}

void
mk_control_normal (const mk_frame *frame, mk_mat4 camera, mk_image *rgb, int index)
{
  mk_mat4 view = mk_mat4_inverse (camera);
  const float *n = mk_image_read (frame->normal, 0);
  for (size_t p = 0; p < (size_t)rgb->width * (size_t)rgb->height; p++) {
    mk_vec3 world = { n[p * 3], n[p * 3 + 1], n[p * 3 + 2] };
    mk_vec3 seen = mk_vec3_length (world) > 0.1f ? mk_vec3_normalize (mk_mat4_direction (view, world)) : (mk_vec3) { 0, 0, 1 };
    set (pixel (rgb, index, p), 0.5f - 0.5f * seen.x, 0.5f + 0.5f * seen.y, 0.5f + 0.5f * seen.z);
  }
}

/* How alike the surfaces of two pixels lie; 1 = the same way. */
static float
normals_agree (const mk_frame *frame, size_t a, size_t b)
{
  const float *n = mk_image_read (frame->normal, 0);
  return n[a * 3] * n[b * 3] + n[a * 3 + 1] * n[b * 3 + 1] + n[a * 3 + 2] * n[b * 3 + 2];
}

/* Whether the surface folds at p, the pixel at `at` of a row of `n` with `step` from one to the next. A fold is spread over two
 * pixels, so neighbours of p are compared; it is where they differ most. */
static bool
folds (const mk_frame *frame, size_t p, size_t step, size_t at, size_t n)
{
  const float *id = mk_image_read (frame->id, 0);
  if (at < 1 || at + 1 >= n || id[p - step] != id[p] || id[p + step] != id[p] || id[p] == 0)
    return false;
  float here = normals_agree (frame, p - step, p + step);
  return here < 0.7f && (at < 2 || here <= normals_agree (frame, p - 2 * step, p)) && (at + 2 >= n || here < normals_agree (frame, p, p + 2 * step));
}

/* Shares of the depth: by how much a thing, and by how much the ground with its blades and pebbles, must stand out for a line. */
#define STANDS_OUT 0.003f
#define GROUND_STANDS_OUT 0.08f

/* Whether the surface ends at p: it is nearer than its neighbours say, and that not for their slope. Inverse depth is linear on
 * a plane however steeply one looks along it, so a floor far away is no end. */
static bool
stands_out (const mk_frame *frame, const mk_scene *scene, size_t p, size_t step, size_t at, size_t n)
{
  const float *id = mk_image_read (frame->id, 0), *d = mk_image_read (frame->depth, 0);
  if (at < 1 || at + 1 >= n || id[p] < 1 || id[p] > (float)scene->nodes->len || d[p] <= 0 || d[p - step] <= 0 || d[p + step] <= 0)
    return false;
  float before = d[p] / d[p - step], behind = d[p] / d[p + step], out = 1 - (before + behind) / 2;
  float share = mk_scene_get_node (scene, (int)id[p] - 1)->is_ground ? GROUND_STANDS_OUT : STANDS_OUT;
  return out > share / 2 && out > 0.35f * fabsf (before - behind);
}

/* A line with a pixel missing is one line: what lies between two opposite pixels of one belongs to it. The green of a pixel is
 * what it becomes. */
static void
close_gaps (mk_image *rgb, int index)
{
  static const int ways[4][2] = { { 1, 0 }, { 0, 1 }, { 1, 1 }, { 1, -1 } };
  int w = rgb->width, h = rgb->height;
  for (int y = 1; y < h - 1; y++)
    for (int x = 1; x < w - 1; x++)
      for (size_t i = 0; i < MK_COUNT (ways); i++) {
        int step = ways[i][1] * w + ways[i][0], p = y * w + x;
        if (pixel (rgb, index, (size_t)(p - step))[0] > 0 && pixel (rgb, index, (size_t)(p + step))[0] > 0)
          pixel (rgb, index, (size_t)p)[1] = 1;
      }
  for (size_t p = 0; p < (size_t)w * (size_t)h; p++)
    if (pixel (rgb, index, p)[1] > 0)
      set (pixel (rgb, index, p), 1, 1, 1);
}

/* All pixels of the line that line[0] is part of, after it; how many they are; those in `seen` belong to lines found before. */
static size_t
follow_line (mk_image *rgb, int index, bool *seen, int *line)
{
  int w = rgb->width, h = rgb->height;
  size_t n = 1;
  seen[line[0]] = true;
  for (size_t i = 0; i < n; i++)
    for (int y = MAX (line[i] / w - 1, 0); y <= MIN (line[i] / w + 1, h - 1); y++)
      for (int x = MAX (line[i] % w - 1, 0); x <= MIN (line[i] % w + 1, w - 1); x++)
        if (!seen[y * w + x] && pixel (rgb, index, (size_t)(y * w + x))[0] > 0) {
          seen[y * w + x] = true;
          line[n++] = y * w + x;
        }
  return n;
}

/* Dots are no lines: blades of grass and leaves far away. */
static void
drop_specks (mk_image *rgb, int index)
{
  int n_pixels = rgb->width * rgb->height;
  size_t fewest = (size_t)MAX (MIN (rgb->width, rgb->height) / 24, 4);
  g_autofree bool *seen = g_new0 (bool, n_pixels);
  g_autofree int *line = g_new (int, n_pixels);
  for (int p = 0; p < n_pixels; p++) {
    if (seen[p] || pixel (rgb, index, (size_t)p)[0] <= 0)
      continue;
    line[0] = p;
    size_t n = follow_line (rgb, index, seen, line);
    for (size_t i = 0; i < n && n < fewest; i++)
      set (pixel (rgb, index, (size_t)line[i]), 0, 0, 0);
  }
}

void
mk_control_lines (const mk_frame *frame, const mk_scene *scene, mk_image *rgb, int index)
{
  size_t w = (size_t)rgb->width, h = (size_t)rgb->height;
  const float *id = mk_image_read (frame->id, 0);
  memset (mk_image_write (rgb, index), 0, w * h * 3 * sizeof (float));
  for (size_t y = 0; y < h; y++)
    for (size_t x = 0; x < w; x++) {
      size_t p = y * w + x;
      bool is_line = (x + 1 < w && id[p] != id[p + 1]) || (y + 1 < h && id[p] != id[p + w]);
      is_line = is_line || folds (frame, p, 1, x, w) || folds (frame, p, w, y, h) || stands_out (frame, scene, p, 1, x, w) || stands_out (frame, scene, p, w, y, h);
      if (is_line)
        set (pixel (rgb, index, p), 1, 1, 1);
    }
  close_gaps (rgb, index);
  drop_specks (rgb, index);
}

/* Words in a thing's name, its recipe's or its ground's, and the class that stands for it. What none fits is taken for a rock: a
 * solid thing. */
static const struct {
  const char *word;
  uint8_t rgb[3];
} classes[] = {
  { "grass", { 4, 250, 7 } },      { "meadow", { 4, 250, 7 } },   { "lawn", { 4, 250, 7 } },     { "sand", { 160, 150, 20 } },
  { "earth", { 120, 120, 70 } },   { "water", { 61, 230, 250 } }, { "sea", { 9, 7, 230 } },      { "road", { 140, 140, 140 } },  { "street", { 140, 140, 140 } },
  { "floor", { 80, 50, 50 } },     { "wall", { 120, 120, 120 } }, { "tree", { 4, 200, 3 } },     { "palm", { 4, 200, 3 } },      { "forest", { 4, 200, 3 } },
  { "bush", { 204, 255, 4 } },     { "flower", { 204, 255, 4 } }, { "plant", { 204, 255, 4 } },  { "mountain", { 143, 255, 140 } }, { "house", { 255, 9, 224 } },
  { "building", { 180, 120, 120 } }, { "tower", { 180, 120, 120 } }, { "person", { 150, 5, 61 } }, { "man", { 150, 5, 61 } },    { "woman", { 150, 5, 61 } },
  { "child", { 150, 5, 61 } },     { "robot", { 150, 5, 61 } },   { "car", { 0, 102, 200 } },    { "chair", { 204, 70, 3 } },    { "table", { 255, 6, 82 } },
  { "bed", { 204, 5, 255 } },      { "sofa", { 11, 102, 255 } },  { "lamp", { 224, 255, 8 } },   { "door", { 8, 255, 51 } },     { "fence", { 255, 184, 6 } },
  { "dog", { 255, 0, 122 } },      { "cat", { 255, 0, 122 } },    { "horse", { 255, 0, 122 } },  { "cow", { 255, 0, 122 } },     { "bird", { 255, 0, 122 } },
  { "asphalt", { 140, 140, 140 } }, { "concrete", { 235, 255, 7 } }, { "stone", { 235, 255, 7 } }, { "wood", { 80, 50, 50 } },   { "tiles", { 80, 50, 50 } },
  { "checker", { 80, 50, 50 } },   { "marble", { 80, 50, 50 } },  { "studio", { 80, 50, 50 } },  { "carpet", { 255, 9, 92 } },   { "girl", { 150, 5, 61 } },
  { "boy", { 150, 5, 61 } },       { "people", { 150, 5, 61 } },  { "truck", { 255, 0, 20 } },   { "bus", { 255, 0, 245 } },     { "boat", { 173, 255, 0 } },
  { "fish", { 255, 0, 122 } },     { "elephant", { 255, 0, 122 } }, { "lion", { 255, 0, 122 } }, { "rabbit", { 255, 0, 122 } },
  { "ground", { 120, 120, 70 } },
};
static const uint8_t sky[3] = { 6, 230, 230 }, rock[3] = { 255, 41, 10 };

/* "car" is a word of "red car", and none of "carpet". */
static bool
has_word (const char *text, const char *word)
{
  size_t n = strlen (word);
  for (const char *at = text != NULL ? strstr (text, word) : NULL; at != NULL; at = strstr (at + 1, word))
    if ((at == text || !g_ascii_isalpha (at[-1])) && !g_ascii_isalpha (at[n]))
      return true;
  return false;
}

/* Grounds are told apart by what they are made of: "grass ground". */
static const char *
made_of (const mk_scene *scene, const mk_scene_node *node)
{
  for (guint i = 0; node->is_ground && i < scene->materials->len; i++) {
    const mk_material *material = &g_array_index (scene->materials, mk_material, i);
    if (g_str_has_suffix (material->name, " ground"))
      return material->name;
  }
  return NULL;
}

static const uint8_t *
class_of (const mk_scene *scene, const mk_scene_node *node)
{
  const char *stuff = made_of (scene, node);
  for (size_t i = 0; i < MK_COUNT (classes); i++)
    if (stuff != NULL ? has_word (stuff, classes[i].word) : has_word (node->object, classes[i].word) || has_word (node->name, classes[i].word))
      return classes[i].rgb;
  return rock;
}

void
mk_control_segments (const mk_frame *frame, const mk_scene *scene, mk_image *rgb, int index)
{
  const float *id = mk_image_read (frame->id, 0);
  for (size_t p = 0; p < (size_t)rgb->width * (size_t)rgb->height; p++) {
    const uint8_t *c = id[p] >= 1 && id[p] <= (float)scene->nodes->len ? class_of (scene, mk_scene_get_node (scene, (int)id[p] - 1)) : sky;
    set (pixel (rgb, index, p), c[0] / 255.0f, c[1] / 255.0f, c[2] / 255.0f);
  }
}

/* OpenPose's points, COCO's eighteen. */
enum { NOSE, NECK, R_SHOULDER, R_ELBOW, R_WRIST, L_SHOULDER, L_ELBOW, L_WRIST, R_HIP, R_KNEE, R_ANKLE, L_HIP, L_KNEE, L_ANKLE, R_EYE, L_EYE, R_EAR, L_EAR, N_POINTS };
static const uint8_t point_colors[N_POINTS][3] = {
  { 255, 0, 0 }, { 255, 85, 0 }, { 255, 170, 0 }, { 255, 255, 0 }, { 170, 255, 0 }, { 85, 255, 0 }, { 0, 255, 0 }, { 0, 255, 85 }, { 0, 255, 170 },
  { 0, 255, 255 }, { 0, 170, 255 }, { 0, 85, 255 }, { 0, 0, 255 }, { 85, 0, 255 }, { 170, 0, 255 }, { 255, 0, 255 }, { 255, 0, 170 }, { 255, 0, 85 } };
static const uint8_t limbs[17][2] = {
  { NECK, R_SHOULDER }, { NECK, L_SHOULDER }, { R_SHOULDER, R_ELBOW }, { R_ELBOW, R_WRIST }, { L_SHOULDER, L_ELBOW }, { L_ELBOW, L_WRIST }, { NECK, R_HIP }, { R_HIP, R_KNEE },
  { R_KNEE, R_ANKLE }, { NECK, L_HIP }, { L_HIP, L_KNEE }, { L_KNEE, L_ANKLE }, { NECK, NOSE }, { NOSE, R_EYE }, { R_EYE, R_EAR }, { NOSE, L_EYE }, { L_EYE, L_EAR } };

typedef struct {
  mk_vec3 at;
  bool is_there;
} body_point;

typedef struct {
  float x, y;
  bool is_there;
} seen_point;

static void
put_point (body_point *point, mk_vec3 at)
{
  if (!point->is_there)
    *point = (body_point) { at, true };
}

/* Points of one object; false when it has no two arms and two legs. */
static bool
find_points (const GArray *joints, const mk_pose *pose, body_point points[N_POINTS])
{
  static const uint8_t arms[2][3] = { { R_SHOULDER, R_ELBOW, R_WRIST }, { L_SHOULDER, L_ELBOW, L_WRIST } }, legs[2][3] = { { R_HIP, R_KNEE, R_ANKLE }, { L_HIP, L_KNEE, L_ANKLE } };
  for (guint i = 0; i < joints->len; i++) {
    const mk_joint *joint = &g_array_index (joints, mk_joint, i);
    mk_mat4 world = pose->world[joint->node];
    mk_vec3 pivot = mk_mat4_point (world, (mk_vec3) { 0, 0, 0 }), tip = mk_mat4_point (world, joint->tip);
    if (joint->role == MK_ROLE_HEAD) {
      float size = fmaxf (mk_vec3_length (mk_vec3_sub (tip, pivot)), 0.12f);
      mk_vec3 middle = mk_vec3_lerp (pivot, tip, 0.5f), front = mk_vec3_normalize (mk_mat4_direction (world, (mk_vec3) { 0, 0, 1 })), up = mk_vec3_normalize (mk_mat4_direction (world, (mk_vec3) { 0, 1, 0 }));
      mk_vec3 left = mk_vec3_cross (up, front), face = mk_vec3_add (middle, mk_vec3_scale (front, 0.45f * size)), eyes = mk_vec3_add (face, mk_vec3_scale (up, 0.15f * size));
      put_point (&points[NOSE], face);
      put_point (&points[R_EYE], mk_vec3_add (eyes, mk_vec3_scale (left, -0.15f * size)));
      put_point (&points[L_EYE], mk_vec3_add (eyes, mk_vec3_scale (left, 0.15f * size)));
      put_point (&points[R_EAR], mk_vec3_add (middle, mk_vec3_scale (left, -0.4f * size)));
      put_point (&points[L_EAR], mk_vec3_add (middle, mk_vec3_scale (left, 0.4f * size)));
      continue;
    }
    if ((joint->role != MK_ROLE_ARM && joint->role != MK_ROLE_LEG) || joint->side == 0 || joint->segment > 1)
      continue;
    const uint8_t *chain = (joint->role == MK_ROLE_ARM ? arms : legs)[joint->side > 0];
    points[chain[joint->segment]] = (body_point) { pivot, true };
    points[chain[joint->segment + 1]] = (body_point) { tip, true };
  }
  for (int i = R_SHOULDER; i <= L_ANKLE; i++)
    if (!points[i].is_there)
      return false;
  points[NECK] = (body_point) { mk_vec3_lerp (points[R_SHOULDER].at, points[L_SHOULDER].at, 0.5f), true };
  return true;
}

static seen_point
project (body_point point, mk_mat4 view, float yfov, const mk_image *image)
{
  mk_vec3 v = mk_mat4_point (view, point.at);
  if (!point.is_there || v.z > -0.01f)
    return (seen_point) { 0, 0, false };
  float scale = (float)image->height / (2 * tanf (yfov / 2) * -v.z);
  return (seen_point) { (float)image->width / 2 + v.x * scale, (float)image->height / 2 - v.y * scale, true };
}

/* A filled ellipse between two points, or a circle where they are one; OpenPose's limbs are 4 pixels thick at 512. */
static void
draw_limb (mk_image *image, int index, seen_point a, seen_point b, float radius, const uint8_t color[3], float strength)
{
  float cx = (a.x + b.x) / 2, cy = (a.y + b.y) / 2, dx = (b.x - a.x) / 2, dy = (b.y - a.y) / 2, half = sqrtf (dx * dx + dy * dy), reach = half + radius + 1;
  float ux = half > 0 ? dx / half : 1, uy = half > 0 ? dy / half : 0, along = fmaxf (half, radius);
  int left = (int)fmaxf (0, cx - reach), right = (int)fminf ((float)image->width - 1, cx + reach), top = (int)fmaxf (0, cy - reach), bottom = (int)fminf ((float)image->height - 1, cy + reach);
  for (int y = top; y <= bottom; y++)
    for (int x = left; x <= right; x++) {
      float px = (float)x + 0.5f - cx, py = (float)y + 0.5f - cy, u = (px * ux + py * uy) / along, v = (py * ux - px * uy) / radius;
      if (u * u + v * v <= 1)
        set (pixel (image, index, (size_t)y * (size_t)image->width + (size_t)x), color[0] * strength / 255, color[1] * strength / 255, color[2] * strength / 255);
    }
}

/* Whether something else stands before a point, by more than the body is thick; of the body itself all is seen. Next to the
 * point is as good as at it. */
static bool
is_hidden (const mk_frame *frame, int root, seen_point at, float depth, float thickness)
{
  const mk_image *seen = frame->depth;
  int x0 = (int)floorf (at.x), y0 = (int)floorf (at.y);
  bool is_in_picture = false;
  for (int y = MAX (y0 - 1, 0); y <= MIN (y0 + 1, seen->height - 1); y++)
    for (int x = MAX (x0 - 1, 0); x <= MIN (x0 + 1, seen->width - 1); x++) {
      size_t p = (size_t)y * (size_t)seen->width + (size_t)x;
      float d = mk_image_read (seen, 0)[p];
      if (d <= 0 || d > depth - thickness || mk_image_read (frame->id, 0)[p] == (float)root + 1)
        return false;
      is_in_picture = true;
    }
  return is_in_picture;
}

void
mk_control_pose (const mk_library *library, const mk_scene *scene, const mk_pose *pose, const mk_frame *frame, mk_image *rgb, int index)
{
  memset (mk_image_write (rgb, index), 0, (size_t)rgb->width * (size_t)rgb->height * 3 * sizeof (float));
  if (scene->active_camera < 0)
    return;
  mk_mat4 view = mk_mat4_inverse (pose->world[scene->active_camera]);
  float radius = fmaxf (4.0f * (float)MIN (rgb->width, rgb->height) / 512, 1.5f);
  for (int root = 0; root < (int)scene->nodes->len; root++) {
    if (mk_scene_get_node (scene, root)->object == NULL)
      continue;
    g_autoptr (GArray) joints = mk_object_joints (library, scene, root);
    body_point points[N_POINTS] = { 0 };
    seen_point seen[N_POINTS];
    if (joints == NULL || !find_points (joints, pose, points))
      continue;
    float thickness = 0.5f * mk_vec3_length (mk_vec3_sub (points[NECK].at, points[R_HIP].at));
    for (int i = 0; i < N_POINTS; i++) {
      seen[i] = project (points[i], view, pose->camera_yfov_rad, rgb);
      seen[i].is_there = seen[i].is_there && !is_hidden (frame, root, seen[i], -mk_mat4_point (view, points[i].at).z, thickness);
    }
    for (size_t i = 0; i < MK_COUNT (limbs); i++)
      if (seen[limbs[i][0]].is_there && seen[limbs[i][1]].is_there)
        draw_limb (rgb, index, seen[limbs[i][0]], seen[limbs[i][1]], radius, point_colors[i], 0.6f);
    for (int i = 0; i < N_POINTS; i++)
      if (seen[i].is_there)
        draw_limb (rgb, index, seen[i], seen[i], radius, point_colors[i], 1);
  }
}
