#include "scene/text.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

#include <string.h>

#include "scene/mesh_build.h"
#include "scene/shapes.h"

#define MAX_LETTERS 200
#define CURVE_STEPS 7

/* --- the font --- */

static char *
find_font (const mk_font *font, GError **error)
{
  static const struct { const char *family, *plain, *bold; } files[] = {
    { "sans", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf" },
    { "serif", "DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf" },
    { "mono", "DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf" } };
  for (size_t i = 0; i < MK_COUNT (files); i++) {
    if (!g_str_equal (files[i].family, font->family))
      continue;
    const char *name = font->is_bold ? files[i].bold : files[i].plain;
    const char *const folders[] = { font->assets, "/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/TTF" };
    for (size_t k = 0; k < MK_COUNT (folders); k++) {
      g_autofree char *path = folders[k] == NULL ? NULL : k == 0 ? g_build_filename (folders[k], "fonts", name, NULL) : g_build_filename (folders[k], name, NULL);
      if (path != NULL && g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&path);
    }
    mk_error (error, MK_ERROR_NOT_FOUND, "the font %s is not there; install fonts-dejavu-core", name);
    return NULL;
  }
  mk_error (error, MK_ERROR_RANGE, "there is no font “%s”; there are: sans, serif, mono", font->family);
  return NULL;
}

/* --- outlines of one letter --- */

typedef struct {
  GArray *points;  /* mk_vec2 of all outlines */
  GArray *starts;  /* unsigned: where each begins */
  float scale;
} letter;

static mk_vec2
point_of (const letter *l, const FT_Vector *v)
{
  return (mk_vec2){ (float)v->x * l->scale, (float)v->y * l->scale };
}

static void
add_point (letter *l, mk_vec2 p)
{
  unsigned start = g_array_index (l->starts, unsigned, l->starts->len - 1);
  if (l->points->len > start) {
    mk_vec2 last = g_array_index (l->points, mk_vec2, l->points->len - 1);
    if (fabsf (last.x - p.x) + fabsf (last.y - p.y) < 1e-6f)
      return;
  }
  g_array_append_val (l->points, p);
}

static int
move_to (const FT_Vector *to, void *user)
{
  letter *l = user;
  unsigned start = l->points->len;
  g_array_append_val (l->starts, start);
  add_point (l, point_of (l, to));
  return 0;
}

static int
line_to (const FT_Vector *to, void *user)
{
  letter *l = user;
  add_point (l, point_of (l, to));
  return 0;
}

static int
conic_to (const FT_Vector *control, const FT_Vector *to, void *user)
{
  letter *l = user;
  mk_vec2 a = g_array_index (l->points, mk_vec2, l->points->len - 1), b = point_of (l, control), c = point_of (l, to);
  for (int i = 1; i <= CURVE_STEPS; i++) {
    float t = (float)i / CURVE_STEPS, u = 1 - t;
    add_point (l, (mk_vec2){ u * u * a.x + 2 * u * t * b.x + t * t * c.x, u * u * a.y + 2 * u * t * b.y + t * t * c.y });
  }
  return 0;
}

static int
cubic_to (const FT_Vector *c1, const FT_Vector *c2, const FT_Vector *to, void *user)
{
  letter *l = user;
  mk_vec2 a = g_array_index (l->points, mk_vec2, l->points->len - 1), b = point_of (l, c1), c = point_of (l, c2), d = point_of (l, to);
  for (int i = 1; i <= CURVE_STEPS; i++) {
    float t = (float)i / CURVE_STEPS, u = 1 - t, w[] = { u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t };
    add_point (l, (mk_vec2){ w[0] * a.x + w[1] * b.x + w[2] * c.x + w[3] * d.x, w[0] * a.y + w[1] * b.y + w[2] * c.y + w[3] * d.y });
  }
  return 0;
}

/* Outlines that FreeType closes with a point on the first one lose that point. */
static unsigned
outlines_of (const letter *l, mk_outline *outlines)
{
  unsigned n = 0;
  for (guint i = 0; i < l->starts->len; i++) {
    unsigned from = g_array_index (l->starts, unsigned, i), to = i + 1 < l->starts->len ? g_array_index (l->starts, unsigned, i + 1) : l->points->len;
    const mk_vec2 *points = &g_array_index (l->points, mk_vec2, from);
    while (to - from > 1 && fabsf (points[0].x - points[to - from - 1].x) + fabsf (points[0].y - points[to - from - 1].y) < 1e-6f)
      to--;
    if (to - from >= 3)
      outlines[n++] = (mk_outline){ points, to - from };
  }
  return n;
}

static bool
add_letter (mk_mesh_builder *builder, FT_Face face, float scale, float depth_m, float bevel_m, mk_vec2 pen, GError **error)
{
  static const FT_Outline_Funcs funcs = { move_to, line_to, conic_to, cubic_to, 0, 0 };
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (mk_vec2));
  g_autoptr (GArray) starts = g_array_new (FALSE, FALSE, sizeof (unsigned));
  letter l = { points, starts, scale };
  if (FT_Outline_Decompose (&face->glyph->outline, &funcs, &l) != 0)
    return mk_error (error, MK_ERROR_FORMAT, "the font has a letter that cannot be drawn");
  g_autofree mk_outline *outlines = g_new (mk_outline, starts->len + 1);
  unsigned n = outlines_of (&l, outlines);
  if (n == 0)
    return true; /* a space */
  g_autoptr (mk_mesh) mesh = mk_shape_extrude (outlines, n, depth_m, bevel_m, error);
  if (mesh == NULL)
    return false;
  mk_mesh_builder_append (builder, mesh, mk_mat4_from_trs ((mk_trs){ { pen.x, pen.y, 0 }, MK_QUAT_IDENTITY, { 1, 1, 1 } }));
  return true;
}

