/* Distances to blobs are what geometry says, and the same however many points are asked at once. */
#include "base/rng.h"
#include "check.h"
#include "scene/implicit.h"

static float
distance (const mk_blob *blob, mk_vec3 p)
{
  float d;
  mk_blob_distances (blob, &p, 1, &d);
  return d;
}

TEST (a_ball_is_as_far_as_its_middle_less_its_radius)
{
  mk_blob ball = { .kind = MK_BLOB_ELLIPSOID, .a = { 1, 2, 3 }, .half = { 0.5f, 0.5f, 0.5f }, .turn = MK_QUAT_IDENTITY };
  CHECK_NEAR (distance (&ball, (mk_vec3){ 3, 2, 3 }), 1.5f, 1e-5);
  CHECK_NEAR (distance (&ball, (mk_vec3){ 1, 2.25f, 3 }), -0.25f, 1e-5);
  CHECK_NEAR (distance (&ball, ball.a), -0.5f, 1e-5);
}

TEST (a_box_is_turned_and_has_round_edges)
{
  mk_blob box = { .kind = MK_BLOB_BOX, .half = { 1, 0.5f, 0.25f }, .radius_a = 0.1f, .turn = mk_quat_from_euler (0, 0, MK_PI / 2) };
  CHECK_NEAR (distance (&box, (mk_vec3){ 0, 1.5f, 0 }), 0.5f, 1e-5); /* its long side stands upright */
  CHECK_NEAR (distance (&box, (mk_vec3){ 0.75f, 0, 0 }), 0.25f, 1e-5);
  CHECK_NEAR (distance (&box, (mk_vec3){ 0, 0, 0 }), -0.25f, 1e-5);
  CHECK_NEAR (distance (&box, (mk_vec3){ 0.5f, 1, 0 }), 0.1f * (sqrtf (2.0f) - 1), 1e-5);
}

TEST (a_limb_has_an_end_of_each_radius_and_may_swallow_one)
{
  mk_blob limb = { .kind = MK_BLOB_LIMB, .a = { 0, 0, 0 }, .b = { 0, 2, 0 }, .radius_a = 0.5f, .radius_b = 0.25f };
  CHECK_NEAR (distance (&limb, (mk_vec3){ 0, -1, 0 }), 0.5f, 1e-5);
  CHECK_NEAR (distance (&limb, (mk_vec3){ 0, 3, 0 }), 0.75f, 1e-5);
  limb.radius_b = limb.radius_a;
  CHECK_NEAR (distance (&limb, (mk_vec3){ 1, 1, 0 }), 0.5f, 1e-5);
  limb.radius_a = 3;
  CHECK_NEAR (distance (&limb, (mk_vec3){ 0, 4, 0 }), 1, 1e-5);
}

TEST (blobs_melt_and_are_cut_in_their_order)
{
  const uint16_t list[] = { 0, 1 };
  mk_blob blobs[] = { { .kind = MK_BLOB_ELLIPSOID, .a = { -1, 0, 0 }, .half = { 1, 1, 1 }, .turn = MK_QUAT_IDENTITY },
                      { .kind = MK_BLOB_ELLIPSOID, .a = { 1, 0, 0 }, .half = { 1, 1, 1 }, .turn = MK_QUAT_IDENTITY, .blend_m = 0.4f } };
  mk_body body = { .blobs = blobs, .n_blobs = MK_COUNT (blobs) };
  mk_vec3 between = { 0, 0, 0 };
  float field;
  mk_body_fields (&body, list, 2, &between, 1, &field);
  CHECK_NEAR (field, -0.1f, 1e-5); /* a quarter of the blend, where both are as far */
  blobs[1].is_cut = true;
  blobs[1].blend_m = 0;
  mk_body_fields (&body, list, 2, &(mk_vec3){ -0.1f, 0, 0 }, 1, &field);
  CHECK_NEAR (field, -0.1f, 1e-5);
  mk_body_fields (&body, list, 2, &(mk_vec3){ 0.1f, 0, 0 }, 1, &field);
  CHECK_NEAR (field, 0.1f, 1e-5);
}

TEST (many_points_at_once_have_the_distances_of_each)
{
  mk_rng rng = mk_rng_new (7, 0);
  mk_vec3 at[29];
  for (size_t i = 0; i < MK_COUNT (at); i++)
    at[i] = (mk_vec3){ mk_rng_range (&rng, -2, 2), mk_rng_range (&rng, -2, 2), mk_rng_range (&rng, -2, 2) };
  for (int kind = MK_BLOB_ELLIPSOID; kind <= MK_BLOB_BOX; kind++) {
    mk_blob blob = { .kind = (mk_blob_kind)kind, .a = { 0.2f, -0.1f, 0.3f }, .b = { 1, 0.5f, -0.4f }, .half = { 0.6f, 0.3f, 0.9f }, .radius_a = 0.2f, .radius_b = 0.1f, .turn = mk_quat_from_euler (0.3f, -0.8f, 1.1f) };
    for (unsigned n = 1; n <= MK_COUNT (at); n++) {
      float all[MK_COUNT (at) + 1];
      all[n] = 77;
      mk_blob_distances (&blob, at, n, all);
      CHECK (all[n] == 77.0f); /* nothing behind them is written */
      for (unsigned i = 0; i < n; i++)
        CHECK (all[i] == distance (&blob, at[i]));
    }
  }
}
