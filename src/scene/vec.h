/* vec.h - three numbers, rotations and matrices.
 *
 * Units     Metres, radians; Y up, right-handed; column vectors, matrices column-major as glTF.
 */
#pragma once
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct { float x, y; } mk_vec2;
typedef struct { float x, y, z; } mk_vec3;
typedef struct { float x, y, z, w; } mk_quat; /* w is the real part; identity {0,0,0,1} */
typedef struct { float m[16]; } mk_mat4;      /* m[column * 4 + row] */
typedef struct { mk_vec3 min, max; } mk_box;  /* empty when min > max */
/* Applied as translate * rotate * scale. */
typedef struct { mk_vec3 translation; mk_quat rotation; mk_vec3 scale; } mk_trs;

#define MK_PI 3.14159265358979323846f
#define MK_QUAT_IDENTITY ((mk_quat){ 0, 0, 0, 1 })
#define MK_TRS_IDENTITY ((mk_trs){ { 0, 0, 0 }, { 0, 0, 0, 1 }, { 1, 1, 1 } })
#define MK_BOX_EMPTY ((mk_box){ { INFINITY, INFINITY, INFINITY }, { -INFINITY, -INFINITY, -INFINITY } })

static inline mk_vec3 mk_vec3_add (mk_vec3 a, mk_vec3 b) { return (mk_vec3){ a.x + b.x, a.y + b.y, a.z + b.z }; }
static inline mk_vec3 mk_vec3_sub (mk_vec3 a, mk_vec3 b) { return (mk_vec3){ a.x - b.x, a.y - b.y, a.z - b.z }; }
static inline mk_vec3 mk_vec3_mul (mk_vec3 a, mk_vec3 b) { return (mk_vec3){ a.x * b.x, a.y * b.y, a.z * b.z }; }
static inline mk_vec3 mk_vec3_scale (mk_vec3 a, float s) { return (mk_vec3){ a.x * s, a.y * s, a.z * s }; }
static inline float   mk_vec3_dot (mk_vec3 a, mk_vec3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
static inline mk_vec3 mk_vec3_cross (mk_vec3 a, mk_vec3 b) { return (mk_vec3){ a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x }; }
static inline float   mk_vec3_length (mk_vec3 a) { return sqrtf (mk_vec3_dot (a, a)); }
static inline float   mk_vec3_distance (mk_vec3 a, mk_vec3 b) { return mk_vec3_length (mk_vec3_sub (a, b)); }
/* A zero vector stays zero. */
static inline mk_vec3 mk_vec3_normalize (mk_vec3 a) { float l = mk_vec3_length (a); return l > 0 ? mk_vec3_scale (a, 1 / l) : a; }
static inline mk_vec3 mk_vec3_lerp (mk_vec3 a, mk_vec3 b, float t) { return mk_vec3_add (mk_vec3_scale (a, 1 - t), mk_vec3_scale (b, t)); }
/* Of a linear colour: ITU-R BT.709. */
static inline float mk_vec3_luminance (mk_vec3 c) { return 0.2126f * c.x + 0.7152f * c.y + 0.0722f * c.z; }
/* About y: from +z towards +x, in -π .. π. */
static inline float mk_vec3_yaw (mk_vec3 v) { return atan2f (v.x, v.z); }
/* The same angle, the shorter way round: -π .. π. */
static inline float mk_angle_wrap (float angle) { return angle - 2 * MK_PI * floorf ((angle + MK_PI) / (2 * MK_PI)); }

mk_quat mk_quat_from_axis (mk_vec3 unit_axis, float angle_rad);
/* Yaw about Y, then pitch about X, then roll about Z, in the object's own axes. */
mk_quat mk_quat_from_euler (float yaw_rad, float pitch_rad, float roll_rad);
/* Turns +Z towards `forward` (glTF objects face +Z), keeping `up` upwards. */
mk_quat mk_quat_look (mk_vec3 forward, mk_vec3 up);
mk_quat mk_quat_mul (mk_quat a, mk_quat b); /* b first, then a */
mk_quat mk_quat_normalize (mk_quat q);
mk_quat mk_quat_slerp (mk_quat a, mk_quat b, float t);
/* Of a unit one: back again. */
static inline mk_quat mk_quat_inverse (mk_quat q) { return (mk_quat){ -q.x, -q.y, -q.z, q.w }; }

static inline mk_vec3
mk_quat_rotate (mk_quat q, mk_vec3 v)
{
  mk_vec3 u = { q.x, q.y, q.z };
  mk_vec3 t = mk_vec3_scale (mk_vec3_cross (u, v), 2);
  return mk_vec3_add (mk_vec3_add (v, mk_vec3_scale (t, q.w)), mk_vec3_cross (u, t));
}

extern const mk_mat4 MK_MAT4_IDENTITY;
mk_mat4 mk_mat4_from_trs (mk_trs trs);
mk_trs  mk_mat4_to_trs (mk_mat4 a);         /* of an affine matrix; a mirrored one has a negative x scale, shear is lost */
mk_mat4 mk_mat4_mul (mk_mat4 a, mk_mat4 b);
mk_mat4 mk_mat4_inverse (mk_mat4 a);        /* of an affine matrix; identity when singular */

/* These three are asked of every point of every mesh. */
static inline mk_vec3
mk_mat4_direction (mk_mat4 a, mk_vec3 d)
{
  return (mk_vec3){ a.m[0] * d.x + a.m[4] * d.y + a.m[8] * d.z, a.m[1] * d.x + a.m[5] * d.y + a.m[9] * d.z, a.m[2] * d.x + a.m[6] * d.y + a.m[10] * d.z };
}

static inline mk_vec3
mk_mat4_point (mk_mat4 a, mk_vec3 p)
{
  mk_vec3 d = mk_mat4_direction (a, p);
  return (mk_vec3){ d.x + a.m[12], d.y + a.m[13], d.z + a.m[14] };
}

/* A coordinate that is not a number changes nothing. */
static inline mk_vec3
mk_box_size (mk_box box)
{
  return mk_vec3_sub (box.max, box.min);
}

static inline mk_vec3
mk_box_middle (mk_box box)
{
  return mk_vec3_scale (mk_vec3_add (box.min, box.max), 0.5f);
}

static inline bool
mk_box_is_empty (mk_box box)
{
  return !(box.min.x <= box.max.x);
}

static inline mk_box
mk_box_add_point (mk_box box, mk_vec3 p)
{
  return (mk_box){ { p.x < box.min.x ? p.x : box.min.x, p.y < box.min.y ? p.y : box.min.y, p.z < box.min.z ? p.z : box.min.z },
                   { p.x > box.max.x ? p.x : box.max.x, p.y > box.max.y ? p.y : box.max.y, p.z > box.max.z ? p.z : box.max.z } };
}

/* For qsort: ascending. */
int     mk_compare_floats (const void *a, const void *b);
mk_box  mk_box_of_points (const mk_vec3 *points, size_t n); /* MK_BOX_EMPTY when there are none */
mk_box  mk_box_union (mk_box a, mk_box b);
mk_box  mk_box_transform (mk_mat4 a, mk_box box);
