#include "scene/vec.h"

#include <stdbool.h>

const mk_mat4 MK_MAT4_IDENTITY = { { 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1 } };

mk_quat
mk_quat_from_axis (mk_vec3 axis, float angle_rad)
{
  float s = sinf (angle_rad / 2);
  return (mk_quat){ axis.x * s, axis.y * s, axis.z * s, cosf (angle_rad / 2) };
}

mk_quat
mk_quat_from_euler (float yaw_rad, float pitch_rad, float roll_rad)
{
  mk_quat yaw = mk_quat_from_axis ((mk_vec3){ 0, 1, 0 }, yaw_rad);
  mk_quat pitch = mk_quat_from_axis ((mk_vec3){ 1, 0, 0 }, pitch_rad);
  mk_quat roll = mk_quat_from_axis ((mk_vec3){ 0, 0, 1 }, roll_rad);
  return mk_quat_mul (mk_quat_mul (yaw, pitch), roll);
}

/* From a rotation matrix by its columns; Shepperd's choice of the largest term keeps it exact near all turns. */
static mk_quat
quat_from_axes (mk_vec3 x, mk_vec3 y, mk_vec3 z)
{
  float trace = x.x + y.y + z.z;
  mk_quat q;
  if (trace > 0) {
    float s = sqrtf (trace + 1) * 2;
    q = (mk_quat){ (y.z - z.y) / s, (z.x - x.z) / s, (x.y - y.x) / s, s / 4 };
  } else if (x.x > y.y && x.x > z.z) {
    float s = sqrtf (1 + x.x - y.y - z.z) * 2;
    q = (mk_quat){ s / 4, (y.x + x.y) / s, (z.x + x.z) / s, (y.z - z.y) / s };
  } else if (y.y > z.z) {
    float s = sqrtf (1 + y.y - x.x - z.z) * 2;
    q = (mk_quat){ (y.x + x.y) / s, s / 4, (z.y + y.z) / s, (z.x - x.z) / s };
  } else {
    float s = sqrtf (1 + z.z - x.x - y.y) * 2;
    q = (mk_quat){ (z.x + x.z) / s, (z.y + y.z) / s, s / 4, (x.y - y.x) / s };
  }
  return mk_quat_normalize (q);
}

mk_quat
mk_quat_look (mk_vec3 forward, mk_vec3 up)
{
  mk_vec3 z = mk_vec3_normalize (forward);
  mk_vec3 x = mk_vec3_cross (up, z);
  if (mk_vec3_length (x) < 1e-6f) /* looking straight up or down: any side will do */
    x = mk_vec3_cross ((mk_vec3){ 0, 0, z.y > 0 ? -1 : 1 }, z);
  if (mk_vec3_length (x) < 1e-6f)
    x = (mk_vec3){ 1, 0, 0 };
  x = mk_vec3_normalize (x);
  return quat_from_axes (x, mk_vec3_cross (z, x), z);
}

mk_quat
mk_quat_mul (mk_quat a, mk_quat b)
{
  return (mk_quat){
    a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y,
    a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x,
    a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w,
    a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z,
  };
}

mk_quat
mk_quat_normalize (mk_quat q)
{
  float length = sqrtf (q.x * q.x + q.y * q.y + q.z * q.z + q.w * q.w);
  return length > 0 ? (mk_quat){ q.x / length, q.y / length, q.z / length, q.w / length } : MK_QUAT_IDENTITY;
}

mk_quat
mk_quat_slerp (mk_quat a, mk_quat b, float t)
{
  float dot = a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w;
  float sign = dot < 0 ? -1 : 1;
  float from = 1 - t, to = t;
  if (dot * sign < 0.9995f) { /* closer ones are straight to the last float */
    float angle = acosf (dot * sign);
    from = sinf ((1 - t) * angle) / sinf (angle);
    to = sinf (t * angle) / sinf (angle);
  }
  to *= sign;
  return mk_quat_normalize ((mk_quat){ a.x * from + b.x * to, a.y * from + b.y * to, a.z * from + b.z * to, a.w * from + b.w * to });
}

