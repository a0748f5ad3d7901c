/* A young one of a recipe: its adult's bones and blobs in other proportions.
 *
 * Every joint of a body gets a map from the adult's space to the young one's: where the joint comes to is told by its
 * parent's map, and about it its own part is scaled by its role. So a foal's longer legs lift its back, its neck starts
 * where the back ends, and what hangs on the head (eyes, a mouth) goes with the head. */
#include "scene/library.h"

#include <string.h>

#define NAME "age"
#define YOUNG "young"
#define EYE_FRONT 0.8f /* of an eyeball's radius: what is so far out stays where it is */
#define EYE_REACH 1.7f /* of an eyeball's radius: iris, pupil and glint lie within it */

/* What a recipe may say, of the adult's proportions, and what a young animal is when it says nothing: half as large, with
 * a head a third larger for its body, big eyes and a short muzzle. */
static const struct {
  const char *key;
  size_t offset;
  float usual;
} measures[] = {
  { "size", offsetof (mk_young, size), 0.5f }, { "head", offsetof (mk_young, head), 1.35f }, { "eyes", offsetof (mk_young, eyes), 1.2f },
  { "muzzle", offsetof (mk_young, muzzle), 0.82f }, { "neck", offsetof (mk_young, neck), 0.85f }, { "legs", offsetof (mk_young, legs), 1 },
  { "shins", offsetof (mk_young, shins), 1 }, { "girth", offsetof (mk_young, girth), 1 }, { "length", offsetof (mk_young, length), 0.85f },
  { "tail", offsetof (mk_young, tail), 0.75f }, { "wings", offsetof (mk_young, wings), 0.7f } };

bool
mk_young_prepare (mk_json *recipe, GError **error)
{
  const mk_json *young = mk_json_get (recipe, YOUNG);
  if (young == NULL)
    return true;
  for (mk_json_iter i = mk_json_iterate (young); mk_json_next (&i);) {
    bool is_known = false;
    for (size_t k = 0; k < MK_COUNT (measures); k++)
      is_known |= g_str_equal (measures[k].key, i.key);
    if (!is_known)
      return mk_error (error, MK_ERROR_USAGE, "a young one has no “%s”", i.key);
  }
  g_autoptr (mk_json) age = NULL;
  if (!mk_json_parse ("{\"default\": \"adult\", \"options\": [\"adult\", \"" YOUNG "\"]}", -1, NULL, &age, error))
    return false;
  if (mk_json_get (recipe, "params") == NULL)
    mk_json_set (recipe, "params", mk_json_new_object ());
  mk_json_set (mk_json_get (recipe, "params"), NAME, g_steal_pointer (&age));
  return true;
}

void
mk_young_read (mk_compiler *c)
{
  const mk_json *said = mk_json_get (c->json, YOUNG);
  double age = 0;
  c->young.size = 1;
  if (said == NULL || c->error != NULL || !mk_expr_eval (NAME, &c->scope, &age, &c->error) || !(age > 0))
    return;
  c->young.is_young = true;
  for (size_t k = 0; k < MK_COUNT (measures); k++) {
    float value = (float)mk_compiler_number (c, mk_json_get (said, measures[k].key), (double)measures[k].usual);
    if (c->error == NULL && !(value >= 0.05f && value <= 5))
      mk_compiler_fail (c, MK_ERROR_RANGE, "“%s” of a young one is %g; 0.05 to 5 are possible", measures[k].key, (double)value);
    *(float *)(void *)((char *)&c->young + measures[k].offset) = value;
  }
}

/* How much wider, higher and longer what hangs on a joint of the role becomes; `above` is the scale of its parent. */
static mk_vec3
scale_of (const mk_young *y, mk_joint_role role, unsigned segment, mk_vec3 above)
{
  float leg = sqrtf (y->girth * y->head); /* thick enough to bear the head */
  switch (role) {
  case MK_ROLE_BODY:
    return (mk_vec3){ y->girth, y->girth, y->length };
  case MK_ROLE_NECK:
    return (mk_vec3){ sqrtf (y->neck * y->head), y->neck, sqrtf (y->neck * y->head) };
  case MK_ROLE_HEAD:
    return (mk_vec3){ y->head, y->head, y->head * y->muzzle };
  case MK_ROLE_LEG:
    return (mk_vec3){ leg, segment == 0 ? y->legs : y->legs * y->shins, leg };
  case MK_ROLE_TAIL:
    return (mk_vec3){ y->tail, y->tail, y->tail };
  case MK_ROLE_WING:
    return (mk_vec3){ y->girth, y->wings, y->wings };
  default:
    return above;
  }
}

static const mk_young_map *
map_of (const mk_compiler *c, int node)
{
  for (; node >= 0 && c->young.is_young; node = mk_prototype_node (c->prototype, node)->parent)
    for (guint i = 0; i < c->young.maps->len; i++)
      if (g_array_index (c->young.maps, mk_young_map, i).node == node)
        return &g_array_index (c->young.maps, mk_young_map, i);
  return NULL;
}

