#include "media/webp.h"

#include "media/exif.h"

#include <string.h>
#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>
#include <webp/mux.h>

enum { TAG_MAKE = 0x010f, TAG_MODEL = 0x0110, LOWEST_TAG = 0x0100 };

bool
mk_webp_is (const void *bytes, size_t length)
{
  return length >= 12 && memcmp (bytes, "RIFF", 4) == 0 && memcmp ((const char *)bytes + 8, "WEBP", 4) == 0;
}

/* The bytes of one frame: the file itself, or the first of an animation. */
static bool
find_frame (WebPDemuxer *demuxer, WebPData *frame)
{
  WebPIterator iterator;
  if (demuxer == NULL || !WebPDemuxGetFrame (demuxer, 1, &iterator))
    return false;
  *frame = iterator.fragment;
  WebPDemuxReleaseIterator (&iterator);
  return true;
}

static mk_image *
decode_frame (const WebPData *frame, GError **error)
{
  WebPBitstreamFeatures features;
  if (WebPGetFeatures (frame->bytes, frame->size, &features) != VP8_STATUS_OK) {
    mk_error (error, MK_ERROR_FORMAT, "the WebP is damaged");
    return NULL;
  }
  int channels = features.has_alpha ? 4 : 3;
  size_t n = (size_t)features.width * (size_t)features.height * (size_t)channels;
  g_autoptr (mk_image) image = mk_image_new (1, features.height, features.width, channels, error);
  g_autoptr (mk_buffer) raw = image != NULL ? mk_buffer_new (n, error) : NULL;
  if (raw == NULL)
    return NULL;
  int stride = features.width * channels;
  uint8_t *made = channels == 4 ? WebPDecodeRGBAInto (frame->bytes, frame->size, mk_buffer_write (raw), n, stride)
                                : WebPDecodeRGBInto (frame->bytes, frame->size, mk_buffer_write (raw), n, stride);
  if (made == NULL) {
    mk_error (error, MK_ERROR_FORMAT, "the WebP is damaged");
    return NULL;
  }
  float *to = mk_image_write (image, 0);
  for (size_t i = 0; i < n; i++)
    to[i] = (float)made[i] / 255.0f;
  return g_steal_pointer (&image);
}

mk_image *
mk_webp_decode (const void *bytes, size_t length, GError **error)
{
  WebPData data = { bytes, length }, frame;
  WebPDemuxer *demuxer = mk_webp_is (bytes, length) ? WebPDemux (&data) : NULL;
  mk_image *image = NULL;
  if (find_frame (demuxer, &frame))
    image = decode_frame (&frame, error);
  else
    mk_error (error, MK_ERROR_FORMAT, "this is no whole WebP");
  WebPDemuxDelete (demuxer);
  return image;
}

mk_json *
mk_webp_decode_texts (const void *bytes, size_t length, GError **error)
{
  WebPData data = { bytes, length };
  WebPDemuxer *demuxer = mk_webp_is (bytes, length) ? WebPDemux (&data) : NULL;
  if (demuxer == NULL) {
    mk_error (error, MK_ERROR_FORMAT, "this is no whole WebP");
    return NULL;
  }
  mk_json *texts = mk_json_new_object ();
  WebPChunkIterator chunk;
  if (WebPDemuxGetChunk (demuxer, "EXIF", 1, &chunk)) {
    const uint8_t *exif = chunk.chunk.bytes;
    size_t size = chunk.chunk.size;
    if (size > 6 && memcmp (exif, "Exif\0\0", 6) == 0) {
      exif += 6;
      size -= 6;
    }
    for (uint16_t tag = TAG_MODEL; tag >= LOWEST_TAG; tag--) {
      g_autofree char *text = mk_exif_get_text (exif, size, tag);
      char *colon = text != NULL ? strchr (text, ':') : NULL;
      if (colon != NULL && g_utf8_validate (text, -1, NULL)) {
        *colon = '\0';
        mk_json_set (texts, text, mk_json_new_string (colon + 1));
      }
    }
    WebPDemuxReleaseChunkIterator (&chunk);
  }
  WebPDemuxDelete (demuxer);
  return texts;
}

/* --- writing --- */

