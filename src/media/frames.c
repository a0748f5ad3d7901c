#include "media/ffmpeg.h"
#include "media/frames.h"

#include "media/png.h"
#include "media/webp.h"

#include <string.h>

enum { MAX_BYTES = 1 << 30, BLOCK = 32768 };

/* acTL stands before the first IDAT. */
static bool
is_apng (const uint8_t *bytes, size_t length)
{
  if (!mk_png_is (bytes, length))
    return false;
  for (size_t at = 8; at + 12 <= length;) {
    size_t size = (size_t)bytes[at] << 24 | (size_t)bytes[at + 1] << 16 | (size_t)bytes[at + 2] << 8 | bytes[at + 3];
    if (memcmp (bytes + at + 4, "acTL", 4) == 0)
      return true;
    if (memcmp (bytes + at + 4, "IDAT", 4) == 0 || size > length - at - 12)
      return false;
    at += size + 12;
  }
  return false;
}

static const char *
find_format (const uint8_t *bytes, size_t length)
{
  if (length >= 6 && memcmp (bytes, "GIF8", 4) == 0)
    return "gif";
  if (length >= 14 && memcmp (bytes, "BM", 2) == 0)
    return "bmp_pipe";
  if (length >= 8 && (memcmp (bytes, "II*\0", 4) == 0 || memcmp (bytes, "MM\0*", 4) == 0))
    return "tiff_pipe";
  return is_apng (bytes, length) ? "apng" : NULL;
}

bool
mk_frames_is (const void *bytes, size_t length)
{
  return mk_webp_film_is (bytes, length) || find_format (bytes, length) != NULL;
}

/* --- reading from memory --- */

typedef struct {
  const uint8_t *bytes;
  size_t length, at;
} source;

static int
read_source (void *user, uint8_t *to, int n)
{
  source *s = user;
  size_t n_read = MIN ((size_t)n, s->length - s->at);
  if (n_read == 0)
    return AVERROR_EOF;
  memcpy (to, s->bytes + s->at, n_read);
  s->at += n_read;
  return (int)n_read;
}

static int64_t
seek_source (void *user, int64_t offset, int whence)
{
  source *s = user;
  if (whence == AVSEEK_SIZE)
    return (int64_t)s->length;
  int64_t at = whence == SEEK_CUR ? (int64_t)s->at + offset : whence == SEEK_END ? (int64_t)s->length + offset : offset;
  if (at < 0 || at > (int64_t)s->length)
    return AVERROR (EINVAL);
  s->at = (size_t)at;
  return at;
}

typedef struct {
  source source;
  AVIOContext *io;
  AVFormatContext *container;
  AVCodecContext *codec;
  AVFrame *frame;
  AVPacket *packet;
  struct SwsContext *scale;
  int width, height; /* of the first frame; others are passed over */
  GByteArray *rgba;
} decoder;

