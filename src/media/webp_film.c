/* webp_film.c - WebP that moves. */
#include "media/frames.h"
#include "media/webp.h"

#include <string.h>
#include <webp/demux.h>
#include <webp/encode.h>
#include <webp/mux.h>

enum { MAX_BYTES = 1 << 30 };

bool
mk_webp_film_is (const void *bytes, size_t length)
{
  WebPBitstreamFeatures features;
  return mk_webp_is (bytes, length) && WebPGetFeatures (bytes, length, &features) == VP8_STATUS_OK && features.has_animation;
}

/* --- writing --- */

static bool
add_frame (WebPAnimEncoder *encoder, const WebPConfig *config, const mk_image *images, int index, int at_ms)
{
  WebPPicture picture;
  size_t n = (size_t)images->width * (size_t)images->height, channels = (size_t)images->n_channels;
  g_autofree uint8_t *rgba = g_try_malloc (n * 4);
  if (rgba == NULL || !WebPPictureInit (&picture))
    return false;
  const float *from = mk_image_read (images, index);
  for (size_t i = 0; i < 4 * n; i++) {
    float v = i % 4 == 3 && channels < 4 ? 1 : from[i / 4 * channels + (channels < 3 ? 0 : i % 4)];
    rgba[i] = (uint8_t)((v >= 0 ? MIN (v, 1) : 0) * 255); /* cut off, as ComfyUI does */
  }
  picture.use_argb = 1;
  picture.width = images->width;
  picture.height = images->height;
  bool is_added = WebPPictureImportRGBA (&picture, rgba, images->width * 4) && WebPAnimEncoderAdd (encoder, &picture, at_ms, config);
  WebPPictureFree (&picture);
  return is_added;
}

static GByteArray *
assemble (WebPAnimEncoder *encoder, const mk_json *texts)
{
  WebPData film = { NULL, 0 };
  GByteArray *bytes = NULL;
  if (WebPAnimEncoderAssemble (encoder, &film))
    bytes = texts != NULL ? mk_webp_add_texts (film.bytes, film.size, texts) : g_byte_array_append (g_byte_array_new (), film.bytes, (guint)film.size);
  WebPDataClear (&film);
  return bytes;
}

GByteArray *
mk_webp_film_encode (const mk_image *images, const mk_webp_film_options *options, GError **error)
{
  WebPConfig config;
  WebPAnimEncoderOptions all;
  if (images->width > WEBP_MAX_DIMENSION || images->height > WEBP_MAX_DIMENSION) {
    mk_error (error, MK_ERROR_RANGE, "a WebP is at most %d×%d, not %d×%d", WEBP_MAX_DIMENSION, WEBP_MAX_DIMENSION, images->width, images->height);
    return NULL;
  }
  WebPConfigInit (&config);
  WebPAnimEncoderOptionsInit (&all);
  config.lossless = options->is_lossless;
  config.quality = (float)CLAMP (options->quality, 0, 100);
  config.method = CLAMP (options->method, 0, 6);
  WebPAnimEncoder *encoder = WebPAnimEncoderNew (images->width, images->height, &all);
  bool is_made = encoder != NULL;
  for (int i = 0; is_made && i < images->n; i++)
    is_made = add_frame (encoder, &config, images, i, i * options->frame_ms);
  GByteArray *bytes = is_made && WebPAnimEncoderAdd (encoder, NULL, images->n * options->frame_ms, NULL) ? assemble (encoder, options->texts) : NULL;
  if (bytes == NULL)
    mk_error (error, MK_ERROR_FAILED, "the WebP could not be written: %s", encoder != NULL ? WebPAnimEncoderGetError (encoder) : "no memory");
  WebPAnimEncoderDelete (encoder);
  return bytes;
}

/* --- reading --- */

static bool
read_frames (WebPAnimDecoder *decoder, const WebPAnimInfo *info, GByteArray *rgba, GError **error)
{
  size_t n_bytes = (size_t)info->canvas_width * info->canvas_height * 4;
  while (WebPAnimDecoderHasMoreFrames (decoder)) {
    uint8_t *pixels;
    int at_ms;
    if (rgba->len + n_bytes > MAX_BYTES)
      return mk_error (error, MK_ERROR_LIMIT, "%u frames of %u×%u are too much at once", info->frame_count, info->canvas_width, info->canvas_height);
    if (!WebPAnimDecoderGetNext (decoder, &pixels, &at_ms))
      return rgba->len > 0 || mk_error (error, MK_ERROR_FORMAT, "the WebP is damaged");
    g_byte_array_append (rgba, pixels, (guint)n_bytes);
  }
  return true;
}

mk_image *
mk_webp_film_decode (const void *bytes, size_t length, GError **error)
{
  WebPData data = { bytes, length };
  WebPAnimInfo info = { 0 };
  WebPAnimDecoder *decoder = WebPAnimDecoderNew (&data, NULL);
  g_autoptr (GByteArray) rgba = g_byte_array_new ();
  mk_image *image = NULL;
  if (decoder == NULL || !WebPAnimDecoderGetInfo (decoder, &info))
    mk_error (error, MK_ERROR_FORMAT, "the WebP is damaged");
  else if (read_frames (decoder, &info, rgba, error))
    image = mk_frames_to_image (rgba->data, rgba->len, (int)info.canvas_width, (int)info.canvas_height, error);
  WebPAnimDecoderDelete (decoder);
  return image;
}
