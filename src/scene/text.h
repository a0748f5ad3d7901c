/* text.h - letters as solid bodies.
 *
 * Purpose   Titles and captions: FreeType's outlines, extruded with a bevel.
 * Units     `size_m` is the em: capitals are about 0.73 of it. The text stands on y = 0, its middle at x = 0, z = 0.
 * Limits    200 letters; what a font lacks is shown as its missing-letter box.
 * Tests     tests/scene/test_text.c
 */
#pragma once
#include "scene/scene.h"

typedef struct mk_font {
  const char *assets;   /* ASSETS/fonts is looked at first, then the system's DejaVu */
  const char *family;   /* "sans", "serif", "mono" */
  bool is_bold;
} mk_font;

/* UTF-8; new lines start new rows. NOT_FOUND without the font, RANGE for empty or long text. */
mk_mesh *mk_text_mesh (const mk_font *font, const char *text, float size_m, float depth_m, float bevel_m, GError **error);
