/* picture.h - any picture file, told apart by its content. */
#pragma once
#include "base/json.h"
#include "media/image.h"

/* PNG, JPEG, WebP, GIF, BMP or TIFF; all frames of those that move. FORMAT names what it may be. */
mk_image *mk_picture_decode (const void *bytes, size_t length, GError **error);
/* {key: text} of PNG and WebP; an empty object for others. */
mk_json  *mk_picture_decode_texts (const void *bytes, size_t length, GError **error);
