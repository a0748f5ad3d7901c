#include "check.h"
#include "scene/pattern_table.h"

static mk_material
material_of (int kind)
{
  mk_material material = MK_MATERIAL_DEFAULT;
  material.pattern = (mk_pattern_kind)kind;
  material.base_color = (mk_vec3){ 0.9f, 0.8f, 0.7f };
  material.pattern_color = (mk_vec3){ 0.1f, 0.1f, 0.2f };
  material.pattern_scale_m = 0.5f;
  return material;
}

TEST (patterns_close_without_a_seam_after_their_size)
{
  for (int kind = MK_PATTERN_CHECKER; kind < MK_N_PATTERNS; kind++) {
    mk_material material = material_of (kind);
    mk_vec2 size = mk_pattern_size (&material);
    for (int i = 0; i < 200; i++) {
      float along = 0.0137f * (float)i, step = 1e-5f;
      mk_pattern_sample left, right, above, below;
      mk_pattern_evaluate (&material, (mk_vec2){ size.x - step, along }, 0.02f, &left);
      mk_pattern_evaluate (&material, (mk_vec2){ size.x + step, along }, 0.02f, &right);
      mk_pattern_evaluate (&material, (mk_vec2){ along, -step }, 0.02f, &above);
      mk_pattern_evaluate (&material, (mk_vec2){ along, step }, 0.02f, &below);
      CHECK_NEAR (left.share, right.share, 0.02);
      CHECK_NEAR (above.share, below.share, 0.02);
      CHECK_NEAR (left.height_m, right.height_m, 1e-4);
    }
  }
}

TEST (patterns_show_both_colours_and_stay_in_range)
{
  for (int kind = MK_PATTERN_CHECKER; kind < MK_N_PATTERNS; kind++) {
    mk_material material = material_of (kind);
    float low = 1, high = 0;
    for (int i = 0; i < 4000; i++) {
      mk_pattern_sample s;
      mk_pattern_evaluate (&material, (mk_vec2){ 0.0131f * (float)i, 0.0379f * (float)(i % 97) }, 0, &s);
      CHECK (s.share >= 0 && s.share <= 1 && s.color.x >= 0 && s.color.x <= 1.5f);
      CHECK (isfinite (s.slope.x) && isfinite (s.slope.y));
      low = fminf (low, s.share);
      high = fmaxf (high, s.share);
    }
    CHECK_REAL (high - low, >, 0.5);
  }
}

TEST (a_checker_has_two_by_two_squares_in_a_repeat)
{
  mk_material material = material_of (MK_PATTERN_CHECKER);
  mk_pattern_sample s;
  mk_pattern_evaluate (&material, (mk_vec2){ 0.25f, 0.25f }, 0, &s);
  float first = s.share;
  mk_pattern_evaluate (&material, (mk_vec2){ 0.5f, 0.25f }, 0, &s);
  CHECK_NEAR (fabsf (s.share - first), 1, 1e-4);
  mk_pattern_evaluate (&material, (mk_vec2){ 0.5f, 0.5f }, 0, &s);
  CHECK_NEAR (s.share, first, 1e-4);
}

TEST (details_below_a_pixel_fade_to_their_mean)
{
  for (int kind = MK_PATTERN_CHECKER; kind <= MK_PATTERN_STRIPES; kind++) {
    mk_material material = material_of (kind);
    for (int i = 0; i < 50; i++) {
      mk_pattern_sample s;
      mk_pattern_evaluate (&material, (mk_vec2){ 0.031f * (float)i, 0.017f * (float)i }, 2, &s);
      CHECK_NEAR (s.share, 0.5, 1e-4);
    }
  }
}

/* For one size and colours, a table says what the pattern itself does. */
TEST (a_table_of_a_pattern_gives_each_material_its_own_colours)
{
  enum { SIDE = 32 };
  mk_pattern_tables *tables = mk_pattern_tables_new ();
  for (int kind = MK_PATTERN_CHECKER; kind < MK_N_PATTERNS; kind++) {
    mk_material material = material_of (kind);
    float texel = mk_pattern_size (&material).x / SIDE;
    material.pattern_strength = 0;
    g_autoptr (GBytes) table = mk_pattern_tables_get (tables, (mk_pattern_kind)kind, SIDE, NULL), again = mk_pattern_tables_get (tables, (mk_pattern_kind)kind, SIDE, NULL);
    const mk_pattern_texel *texels = g_bytes_get_data (table, NULL);
    CHECK (texels == g_bytes_get_data (again, NULL));
    for (int i = 0; i < SIDE * SIDE; i++) {
      mk_pattern_sample s;
      mk_pattern_evaluate (&material, (mk_vec2){ ((float)(i % SIDE) + 0.5f) * texel, ((float)(i / SIDE) + 0.5f) * texel }, texel, &s);
      CHECK_NEAR (mk_vec3_length (mk_vec3_sub (s.color, mk_pattern_texel_color (texels[i], &material))), 0, 1e-3);
    }
  }
  mk_pattern_tables_free (tables);
}