static void
decoder_clear (decoder *d)
{
  mk_ff.sws_freeContext (d->scale);
  mk_ff.av_frame_free (&d->frame);
  mk_ff.av_packet_free (&d->packet);
  mk_ff.avcodec_free_context (&d->codec);
  mk_ff.avformat_close_input (&d->container);
  if (d->io != NULL)
    mk_ff.av_freep (&d->io->buffer);
  mk_ff.avio_context_free (&d->io);
  if (d->rgba != NULL)
    g_byte_array_unref (d->rgba);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (decoder, decoder_clear)

static bool
decoder_open (decoder *d, const char *format)
{
  mk_ff.av_log_set_level (AV_LOG_FATAL);
  d->io = mk_ff.avio_alloc_context (mk_ff.av_malloc (BLOCK), BLOCK, 0, &d->source, read_source, NULL, seek_source);
  d->container = mk_ff.avformat_alloc_context ();
  d->container->pb = d->io;
  if (mk_ff.avformat_open_input (&d->container, NULL, mk_ff.av_find_input_format (format), NULL) < 0 || mk_ff.avformat_find_stream_info (d->container, NULL) < 0 || d->container->nb_streams < 1)
    return false;
  const AVCodecParameters *parameters = d->container->streams[0]->codecpar;
  const AVCodec *codec = mk_ff.avcodec_find_decoder (parameters->codec_id);
  d->codec = codec != NULL ? mk_ff.avcodec_alloc_context3 (codec) : NULL;
  if (d->codec == NULL || mk_ff.avcodec_parameters_to_context (d->codec, parameters) < 0)
    return false;
  d->codec->max_pixels = (int64_t)MK_IMAGE_MAX_SIDE * MK_IMAGE_MAX_SIDE;
  d->frame = mk_ff.av_frame_alloc ();
  d->packet = mk_ff.av_packet_alloc ();
  d->rgba = g_byte_array_new ();
  return mk_ff.avcodec_open2 (d->codec, codec, NULL) >= 0;
}

static bool
keep_frame (decoder *d, GError **error)
{
  const AVFrame *frame = d->frame;
  if (d->width == 0) {
    d->width = frame->width;
    d->height = frame->height;
  }
  if (frame->width != d->width || frame->height != d->height)
    return true;
  size_t n_bytes = (size_t)d->width * (size_t)d->height * 4, at = d->rgba->len;
  if (at + n_bytes > MAX_BYTES)
    return mk_error (error, MK_ERROR_LIMIT, "more than %zu frames of %d×%d are too much at once", at / n_bytes, d->width, d->height);
  d->scale = mk_ff.sws_getCachedContext (d->scale, d->width, d->height, frame->format, d->width, d->height, AV_PIX_FMT_RGBA, SWS_POINT, NULL, NULL, NULL);
  if (d->scale == NULL)
    return mk_error (error, MK_ERROR_UNSUPPORTED, "the picture's kind of pixels cannot be read");
  g_byte_array_set_size (d->rgba, (guint)(at + n_bytes));
  uint8_t *planes[] = { d->rgba->data + at };
  int strides[] = { d->width * 4 };
  mk_ff.sws_scale (d->scale, (const uint8_t *const *)frame->data, frame->linesize, 0, d->height, planes, strides);
  return true;
}

static bool
decode_all (decoder *d, GError **error)
{
  bool is_ending = false;
  for (;;) {
    int code = mk_ff.avcodec_receive_frame (d->codec, d->frame);
    if (code == 0 && !keep_frame (d, error))
      return false;
    if (code == 0)
      continue;
    if (code != AVERROR (EAGAIN) || is_ending)
      return true;
    is_ending = mk_ff.av_read_frame (d->container, d->packet) < 0;
    mk_ff.avcodec_send_packet (d->codec, is_ending ? NULL : d->packet);
    mk_ff.av_packet_unref (d->packet);
  }
}

/* Three channels when everything is opaque. */
mk_image *
mk_frames_to_image (const uint8_t *rgba, size_t n_bytes, int width, int height, GError **error)
{
  bool is_opaque = true;
  for (size_t i = 3; is_opaque && i < n_bytes; i += 4)
    is_opaque = rgba[i] == 255;
  int n = (int)(n_bytes / ((size_t)width * (size_t)height * 4)), channels = is_opaque ? 3 : 4;
  mk_image *image = mk_image_new (n, height, width, channels, error);
  if (image == NULL)
    return NULL;
  float *to = mk_image_write (image, 0);
  for (size_t i = 0; i < n_bytes; i += 4)
    for (int c = 0; c < channels; c++)
      *to++ = (float)rgba[i + (size_t)c] / 255.0f;
  return image;
}

mk_image *
mk_frames_decode (const void *bytes, size_t length, GError **error)
{
  if (mk_webp_film_is (bytes, length))
    return mk_webp_film_decode (bytes, length, error);
  if (!mk_ffmpeg_load (error))
    return NULL;
  g_auto (decoder) d = { .source = { bytes, length, 0 } };
  const char *format = find_format (bytes, length);
  if (format == NULL || !decoder_open (&d, format)) {
    mk_error (error, MK_ERROR_FORMAT, "the picture is damaged");
    return NULL;
  }
  if (!decode_all (&d, error))
    return NULL;
  if (d.rgba->len == 0) {
    mk_error (error, MK_ERROR_FORMAT, "the picture is damaged: it has no whole frame");
    return NULL;
  }
  return mk_frames_to_image (d.rgba->data, d.rgba->len, d.width, d.height, error);
}