mk_mat4
mk_mat4_from_trs (mk_trs trs)
{
  mk_vec3 x = mk_vec3_scale (mk_quat_rotate (trs.rotation, (mk_vec3){ 1, 0, 0 }), trs.scale.x);
  mk_vec3 y = mk_vec3_scale (mk_quat_rotate (trs.rotation, (mk_vec3){ 0, 1, 0 }), trs.scale.y);
  mk_vec3 z = mk_vec3_scale (mk_quat_rotate (trs.rotation, (mk_vec3){ 0, 0, 1 }), trs.scale.z);
  mk_vec3 t = trs.translation;
  return (mk_mat4){ { x.x, x.y, x.z, 0, y.x, y.y, y.z, 0, z.x, z.y, z.z, 0, t.x, t.y, t.z, 1 } };
}

mk_trs
mk_mat4_to_trs (mk_mat4 a)
{
  mk_vec3 x = { a.m[0], a.m[1], a.m[2] }, y = { a.m[4], a.m[5], a.m[6] }, z = { a.m[8], a.m[9], a.m[10] };
  mk_vec3 scale = { mk_vec3_length (x), mk_vec3_length (y), mk_vec3_length (z) };
  if (mk_vec3_dot (mk_vec3_cross (x, y), z) < 0) {
    scale.x = -scale.x;
    x = mk_vec3_scale (x, -1);
  }
  if (scale.z == 0) /* flat: what is left says where the lost axis was */
    z = mk_vec3_cross (x, y);
  if (scale.y == 0)
    y = mk_vec3_cross (z, x);
  bool is_turned = mk_vec3_length (y) > 0 && mk_vec3_length (z) > 0;
  mk_quat rotation = is_turned ? mk_quat_look (mk_vec3_normalize (z), mk_vec3_normalize (y)) : MK_QUAT_IDENTITY;
  return (mk_trs){ { a.m[12], a.m[13], a.m[14] }, rotation, scale };
}

mk_mat4
mk_mat4_mul (mk_mat4 a, mk_mat4 b)
{
  mk_mat4 c;
  for (int column = 0; column < 4; column++)
    for (int row = 0; row < 4; row++) {
      float sum = 0;
      for (int k = 0; k < 4; k++)
        sum += a.m[k * 4 + row] * b.m[column * 4 + k];
      c.m[column * 4 + row] = sum;
    }
  return c;
}

mk_mat4
mk_mat4_inverse (mk_mat4 a)
{
  mk_vec3 x = { a.m[0], a.m[1], a.m[2] }, y = { a.m[4], a.m[5], a.m[6] }, z = { a.m[8], a.m[9], a.m[10] };
  mk_vec3 t = { a.m[12], a.m[13], a.m[14] };
  mk_vec3 yz = mk_vec3_cross (y, z), zx = mk_vec3_cross (z, x), xy = mk_vec3_cross (x, y);
  float determinant = mk_vec3_dot (x, yz);
  if (determinant == 0)
    return MK_MAT4_IDENTITY;
  yz = mk_vec3_scale (yz, 1 / determinant);
  zx = mk_vec3_scale (zx, 1 / determinant);
  xy = mk_vec3_scale (xy, 1 / determinant);
  return (mk_mat4){ { yz.x, zx.x, xy.x, 0, yz.y, zx.y, xy.y, 0, yz.z, zx.z, xy.z, 0,
                      -mk_vec3_dot (yz, t), -mk_vec3_dot (zx, t), -mk_vec3_dot (xy, t), 1 } };
}

int
mk_compare_floats (const void *a, const void *b)
{
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

mk_box
mk_box_of_points (const mk_vec3 *points, size_t n)
{
  mk_box box = MK_BOX_EMPTY;
  for (size_t i = 0; i < n; i++)
    box = mk_box_add_point (box, points[i]);
  return box;
}

mk_box
mk_box_union (mk_box a, mk_box b)
{
  return (mk_box){ { fminf (a.min.x, b.min.x), fminf (a.min.y, b.min.y), fminf (a.min.z, b.min.z) },
                   { fmaxf (a.max.x, b.max.x), fmaxf (a.max.y, b.max.y), fmaxf (a.max.z, b.max.z) } };
}

mk_box
mk_box_transform (mk_mat4 a, mk_box box)
{
  mk_box out = MK_BOX_EMPTY;
  if (box.min.x > box.max.x)
    return out;
  for (int corner = 0; corner < 8; corner++) {
    mk_vec3 p = { corner & 1 ? box.max.x : box.min.x, corner & 2 ? box.max.y : box.min.y, corner & 4 ? box.max.z : box.min.z };
    out = mk_box_add_point (out, mk_mat4_point (a, p));
  }
  return out;
}
