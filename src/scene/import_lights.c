/* Lights and cameras: each becomes a node below the one it belongs to, turned so that it looks along -Z. */
#include <assimp/types.h>
#include <assimp/camera.h>
#include <assimp/light.h>
#include <string.h>

#include "scene/import_private.h"

#define FILM_ASPECT (16 / 9.0f)

static int
parent_of (const mk_importer *importer, const char *name)
{
  int found = GPOINTER_TO_INT (g_hash_table_lookup (importer->node_by_name, name));
  return found > 0 ? found - 1 : 0;
}

static mk_trs
placed (struct aiVector3D position, struct aiVector3D direction, struct aiVector3D up)
{
  mk_vec3 forward = mk_vec3_normalize (mk_import_vec3 (direction)), own_up = mk_vec3_normalize (mk_import_vec3 (up));
  mk_trs trs = MK_TRS_IDENTITY;
  trs.translation = mk_import_vec3 (position);
  if (mk_vec3_length (forward) < 0.5f)
    return trs;
  if (mk_vec3_length (mk_vec3_cross (forward, own_up)) < 1e-3f)
    own_up = fabsf (forward.y) < 0.9f ? (mk_vec3){ 0, 1, 0 } : (mk_vec3){ 0, 0, 1 };
  trs.rotation = mk_quat_look (mk_vec3_scale (forward, -1), own_up);
  return trs;
}

/* Files without units of light mean "as bright as it should be": such a point light gives at the model's own distance
 * what a sun of that number gives. */
static float
scale_of (mk_light_kind kind, float radius_m)
{
  return kind == MK_LIGHT_SUN ? 1 : radius_m * radius_m;
}

static bool
kind_of (const struct aiLight *light, mk_light_kind *kind)
{
  switch (light->mType) {
  case aiLightSource_DIRECTIONAL:
    *kind = MK_LIGHT_SUN;
    return true;
  case aiLightSource_POINT:
    *kind = MK_LIGHT_POINT;
    return true;
  case aiLightSource_SPOT:
    *kind = MK_LIGHT_SPOT;
    return true;
  default: /* ambient light is the sky's; areas come without their size */
    return false;
  }
}

static void
add_light (mk_importer *importer, const struct aiLight *from, float radius_m)
{
  mk_light light = { .radius_m = 0.02f };
  struct aiColor3D c = from->mColorDiffuse;
  float strength = fmaxf (c.r, fmaxf (c.g, c.b));
  if (!kind_of (from, &light.kind) || !isfinite (c.r + c.g + c.b) || !(strength > 0))
    return;
  light.color = (mk_vec3){ fmaxf (c.r, 0) / strength, fmaxf (c.g, 0) / strength, fmaxf (c.b, 0) / strength };
  light.intensity = strength * scale_of (light.kind, radius_m);
  if (light.kind == MK_LIGHT_SUN)
    light.radius_m = 0.0047f; /* as wide as the real one */
  if (light.kind == MK_LIGHT_SPOT) { /* from whole angles to halves */
    light.outer_cone_rad = CLAMP (isfinite (from->mAngleOuterCone) ? from->mAngleOuterCone / 2 : 0.7f, 0.02f, 1.5f);
    light.inner_cone_rad = CLAMP (isfinite (from->mAngleInnerCone) ? from->mAngleInnerCone / 2 : 0, 0, light.outer_cone_rad - 0.01f);
  }
  g_autofree char *name = g_utf8_make_valid (from->mName.data, -1);
  mk_scene_node node = MK_SCENE_NODE_DEFAULT;
  node.name = name;
  node.parent = parent_of (importer, from->mName.data);
  node.trs = placed (from->mPosition, from->mDirection, from->mUp);
  node.light = mk_scene_add_light (importer->to, &light);
  mk_scene_add_node (importer->to, &node);
}

void
mk_import_lights (mk_importer *importer)
{
  g_autoptr (mk_pose) pose = mk_pose_new (importer->to, 0);
  mk_box box = mk_scene_bounds (importer->to, pose, 0);
  float radius_m = box.min.x <= box.max.x ? fmaxf (mk_vec3_length (mk_vec3_sub (box.max, box.min)) / 2, 1e-3f) : 1;
  for (unsigned i = 0; i < importer->from->mNumLights; i++)
    add_light (importer, importer->from->mLights[i], radius_m);
}

void
mk_import_cameras (mk_importer *importer)
{
  for (unsigned i = 0; i < importer->from->mNumCameras; i++) {
    const struct aiCamera *from = importer->from->mCameras[i];
    float aspect = from->mAspect > 0 ? from->mAspect : FILM_ASPECT;
    float yfov = 2 * atanf (tanf (from->mHorizontalFOV / 2) / aspect);
    if (from->mOrthographicWidth > 0 || !isfinite (yfov) || yfov <= 0)
      continue;
    g_autofree char *name = g_utf8_make_valid (from->mName.data, -1);
    mk_camera camera = { .yfov_rad = CLAMP (yfov, 0.05f, 2.5f), .near_m = 0.01f, .far_m = 10000, .focus_distance_m = 1 };
    mk_scene_node node = MK_SCENE_NODE_DEFAULT;
    node.name = name;
    node.parent = parent_of (importer, from->mName.data);
    node.trs = placed (from->mPosition, from->mLookAt, from->mUp);
    node.camera = mk_scene_add_camera (importer->to, &camera);
    mk_scene_add_node (importer->to, &node);
  }
}
