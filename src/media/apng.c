/* apng.c - PNG that moves: https://wiki.mozilla.org/APNG_Specification. Each frame is a PNG of its own whose image
 * data is taken over. */
#include "media/frames.h"
#include "media/png.h"

#include <string.h>
#include <zlib.h>

static void
append_uint (GByteArray *out, uint32_t value)
{
  const uint8_t bytes[4] = { (uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value };
  g_byte_array_append (out, bytes, 4);
}

static uint32_t
read_uint (const uint8_t *bytes)
{
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* `head` (may be empty) and `body` as one chunk. */
static void
append_chunk (GByteArray *out, const char *type, const void *head, size_t n_head, const void *body, size_t n_body)
{
  append_uint (out, (uint32_t)(n_head + n_body));
  guint from = out->len;
  g_byte_array_append (out, (const guint8 *)type, 4);
  if (n_head > 0)
    g_byte_array_append (out, head, (guint)n_head);
  if (n_body > 0)
    g_byte_array_append (out, body, (guint)n_body);
  append_uint (out, (uint32_t)crc32 (0, out->data + from, out->len - from));
}

static void
append_control (GByteArray *out, const mk_image *images, uint32_t *sequence, int frame_ms)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  const uint8_t timing[6] = { (uint8_t)(frame_ms >> 8), (uint8_t)frame_ms, 1000 >> 8, 1000 & 255, 0, 0 }; /* shown and left, laid over nothing */
  append_uint (body, (*sequence)++);
  append_uint (body, (uint32_t)images->width);
  append_uint (body, (uint32_t)images->height);
  append_uint (body, 0);
  append_uint (body, 0);
  g_byte_array_append (body, timing, sizeof timing);
  append_chunk (out, "fcTL", NULL, 0, body->data, body->len);
}

/* Of one encoded frame: its header when it is the first, and its data. */
static void
append_frame (GByteArray *out, const mk_image *images, const GByteArray *png, int index, uint32_t *sequence, int frame_ms)
{
  bool has_control = false;
  for (size_t at = 8; at + 12 <= png->len;) {
    uint32_t size = read_uint (png->data + at);
    const uint8_t *type = png->data + at + 4, *body = type + 4;
    if (index == 0 && memcmp (type, "IHDR", 4) == 0) {
      g_byte_array_append (out, png->data, (guint)(at + size + 12));
      g_autoptr (GByteArray) counts = g_byte_array_new ();
      append_uint (counts, (uint32_t)images->n);
      append_uint (counts, 0); /* for ever */
      append_chunk (out, "acTL", NULL, 0, counts->data, counts->len);
    } else if (memcmp (type, "IDAT", 4) == 0) {
      if (!has_control)
        append_control (out, images, sequence, frame_ms);
      has_control = true;
      if (index == 0) {
        append_chunk (out, "IDAT", NULL, 0, body, size);
      } else {
        g_autoptr (GByteArray) number = g_byte_array_new ();
        append_uint (number, (*sequence)++);
        append_chunk (out, "fdAT", number->data, number->len, body, size);
      }
    }
    at += size + 12;
  }
}

GByteArray *
mk_apng_encode (const mk_image *images, const mk_apng_options *options, GError **error)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  uint32_t sequence = 0;
  mk_png_options each = { .compression = options->compression, .is_uncompressed = options->compression == 0 };
  for (int i = 0; i < images->n; i++) {
    g_autoptr (GByteArray) png = mk_png_encode (images, i, &each, error);
    if (png == NULL)
      return NULL;
    if (out->len + png->len > (guint)1 << 30) {
      mk_error (error, MK_ERROR_LIMIT, "%d pictures of %d×%d make an APNG of more than 1 GB", images->n, images->width, images->height);
      return NULL;
    }
    append_frame (out, images, png, i, &sequence, CLAMP (options->frame_ms, 0, 65535));
  }
  for (mk_json_iter i = mk_json_iterate (options->texts); mk_json_next (&i);) {
    g_autofree char *text = mk_json_get_kind (i.value) == MK_JSON_STRING ? g_strdup (mk_json_get_string (i.value)) : mk_json_print (i.value);
    append_chunk (out, "comf", i.key, strlen (i.key) + 1, text, strlen (text));
  }
  append_chunk (out, "IEND", NULL, 0, NULL, 0);
  return g_steal_pointer (&out);
}

mk_json *
mk_apng_decode_texts (const void *bytes, size_t length)
{
  mk_json *texts = mk_json_new_object ();
  const uint8_t *png = bytes;
  for (size_t at = 8; mk_png_is (bytes, length) && at + 12 <= length;) {
    size_t size = read_uint (png + at);
    const char *body = (const char *)png + at + 8;
    if (size > length - at - 12)
      break;
    const char *end = memcmp (png + at + 4, "comf", 4) == 0 ? memchr (body, '\0', size) : NULL;
    if (end != NULL && g_utf8_validate (body, -1, NULL)) {
      g_autofree char *text = g_strndup (end + 1, size - (size_t)(end + 1 - body));
      mk_json_set (texts, body, g_utf8_validate (text, -1, NULL) ? mk_json_new_string (text) : NULL);
    }
    at += size + 12;
  }
  return texts;
}
