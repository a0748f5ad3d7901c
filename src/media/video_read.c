#include "media/video.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
#include <math.h>

typedef struct {
  AVFormatContext *container;
  AVCodecContext *codec;
  int stream;
} film;

static void
film_clear (film *f)
{
  avcodec_free_context (&f->codec);
  avformat_close_input (&f->container);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (film, film_clear)

static bool
film_open (film *f, const char *path, GError **error)
{
  av_log_set_level (AV_LOG_FATAL);
  const AVCodec *codec = NULL;
  int code = avformat_open_input (&f->container, path, NULL, NULL);
  if (code >= 0)
    code = avformat_find_stream_info (f->container, NULL);
  if (code >= 0)
    code = f->stream = av_find_best_stream (f->container, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
  if (code >= 0) {
    f->codec = avcodec_alloc_context3 (codec);
    avcodec_parameters_to_context (f->codec, f->container->streams[f->stream]->codecpar);
    code = avcodec_open2 (f->codec, codec, NULL);
  }
  if (code >= 0)
    return true;
  char reason[AV_ERROR_MAX_STRING_SIZE];
  av_strerror (code, reason, sizeof reason);
  return mk_error (error, code == AVERROR (ENOENT) ? MK_ERROR_NOT_FOUND : MK_ERROR_FORMAT, "%s is no film that can be read: %s", path, reason);
}

static int
count_frames (film *f)
{
  int n = 0;
  AVPacket *packet = av_packet_alloc ();
  while (av_read_frame (f->container, packet) >= 0) {
    n += packet->stream_index == f->stream;
    av_packet_unref (packet);
  }
  av_packet_free (&packet);
  return n;
}

bool
mk_video_read_info (const char *path, mk_video_info *info, mk_json **texts, GError **error)
{
  g_auto (film) f = { 0 };
  if (!film_open (&f, path, error))
    return false;
  AVStream *stream = f.container->streams[f.stream];
  *info = (mk_video_info){ .width = f.codec->width, .height = f.codec->height, .fps = av_q2d (stream->avg_frame_rate) };
  info->n_frames = count_frames (&f);
  info->duration_s = info->fps > 0 ? info->n_frames / info->fps : 0;
  if (texts != NULL) {
    *texts = mk_json_new_object ();
    for (const AVDictionaryEntry *tag = NULL; (tag = av_dict_get (f.container->metadata, "", tag, AV_DICT_IGNORE_SUFFIX)) != NULL;)
      mk_json_set (*texts, tag->key, mk_json_new_string (tag->value));
  }
  return true;
}

static bool
store_frame (const AVFrame *frame, struct SwsContext **scale, GArray *rgb)
{
  size_t n = (size_t)frame->width * (size_t)frame->height * 3;
  *scale = sws_getCachedContext (*scale, frame->width, frame->height, frame->format, frame->width, frame->height, AV_PIX_FMT_RGB24, SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP, NULL, NULL, NULL);
  if (*scale == NULL)
    return false;
  sws_setColorspaceDetails (*scale, sws_getCoefficients (SWS_CS_ITU709), 0, sws_getCoefficients (SWS_CS_ITU709), 1, 0, 1 << 16, 1 << 16);
  guint had = rgb->len;
  g_array_set_size (rgb, had + (guint)n);
  uint8_t *planes[] = { (uint8_t *)rgb->data + had };
  int strides[] = { frame->width * 3 };
  sws_scale (*scale, (const uint8_t *const *)frame->data, frame->linesize, 0, frame->height, planes, strides);
  return true;
}

/* Decodes until `max_frames` from `first` are there; the bytes of all of them. */
static int
decode_frames (film *f, int first, int max_frames, GArray *rgb)
{
  AVPacket *packet = av_packet_alloc ();
  AVFrame *frame = av_frame_alloc ();
  struct SwsContext *scale = NULL;
  int seen = 0, taken = 0;
  bool is_ending = false;
  while (taken < max_frames) {
    int code = avcodec_receive_frame (f->codec, frame);
    if (code == 0) {
      bool fits = frame->width == f->codec->width && frame->height == f->codec->height;
      if (seen++ >= first && fits && store_frame (frame, &scale, rgb))
        taken++;
      av_frame_unref (frame);
      continue;
    }
    if (code != AVERROR (EAGAIN) || is_ending)
      break;
    is_ending = av_read_frame (f->container, packet) < 0;
    if (is_ending || packet->stream_index == f->stream)
      avcodec_send_packet (f->codec, is_ending ? NULL : packet);
    av_packet_unref (packet);
  }
  sws_freeContext (scale);
  av_frame_free (&frame);
  av_packet_free (&packet);
  return taken;
}

mk_image *
mk_video_read_frames (const char *path, int first, int max_frames, GError **error)
{
  enum { MAX_BYTES = 1 << 30 };
  g_auto (film) f = { 0 };
  if (!film_open (&f, path, error))
    return NULL;
  if (f.codec->width < 1 || f.codec->height < 1 || (int64_t)f.codec->width * f.codec->height * 3 * max_frames > MAX_BYTES) {
    mk_error (error, MK_ERROR_LIMIT, "%s: %d frames of %d×%d are too much at once", path, max_frames, f.codec->width, f.codec->height);
    return NULL;
  }
  g_autoptr (GArray) rgb = g_array_new (FALSE, FALSE, 1);
  int n = decode_frames (&f, first, max_frames, rgb);
  if (n == 0) {
    mk_error (error, MK_ERROR_FORMAT, "%s has no frame number %d", path, first);
    return NULL;
  }
  mk_image *image = mk_image_new (n, f.codec->height, f.codec->width, 3, error);
  if (image == NULL)
    return NULL;
  float *pixels = mk_image_write (image, 0);
  for (guint i = 0; i < rgb->len; i++)
    pixels[i] = (float)(uint8_t)rgb->data[i] / 255.0f;
  return image;
}