/* --- rows --- */

static float
width_of (FT_Face face, const char *text, float scale)
{
  float x = 0;
  FT_UInt before = 0;
  for (; *text != 0 && *text != '\n'; text = g_utf8_next_char (text)) {
    FT_UInt glyph = FT_Get_Char_Index (face, g_utf8_get_char (text));
    FT_Vector kerning = { 0, 0 };
    FT_Get_Kerning (face, before, glyph, FT_KERNING_UNSCALED, &kerning);
    if (FT_Load_Glyph (face, glyph, FT_LOAD_NO_SCALE) == 0)
      x += (float)(face->glyph->advance.x + kerning.x) * scale;
    before = glyph;
  }
  return x;
}

static bool
set_text (mk_mesh_builder *builder, FT_Face face, const char *text, float size_m, float depth_m, float bevel_m, GError **error)
{
  float scale = size_m / (float)face->units_per_EM;
  mk_vec2 pen = { -width_of (face, text, scale) / 2, 0 };
  FT_UInt before = 0;
  for (; *text != 0; text = g_utf8_next_char (text)) {
    if (*text == '\n') {
      pen = (mk_vec2){ -width_of (face, text + 1, scale) / 2, pen.y - 1.25f * size_m };
      before = 0;
      continue;
    }
    FT_UInt glyph = FT_Get_Char_Index (face, g_utf8_get_char (text));
    FT_Vector kerning = { 0, 0 };
    FT_Get_Kerning (face, before, glyph, FT_KERNING_UNSCALED, &kerning);
    pen.x += (float)kerning.x * scale;
    if (FT_Load_Glyph (face, glyph, FT_LOAD_NO_SCALE) != 0)
      return mk_error (error, MK_ERROR_FORMAT, "the font has a letter that cannot be read");
    if (!add_letter (builder, face, scale, depth_m, bevel_m, pen, error))
      return false;
    pen.x += (float)face->glyph->advance.x * scale;
    before = glyph;
  }
  return true;
}

/* Lowest point on y = 0, whatever hangs below the line. */
static void
stand (mk_mesh *mesh)
{
  mk_mesh_update_bounds (mesh);
  mk_vec3 down = { (mesh->bounds.min.x + mesh->bounds.max.x) / 2, mesh->bounds.min.y, 0 };
  for (uint32_t i = 0; i < mesh->n_vertices; i++)
    mesh->positions[i] = mk_vec3_sub (mesh->positions[i], down);
  mk_mesh_update_bounds (mesh);
}

static mk_mesh *
build (FT_Library library, const char *path, const char *text, float size_m, float depth_m, float bevel_m, GError **error)
{
  FT_Face face;
  if (FT_New_Face (library, path, 0, &face) != 0) {
    mk_error (error, MK_ERROR_FORMAT, "%s is not a font", path);
    return NULL;
  }
  mk_mesh_builder builder;
  mk_mesh_builder_init (&builder);
  bool is_set = set_text (&builder, face, text, size_m, depth_m, bevel_m, error);
  FT_Done_Face (face);
  if (!is_set || builder.indices->len == 0) {
    mk_mesh_builder_clear (&builder);
    if (is_set)
      mk_error (error, MK_ERROR_RANGE, "the text has no letter to see");
    return NULL;
  }
  mk_mesh *mesh = mk_mesh_builder_take (&builder, error);
  if (mesh != NULL)
    stand (mesh);
  return mesh;
}

mk_mesh *
mk_text_mesh (const mk_font *font, const char *text, float size_m, float depth_m, float bevel_m, GError **error)
{
  if (!g_utf8_validate (text, -1, NULL)) {
    mk_error (error, MK_ERROR_SYNTAX, "the text is not UTF-8");
    return NULL;
  }
  long n = g_utf8_strlen (text, -1);
  if (n < 1 || n > MAX_LETTERS) {
    mk_error (error, MK_ERROR_RANGE, "the text has %ld letters; 1 to %d are possible", n, MAX_LETTERS);
    return NULL;
  }
  g_autofree char *path = find_font (font, error);
  FT_Library library;
  if (path == NULL)
    return NULL;
  if (FT_Init_FreeType (&library) != 0) {
    mk_error (error, MK_ERROR_FAILED, "FreeType does not start");
    return NULL;
  }
  mk_mesh *mesh = build (library, path, text, size_m, depth_m, bevel_m, error);
  FT_Done_FreeType (library);
  return mesh;
}