static GByteArray *
texts_to_exif (const mk_json *texts)
{
  mk_exif_text fields[TAG_MODEL - LOWEST_TAG + 1];
  size_t n = 0;
  uint16_t next = TAG_MAKE;
  g_autoptr (GPtrArray) owned = g_ptr_array_new_with_free_func (g_free);
  for (mk_json_iter i = mk_json_iterate (texts); mk_json_next (&i) && next >= LOWEST_TAG;) {
    g_autofree char *json = mk_json_get_kind (i.value) == MK_JSON_STRING ? g_strdup (mk_json_get_string (i.value)) : mk_json_print (i.value);
    char *text = g_strdup_printf ("%s:%s", i.key, json);
    g_ptr_array_add (owned, text);
    fields[n++] = (mk_exif_text){ g_str_equal (i.key, "prompt") ? TAG_MODEL : next--, text };
  }
  for (size_t i = 1; i < n; i++) /* a directory is sorted by tag */
    for (size_t k = i; k > 0 && fields[k].tag < fields[k - 1].tag; k--) {
      mk_exif_text swap = fields[k];
      fields[k] = fields[k - 1];
      fields[k - 1] = swap;
    }
  return mk_exif_encode (fields, n);
}

GByteArray *
mk_webp_add_texts (const void *picture, size_t length, const mk_json *texts)
{
  WebPData image = { picture, length }, all = { NULL, 0 };
  WebPMux *mux = WebPMuxCreate (&image, 0);
  GByteArray *exif = texts_to_exif (texts), *bytes = NULL;
  WebPData chunk = { exif->data, exif->len };
  if (mux != NULL && WebPMuxSetChunk (mux, "EXIF", &chunk, 1) == WEBP_MUX_OK && WebPMuxAssemble (mux, &all) == WEBP_MUX_OK)
    bytes = g_byte_array_append (g_byte_array_new (), all.bytes, (guint)all.size);
  WebPDataClear (&all);
  WebPMuxDelete (mux);
  g_byte_array_unref (exif);
  return bytes;
}

static bool
import_pixels (WebPPicture *picture, const mk_image *image, int index)
{
  size_t n = (size_t)image->width * (size_t)image->height, channels = (size_t)image->n_channels;
  g_autofree uint8_t *rgba = g_try_malloc (n * 4);
  if (rgba == NULL)
    return false;
  const float *from = mk_image_read (image, index);
  for (size_t i = 0; i < n; i++)
    for (size_t c = 0; c < 4; c++) {
      float v = c == 3 && channels < 4 ? 1 : from[i * channels + (channels < 3 ? 0 : c)];
      rgba[i * 4 + c] = (uint8_t)((v >= 0 ? MIN (v, 1) : 0) * 255 + 0.5f);
    }
  return WebPPictureImportRGBA (picture, rgba, image->width * 4);
}

GByteArray *
mk_webp_encode (const mk_image *image, int index, const mk_webp_options *options, GError **error)
{
  WebPConfig config;
  WebPPicture picture;
  WebPMemoryWriter writer;
  if (image->width > WEBP_MAX_DIMENSION || image->height > WEBP_MAX_DIMENSION) {
    mk_error (error, MK_ERROR_RANGE, "a WebP is at most %d×%d, not %d×%d", WEBP_MAX_DIMENSION, WEBP_MAX_DIMENSION, image->width, image->height);
    return NULL;
  }
  WebPConfigInit (&config);
  WebPPictureInit (&picture);
  WebPMemoryWriterInit (&writer);
  config.lossless = options != NULL && options->is_lossless;
  config.quality = options != NULL && options->quality > 0 ? (float)options->quality : 80;
  picture.use_argb = config.lossless;
  picture.width = image->width;
  picture.height = image->height;
  picture.writer = WebPMemoryWrite;
  picture.custom_ptr = &writer;
  bool is_made = import_pixels (&picture, image, index) && WebPEncode (&config, &picture);
  GByteArray *bytes = NULL;
  if (is_made && options != NULL && options->texts != NULL)
    bytes = mk_webp_add_texts (writer.mem, writer.size, options->texts);
  else if (is_made)
    bytes = g_byte_array_append (g_byte_array_new (), writer.mem, (guint)writer.size);
  if (bytes == NULL)
    mk_error (error, MK_ERROR_FAILED, "the WebP could not be written (error %d)", (int)picture.error_code);
  WebPPictureFree (&picture);
  WebPMemoryWriterClear (&writer);
  return bytes;
}