mk_mat4
mk_young_frame (const mk_compiler *c, int node)
{
  const mk_young_map *map = map_of (c, node);
  if (map == NULL)
    return MK_MAT4_IDENTITY;
  mk_vec3 shift = mk_vec3_sub (map->to, (mk_vec3){ map->from.x * map->scale.x, map->from.y * map->scale.y, map->from.z * map->scale.z });
  return mk_mat4_from_trs ((mk_trs){ shift, MK_QUAT_IDENTITY, map->scale });
}

mk_vec3
mk_young_joint (mk_compiler *c, int parent, mk_vec3 at)
{
  return c->young.is_young ? mk_mat4_point (mk_young_frame (c, parent), at) : at;
}

void
mk_young_grow (mk_compiler *c, int node, mk_joint_role role, mk_vec3 adult)
{
  if (!c->young.is_young)
    return;
  const mk_young_map *above = map_of (c, mk_prototype_node (c->prototype, node)->parent);
  mk_young_map map = { .node = node, .role = role, .from = adult, .to = mk_prototype_node (c->prototype, node)->pivot };
  map.segment = above != NULL && above->role == role ? above->segment + 1 : 0;
  map.scale = scale_of (&c->young, role, map.segment, above != NULL ? above->scale : (mk_vec3){ 1, 1, 1 });
  g_array_append_val (c->young.maps, map);
}

/* A radius has no direction: it takes the mean of the two across, since limbs mostly run along y or z. */
static float
across (mk_vec3 scale)
{
  return sqrtf (scale.x * fminf (scale.y, scale.z));
}

void
mk_young_blob (const mk_compiler *c, int node, mk_mat4 frame, mk_blob *blob)
{
  const mk_young_map *map = map_of (c, node);
  if (map == NULL)
    return;
  mk_mat4 to = mk_mat4_mul (mk_mat4_mul (mk_mat4_inverse (frame), mk_young_frame (c, node)), frame);
  float r = map->role == MK_ROLE_LEG ? map->scale.x : across (map->scale);
  bool is_straight = fabsf (blob->turn.w) > 0.98f;
  blob->a = mk_mat4_point (to, blob->a);
  blob->b = mk_mat4_point (to, blob->b);
  blob->radius_a *= r;
  blob->radius_b *= r;
  mk_vec3 s = is_straight ? map->scale : (mk_vec3){ r, r, r };
  blob->half = (mk_vec3){ blob->half.x * s.x, blob->half.y * s.y, blob->half.z * s.z };
}

static bool
is_of_eye (const mk_json *part)
{
  static const char *const names[] = { "eye", "eye white", "iris", "gold", NULL };
  return g_str_equal (mk_json_get_string (mk_json_get (part, "shape")), "sphere") && g_strv_contains (names, mk_json_get_string (mk_json_get (part, "material")));
}

/* All balls of one eye grow with the first of them, the eyeball: inwards, so that big eyes do not bulge. */
mk_mat4
mk_young_eye (mk_compiler *c, const mk_json *part, int node, mk_mat4 own)
{
  float e = c->young.eyes;
  const mk_young_map *map = is_of_eye (part) ? map_of (c, node) : NULL;
  if (map == NULL)
    return own;
  mk_vec3 at = { own.m[12], own.m[13], own.m[14] }, size = mk_compiler_vec3 (c, mk_json_get (part, "size"), (mk_vec3){ 0, 0, 0 });
  float radius = fmaxf ((float)mk_compiler_number (c, mk_json_get (part, "radius"), 0), 0.5f * fmaxf (size.x, size.y)) * c->young.head;
  mk_young_eyeball ball = { at, radius };
  for (guint i = 0; i < c->young.eyeballs->len; i++) {
    const mk_young_eyeball *other = &g_array_index (c->young.eyeballs, mk_young_eyeball, i);
    if (mk_vec3_length (mk_vec3_sub (other->at, at)) < EYE_REACH * other->radius)
      ball = *other;
  }
  if (ball.radius == radius)
    g_array_append_val (c->young.eyeballs, ball);
  mk_vec3 front = mk_vec3_add (ball.at, mk_vec3_scale (mk_vec3_normalize (mk_vec3_sub (ball.at, map->to)), EYE_FRONT * ball.radius));
  mk_mat4 grown = mk_mat4_from_trs ((mk_trs){ mk_vec3_scale (front, 1 - e), MK_QUAT_IDENTITY, { e, e, e } });
  return mk_mat4_mul (grown, own);
}

/* Places move with what they lie on: the mouth with the head, the back with the body. */
void
mk_young_anchor (const mk_compiler *c, mk_anchor *anchor)
{
  mk_joint_role wanted = anchor->kind == MK_ANCHOR_MOUTH ? MK_ROLE_HEAD : MK_ROLE_BODY;
  for (guint i = 0; c->young.is_young && i < c->young.maps->len; i++) {
    const mk_young_map *map = &g_array_index (c->young.maps, mk_young_map, i);
    if (map->role != wanted)
      continue;
    anchor->at = mk_mat4_point (mk_young_frame (c, map->node), anchor->at);
    anchor->width_m *= map->scale.x;
    anchor->length_m *= map->scale.z;
    return;
  }
}
