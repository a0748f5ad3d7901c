#include "media/png.h"

#include "base/file.h"

#include <png.h>
#include <setjmp.h>
#include <string.h>

/* libpng reports through longjmp; nothing between setjmp and it may own memory that is not in these structs. */

typedef struct {
  char message[200];
  const uint8_t *bytes;
  size_t length, at;
  GByteArray *out;
} stream;

static void
on_error (png_structp png, png_const_charp message)
{
  stream *s = png_get_error_ptr (png);
  g_strlcpy (s->message, message, sizeof s->message);
  longjmp (png_jmpbuf (png), 1);
}

static void
on_warning (png_structp png, png_const_charp message)
{
  (void)png;
  (void)message;
}

/* --- writing --- */

static void
write_bytes (png_structp png, png_bytep bytes, png_size_t length)
{
  g_byte_array_append (((stream *)png_get_io_ptr (png))->out, bytes, (guint)length);
}

static void
flush_nothing (png_structp png)
{
  (void)png;
}

static void
quantize_row (const float *from, size_t n, int bit_depth, uint8_t *to)
{
  for (size_t i = 0; i < n; i++) {
    float v = from[i] >= 0 ? MIN (from[i], 1) : 0; /* NaN becomes 0 */
    if (bit_depth == 16) {
      unsigned level = (unsigned)(v * 65535 + 0.5f);
      to[2 * i] = (uint8_t)(level >> 8);
      to[2 * i + 1] = (uint8_t)level;
    } else
      to[i] = (uint8_t)(v * 255); /* truncated, as ComfyUI does */
  }
}

static void
write_texts (png_structp png, png_infop info, const mk_json *texts)
{
  for (mk_json_iter i = mk_json_iterate (texts); mk_json_next (&i);) {
    g_autofree char *text = mk_json_get_kind (i.value) == MK_JSON_STRING ? g_strdup (mk_json_get_string (i.value)) : mk_json_print (i.value);
    png_text chunk = { .compression = g_str_is_ascii (text) ? PNG_TEXT_COMPRESSION_NONE : PNG_ITXT_COMPRESSION_NONE, .key = (char *)i.key, .text = text, .text_length = strlen (text) };
    png_set_text (png, info, &chunk, 1);
  }
}

static bool
write_image (png_structp png, png_infop info, const mk_image *image, int index, const mk_png_options *options, uint8_t *row)
{
  int bit_depth = options != NULL && options->bit_depth == 16 ? 16 : 8;
  int color = image->n_channels == 1 ? PNG_COLOR_TYPE_GRAY : image->n_channels == 4 ? PNG_COLOR_TYPE_RGBA : PNG_COLOR_TYPE_RGB;
  size_t n = (size_t)image->width * (size_t)image->n_channels;
  if (setjmp (png_jmpbuf (png)))
    return false;
  png_set_compression_level (png, options != NULL && options->is_uncompressed ? 0 : options != NULL && options->compression > 0 ? options->compression : 4);
  png_set_IHDR (png, info, (png_uint_32)image->width, (png_uint_32)image->height, bit_depth, color, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (options != NULL && options->texts != NULL)
    write_texts (png, info, options->texts);
  png_write_info (png, info);
  const float *pixels = mk_image_read (image, index);
  for (int y = 0; y < image->height; y++) {
    quantize_row (pixels + (size_t)y * n, n, bit_depth, row);
    png_write_row (png, row);
  }
  png_write_end (png, info);
  return true;
}

GByteArray *
mk_png_encode (const mk_image *image, int index, const mk_png_options *options, GError **error)
{
  if (image->n_channels != 1 && image->n_channels != 3 && image->n_channels != 4) {
    mk_error (error, MK_ERROR_RANGE, "a PNG has 1, 3 or 4 channels, not %d", image->n_channels);
    return NULL;
  }
  stream s = { .out = g_byte_array_new () };
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, &s, on_error, on_warning);
  png_infop info = png_create_info_struct (png);
  png_set_write_fn (png, &s, write_bytes, flush_nothing);
  g_autofree uint8_t *row = g_malloc ((size_t)image->width * 8);
  bool is_written = write_image (png, info, image, index, options, row);
  png_destroy_write_struct (&png, &info);
  if (is_written)
    return s.out;
  mk_error (error, MK_ERROR_FAILED, "the PNG could not be written: %s", s.message);
  g_byte_array_unref (s.out);
  return NULL;
}

bool
mk_png_write (const mk_image *image, int index, const char *path, const mk_png_options *options, GError **error)
{
  GByteArray *bytes = mk_png_encode (image, index, options, error);
  if (bytes == NULL)
    return false;
  bool is_written = mk_file_write (path, bytes->data, bytes->len, error);
  g_byte_array_unref (bytes);
  return is_written;
}

/* --- reading --- */

static void
read_bytes (png_structp png, png_bytep to, png_size_t length)
{
  stream *s = png_get_io_ptr (png);
  if (length > s->length - s->at)
    png_error (png, "the file ends too early");
  memcpy (to, s->bytes + s->at, length);
  s->at += length;
}

/* libpng zeroes what a chunk claims before it reads it, and only warns of its own limit: a file of 100 bytes may claim
 * 2 GB. The pixels are read in pieces. PNG specification, 5.3: length, type, data, checksum. */
static bool
has_whole_chunks (const uint8_t *bytes, size_t length)
{
  for (size_t at = 8; length - at >= 12;) {
    const uint8_t *chunk = bytes + at;
    size_t n = (size_t)chunk[0] << 24 | (size_t)chunk[1] << 16 | (size_t)chunk[2] << 8 | chunk[3];
    if (memcmp (chunk + 4, "IDAT", 4) == 0)
      return true;
    if (n > length - at - 12)
      return false;
    at += 12 + n;
  }
  return true;
}

