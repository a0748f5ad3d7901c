#include "media/ffmpeg.h"
#include "media/video.h"

#include "media/container_texts.h"

/* Of one batch, as bytes; its floats are four times that. */
enum { MAX_BYTES = 1 << 30 };

typedef struct {
  AVFormatContext *container;
  AVCodecContext *codec;
  int stream;
} film;

static void
film_clear (film *f)
{
  mk_ff.avcodec_free_context (&f->codec);
  mk_ff.avformat_close_input (&f->container);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (film, film_clear)

static bool
film_open (film *f, const char *path, GError **error)
{
  mk_ff.av_log_set_level (AV_LOG_FATAL);
  const AVCodec *codec = NULL;
  AVDictionary *limits = NULL;
  /* Films only: playlists and scripts would make this read other files, or the network. */
  mk_ff.av_dict_set (&limits, "format_whitelist", "mov,matroska,webm,gif,avi,apng", 0);
  mk_ff.av_dict_set (&limits, "protocol_whitelist", "file", 0);
  int code = mk_ff.avformat_open_input (&f->container, path, NULL, &limits);
  mk_ff.av_dict_free (&limits);
  if (code >= 0)
    code = mk_ff.avformat_find_stream_info (f->container, NULL);
  if (code >= 0)
    code = f->stream = mk_ff.av_find_best_stream (f->container, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
  if (code >= 0) {
    f->codec = mk_ff.avcodec_alloc_context3 (codec);
    mk_ff.avcodec_parameters_to_context (f->codec, f->container->streams[f->stream]->codecpar);
    f->codec->max_pixels = (int64_t)MK_IMAGE_MAX_SIDE * MK_IMAGE_MAX_SIDE;
    code = mk_ff.avcodec_open2 (f->codec, codec, NULL);
  }
  if (code >= 0 && f->codec->width >= 1 && f->codec->height >= 1 && f->codec->width <= MK_IMAGE_MAX_SIDE && f->codec->height <= MK_IMAGE_MAX_SIDE)
    return true;
  if (code >= 0)
    return mk_error (error, MK_ERROR_LIMIT, "%s: a film of %d×%d is not possible; sides go from 1 to %d", path, f->codec->width, f->codec->height, MK_IMAGE_MAX_SIDE);
  char reason[AV_ERROR_MAX_STRING_SIZE];
  mk_ff.av_strerror (code, reason, sizeof reason);
  return mk_error (error, code == AVERROR (ENOENT) ? MK_ERROR_NOT_FOUND : MK_ERROR_FORMAT, "%s is no film that can be read: %s", path, reason);
}

static int
count_frames (film *f)
{
  int n = 0;
  AVPacket *packet = mk_ff.av_packet_alloc ();
  while (mk_ff.av_read_frame (f->container, packet) >= 0) {
    n += packet->stream_index == f->stream;
    mk_ff.av_packet_unref (packet);
  }
  mk_ff.av_packet_free (&packet);
  return n;
}

bool
mk_video_read_info (const char *path, mk_video_info *info, mk_json **texts, GError **error)
{
  if (!mk_ffmpeg_load (error))
    return false;
  g_auto (film) f = { 0 };
  if (!film_open (&f, path, error))
    return false;
  AVStream *stream = f.container->streams[f.stream];
  *info = (mk_video_info){ .width = f.codec->width, .height = f.codec->height, .fps = av_q2d (stream->avg_frame_rate) };
  info->n_frames = count_frames (&f);
  info->duration_s = info->fps > 0 ? info->n_frames / info->fps : 0;
  if (texts != NULL) {
    *texts = mk_json_new_object ();
    mk_container_get_texts (f.container->metadata, *texts);
  }
  return true;
}

struct mk_video_reader {
  film film;
  char *path;
  AVPacket *packet;
  AVFrame *frame;
  struct SwsContext *scale;
  bool is_ending;
};

mk_video_reader *
mk_video_reader_new (const char *path, GError **error)
{
  if (!mk_ffmpeg_load (error))
    return NULL;
  mk_video_reader *reader = g_new0 (mk_video_reader, 1);
  reader->path = g_strdup (path);
  reader->packet = mk_ff.av_packet_alloc ();
  reader->frame = mk_ff.av_frame_alloc ();
  if (film_open (&reader->film, path, error))
    return reader;
  mk_video_reader_free (reader);
  return NULL;
}

void
mk_video_reader_free (mk_video_reader *reader)
{
  if (reader == NULL)
    return;
  mk_ff.sws_freeContext (reader->scale);
  mk_ff.av_frame_free (&reader->frame);
  mk_ff.av_packet_free (&reader->packet);
  film_clear (&reader->film);
  g_free (reader->path);
  g_free (reader);
}

void
mk_video_reader_get_size (const mk_video_reader *reader, int *width, int *height)
{
  *width = reader->film.codec->width;
  *height = reader->film.codec->height;
}

/* What the file says of its colours; small films of unknown kind are BT.601, as players have it. */
static const int *
find_coefficients (const AVFrame *frame)
{
  bool is_601 = frame->colorspace == AVCOL_SPC_SMPTE170M || frame->colorspace == AVCOL_SPC_BT470BG || (frame->colorspace == AVCOL_SPC_UNSPECIFIED && frame->height < 720);
  return mk_ff.sws_getCoefficients (is_601 ? SWS_CS_ITU601 : SWS_CS_ITU709);
}

static bool
convert_frame (mk_video_reader *reader, uint8_t *rgb8)
{
  const AVFrame *frame = reader->frame;
  reader->scale = mk_ff.sws_getCachedContext (reader->scale, frame->width, frame->height, frame->format, frame->width, frame->height, AV_PIX_FMT_RGB24, SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP, NULL, NULL, NULL);
  if (reader->scale == NULL)
    return false;
  mk_ff.sws_setColorspaceDetails (reader->scale, find_coefficients (frame), frame->color_range == AVCOL_RANGE_JPEG, mk_ff.sws_getCoefficients (SWS_CS_ITU709), 1, 0, 1 << 16, 1 << 16);
  uint8_t *planes[] = { rgb8 };
  int strides[] = { frame->width * 3 };
  mk_ff.sws_scale (reader->scale, (const uint8_t *const *)frame->data, frame->linesize, 0, frame->height, planes, strides);
  return true;
}

/* 0 and a decoded frame, or why there is none; damaged packets are passed over. */
static int
decode_next (mk_video_reader *reader)
{
  film *f = &reader->film;
  for (;;) {
    int code = mk_ff.avcodec_receive_frame (f->codec, reader->frame);
    if (code != AVERROR (EAGAIN) || reader->is_ending)
      return code;
    reader->is_ending = mk_ff.av_read_frame (f->container, reader->packet) < 0;
    if (reader->is_ending || reader->packet->stream_index == f->stream)
      mk_ff.avcodec_send_packet (f->codec, reader->is_ending ? NULL : reader->packet);
    mk_ff.av_packet_unref (reader->packet);
  }
}

bool
mk_video_reader_next (mk_video_reader *reader, uint8_t *rgb8, bool *has_frame, GError **error)
{
  int width = reader->film.codec->width, height = reader->film.codec->height;
  *has_frame = decode_next (reader) == 0;
  if (!*has_frame)
    return true;
  bool is_same = reader->frame->width == width && reader->frame->height == height;
  bool is_converted = is_same && (rgb8 == NULL || convert_frame (reader, rgb8));
  mk_ff.av_frame_unref (reader->frame);
  if (!is_same)
    return mk_error (error, MK_ERROR_FORMAT, "%s: its frames change their size", reader->path);
  return is_converted || mk_error (error, MK_ERROR_FORMAT, "%s: its pixels cannot be converted", reader->path);
}

/* The bytes of frames `first` … in one row. */
static bool
read_bytes (mk_video_reader *reader, int first, int max_frames, GByteArray *rgb, GError **error)
{
  size_t n_bytes = (size_t)reader->film.codec->width * (size_t)reader->film.codec->height * 3;
  bool has_frame = true;
  for (int i = 0; has_frame && i < first; i++)
    if (!mk_video_reader_next (reader, NULL, &has_frame, error))
      return false;
  for (int i = 0; has_frame && i < max_frames; i++) {
    if (rgb->len + n_bytes > MAX_BYTES)
      return mk_error (error, MK_ERROR_LIMIT, "%s: more than %d frames of %d×%d are too much at once", reader->path, i, reader->film.codec->width, reader->film.codec->height);
    g_byte_array_set_size (rgb, (guint)(rgb->len + n_bytes));
    if (!mk_video_reader_next (reader, rgb->data + rgb->len - n_bytes, &has_frame, error))
      return false;
    if (!has_frame)
      g_byte_array_set_size (rgb, (guint)(rgb->len - n_bytes));
  }
  return rgb->len > 0 || mk_error (error, MK_ERROR_FORMAT, "%s has no frame number %d", reader->path, first);
}

mk_image *
mk_video_read_frames (const char *path, int first, int max_frames, GError **error)
{
  g_autoptr (mk_video_reader) reader = mk_video_reader_new (path, error);
  g_autoptr (GByteArray) rgb = g_byte_array_new ();
  if (reader == NULL || !read_bytes (reader, first, max_frames, rgb, error))
    return NULL;
  int width, height;
  mk_video_reader_get_size (reader, &width, &height);
  mk_image *image = mk_image_new ((int)(rgb->len / ((size_t)width * (size_t)height * 3)), height, width, 3, error);
  if (image == NULL)
    return NULL;
  float *pixels = mk_image_write (image, 0);
  for (guint i = 0; i < rgb->len; i++)
    pixels[i] = (float)rgb->data[i] / 255.0f;
  return image;
}
