/* exif.h - the little of EXIF that pictures need: which way is up, and texts in two fields.
 *
 * Source    CIPA DC-008 (EXIF 2.3), TIFF 6.0. Bytes are those after "Exif\0\0".
 */
#pragma once
#include "media/image.h"

/* 1 (upright) to 8; 1 when it is not said. */
int mk_exif_get_orientation (const uint8_t *exif, size_t length);
/* A new reference, or the picture turned and mirrored so that orientation 1 is right. */
mk_image *mk_image_turn_exif (mk_image *image, int orientation, GError **error);

/* Ascii fields of the first directory, in order of their tags: what ComfyUI keeps the prompt in. g_byte_array_unref. */
typedef struct {
  uint16_t tag;
  const char *text;
} mk_exif_text;
GByteArray *mk_exif_encode (const mk_exif_text *texts, size_t n_texts);
/* The text of a tag, g_free; NULL when absent. */
char *mk_exif_get_text (const uint8_t *exif, size_t length, uint16_t tag);
