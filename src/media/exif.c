#include "media/exif.h"

#include <string.h>

enum { TAG_ORIENTATION = 0x0112, TYPE_ASCII = 2, TYPE_SHORT = 3, ENTRY_BYTES = 12 };

typedef struct {
  const uint8_t *bytes;
  size_t length;
  bool is_big_endian;
} reader;

static uint32_t
read_uint (const reader *r, size_t at, size_t n_bytes)
{
  uint32_t value = 0;
  if (at > r->length || r->length - at < n_bytes)
    return 0;
  for (size_t i = 0; i < n_bytes; i++)
    value |= (uint32_t)r->bytes[at + i] << (8 * (r->is_big_endian ? n_bytes - 1 - i : i));
  return value;
}

/* Where the entry of a tag in the first directory is; 0 when there is none. */
static size_t
find_entry (reader *r, const uint8_t *exif, size_t length, uint16_t tag)
{
  *r = (reader){ exif, length, length >= 2 && exif[0] == 'M' };
  if (length < 8 || (memcmp (exif, "II*\0", 4) != 0 && memcmp (exif, "MM\0*", 4) != 0))
    return 0;
  size_t directory = read_uint (r, 4, 4), n = read_uint (r, directory, 2);
  for (size_t i = 0; i < n; i++) {
    size_t at = directory + 2 + i * ENTRY_BYTES;
    if (at + ENTRY_BYTES > length)
      return 0;
    if (read_uint (r, at, 2) == tag)
      return at;
  }
  return 0;
}

int
mk_exif_get_orientation (const uint8_t *exif, size_t length)
{
  reader r;
  size_t at = find_entry (&r, exif, length, TAG_ORIENTATION);
  uint32_t value = at != 0 && read_uint (&r, at + 2, 2) == TYPE_SHORT ? read_uint (&r, at + 8, 2) : 1;
  return value >= 1 && value <= 8 ? (int)value : 1;
}

char *
mk_exif_get_text (const uint8_t *exif, size_t length, uint16_t tag)
{
  reader r;
  size_t at = find_entry (&r, exif, length, tag);
  if (at == 0 || read_uint (&r, at + 2, 2) != TYPE_ASCII)
    return NULL;
  size_t n = read_uint (&r, at + 4, 4), from = n <= 4 ? at + 8 : read_uint (&r, at + 8, 4);
  if (from > length || length - from < n)
    return NULL;
  return g_strndup ((const char *)exif + from, n);
}

mk_image *
mk_image_turn_exif (mk_image *image, int orientation, GError **error)
{
  if (orientation == 1)
    return mk_image_ref (image);
  bool is_on_side = orientation >= 5;
  int width = is_on_side ? image->height : image->width, height = is_on_side ? image->width : image->height;
  mk_image *turned = mk_image_new (image->n, height, width, image->n_channels, error);
  if (turned == NULL)
    return NULL;
  bool flips_x = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
  bool flips_y = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
  size_t n = (size_t)image->n_channels;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      int u = flips_x ? width - 1 - x : x, v = flips_y ? height - 1 - y : y;
      int from_x = is_on_side ? v : u, from_y = is_on_side ? u : v;
      memcpy (mk_image_write (turned, 0) + ((size_t)y * (size_t)width + (size_t)x) * n,
              mk_image_read (image, 0) + ((size_t)from_y * (size_t)image->width + (size_t)from_x) * n, n * sizeof (float));
    }
  return turned;
}

static void
append_uint (GByteArray *bytes, uint32_t value, int n_bytes)
{
  for (int i = 0; i < n_bytes; i++) {
    uint8_t byte = (uint8_t)(value >> (8 * i));
    g_byte_array_append (bytes, &byte, 1);
  }
}

GByteArray *
mk_exif_encode (const mk_exif_text *texts, size_t n_texts)
{
  GByteArray *bytes = g_byte_array_new ();
  g_byte_array_append (bytes, (const guint8 *)"II*\0", 4);
  append_uint (bytes, 8, 4);
  append_uint (bytes, (uint32_t)n_texts, 2);
  size_t data = 8 + 2 + n_texts * ENTRY_BYTES + 4;
  for (size_t i = 0; i < n_texts; i++) {
    size_t length = strlen (texts[i].text) + 1;
    append_uint (bytes, texts[i].tag, 2);
    append_uint (bytes, TYPE_ASCII, 2);
    append_uint (bytes, (uint32_t)length, 4);
    if (length <= 4) { /* kept in the entry itself */
      uint8_t small[4] = { 0 };
      memcpy (small, texts[i].text, length);
      g_byte_array_append (bytes, small, 4);
    } else {
      append_uint (bytes, (uint32_t)data, 4);
      data += length;
    }
  }
  append_uint (bytes, 0, 4);
  for (size_t i = 0; i < n_texts; i++)
    if (strlen (texts[i].text) + 1 > 4)
      g_byte_array_append (bytes, (const guint8 *)texts[i].text, (guint)strlen (texts[i].text) + 1);
  return bytes;
}