static bool
read_header (png_structp png, png_infop info)
{
  if (setjmp (png_jmpbuf (png)))
    return false;
  png_set_user_limits (png, MK_IMAGE_MAX_SIDE, MK_IMAGE_MAX_SIDE);
  const stream *s = png_get_io_ptr (png);
  png_set_chunk_malloc_max (png, MIN (MAX (s->length * 16, (size_t)1 << 20), (size_t)64 << 20)); /* unpacked */
  png_set_chunk_cache_max (png, 1000);
  if (!has_whole_chunks (s->bytes, s->length))
    png_error (png, "the file ends too early");
  png_read_info (png, info);
  png_set_expand (png);
  png_set_gray_to_rgb (png);
  png_set_interlace_handling (png);
  png_read_update_info (png, info);
  return true;
}

static bool
read_rows (png_structp png, png_infop info, uint8_t **rows)
{
  if (setjmp (png_jmpbuf (png)))
    return false;
  png_read_image (png, rows);
  png_read_end (png, info);
  return true;
}

static void
convert_rows (const uint8_t *from, size_t n, int bit_depth, float *to)
{
  for (size_t i = 0; i < n; i++)
    to[i] = bit_depth == 16 ? (float)((from[2 * i] << 8) | from[2 * i + 1]) / 65535.0f : (float)from[i] / 255.0f;
}

static mk_image *
read_pixels (png_structp png, png_infop info, stream *s, GError **error)
{
  int width = (int)png_get_image_width (png, info), height = (int)png_get_image_height (png, info);
  int bit_depth = png_get_bit_depth (png, info), n_channels = png_get_channels (png, info);
  size_t row_bytes = png_get_rowbytes (png, info);
  g_autoptr (mk_image) image = mk_image_new (1, height, width, n_channels, error);
  if (image == NULL)
    return NULL;
  g_autoptr (mk_buffer) raw = mk_buffer_new (row_bytes * (size_t)height, error);
  if (raw == NULL)
    return NULL;
  g_autofree uint8_t **rows = g_new (uint8_t *, (size_t)height);
  for (int y = 0; y < height; y++)
    rows[y] = (uint8_t *)mk_buffer_write (raw) + (size_t)y * row_bytes;
  if (!read_rows (png, info, rows)) {
    mk_error (error, MK_ERROR_FORMAT, "the PNG is damaged: %s", s->message);
    return NULL;
  }
  convert_rows (mk_buffer_read (raw), (size_t)width * (size_t)height * (size_t)n_channels, bit_depth, mk_image_write (image, 0));
  return g_steal_pointer (&image);
}

bool
mk_png_is (const void *bytes, size_t length)
{
  return length >= 8 && png_sig_cmp (bytes, 0, 8) == 0;
}

/* What the file says of its size, before anything is done with it: libpng has one sentence for all that is wrong here. */
static bool
is_possible (const uint8_t *bytes, size_t length, GError **error)
{
  if (!mk_png_is (bytes, length))
    return mk_error (error, MK_ERROR_FORMAT, "this is no PNG");
  if (length < 24)
    return mk_error (error, MK_ERROR_FORMAT, "the PNG is damaged: the file ends too early");
  uint32_t sides[2];
  memcpy (sides, bytes + 16, sizeof sides);
  uint32_t width = g_ntohl (sides[0]), height = g_ntohl (sides[1]);
  bool is_good = width > 0 && height > 0 && width <= MK_IMAGE_MAX_SIDE && height <= MK_IMAGE_MAX_SIDE;
  return is_good || mk_error (error, MK_ERROR_RANGE, "an image of %u×%u is not possible; sides go from 1 to %d", width, height, MK_IMAGE_MAX_SIDE);
}

mk_image *
mk_png_decode (const void *bytes, size_t length, GError **error)
{
  if (!is_possible (bytes, length, error))
    return NULL;
  stream s = { .bytes = bytes, .length = length };
  png_structp png = png_create_read_struct (PNG_LIBPNG_VER_STRING, &s, on_error, on_warning);
  png_infop info = png_create_info_struct (png);
  png_set_read_fn (png, &s, read_bytes);
  mk_image *image = NULL;
  if (read_header (png, info))
    image = read_pixels (png, info, &s, error);
  else
    mk_error (error, MK_ERROR_FORMAT, "the PNG is damaged: %s", s.message);
  png_destroy_read_struct (&png, &info, NULL);
  return image;
}

mk_json *
mk_png_decode_texts (const void *bytes, size_t length, GError **error)
{
  if (!mk_png_is (bytes, length)) {
    mk_error (error, MK_ERROR_FORMAT, "this is no PNG");
    return NULL;
  }
  stream s = { .bytes = bytes, .length = length };
  png_structp png = png_create_read_struct (PNG_LIBPNG_VER_STRING, &s, on_error, on_warning);
  png_infop info = png_create_info_struct (png);
  png_set_read_fn (png, &s, read_bytes);
  mk_json *texts = NULL;
  if (read_header (png, info)) {
    png_textp chunks = NULL;
    int n = png_get_text (png, info, &chunks, NULL);
    texts = mk_json_new_object ();
    for (int i = 0; i < n; i++)
      mk_json_set (texts, chunks[i].key, g_utf8_validate (chunks[i].text, -1, NULL) ? mk_json_new_string (chunks[i].text) : NULL);
  } else
    mk_error (error, MK_ERROR_FORMAT, "the PNG is damaged: %s", s.message);
  png_destroy_read_struct (&png, &info, NULL);
  return texts;
}
