#include "media/ffmpeg.h"
#include "media/video.h"

#include "base/file.h"
#include "media/audio_encoder.h"
#include "media/container_texts.h"

#include <math.h>
#include <string.h>

struct mk_video_writer {
  mk_video_options options;
  char *path;
  mk_file_writer *file;
  AVFormatContext *container;
  AVCodecContext *codec;
  AVStream *stream;
  AVFrame *frame;  /* in the codec's pixels */
  AVPacket *packet;
  struct SwsContext *scale;
  uint8_t *padded; /* one RGB frame with even sides */
  mk_audio_encoder *sound; /* or NULL */
  int64_t n_frames;
};

static const struct {
  const char *suffix, *container;
  enum AVCodecID codec;
  enum AVPixelFormat pixels;
} formats[] = {
  [MK_VIDEO_MP4] = { "mp4", "mp4", AV_CODEC_ID_H264, AV_PIX_FMT_YUV420P },
  [MK_VIDEO_WEBM] = { "webm", "webm", AV_CODEC_ID_VP9, AV_PIX_FMT_YUV420P },
  [MK_VIDEO_GIF] = { "gif", "gif", AV_CODEC_ID_GIF, AV_PIX_FMT_RGB8 },
};

const char *
mk_video_format_suffix (mk_video_format format)
{
  return formats[format].suffix;
}

static bool
av_failed (const mk_video_writer *writer, int code, const char *what, GError **error)
{
  char reason[AV_ERROR_MAX_STRING_SIZE];
  mk_ff.av_strerror (code, reason, sizeof reason);
  mk_error_code kind = code == AVERROR (ENOSPC) || code == AVERROR (EIO) ? MK_ERROR_DISK : code == AVERROR (ENOMEM) ? MK_ERROR_MEMORY : MK_ERROR_FAILED;
  return mk_error (error, kind, "%s: %s: %s", writer->path, what, reason);
}

/* The encoders' constant quality: 100 is as good as can be seen, 1 is rough. */
static void
set_quality (mk_video_writer *writer)
{
  int quality = writer->options.quality > 0 ? CLAMP (writer->options.quality, 1, 100) : 80;
  if (writer->options.format == MK_VIDEO_MP4) {
    g_autofree char *crf = g_strdup_printf ("%.1f", writer->options.has_crf ? writer->options.crf : 40 - 0.28 * quality);
    mk_ff.av_opt_set (writer->codec->priv_data, "crf", crf, 0);
    mk_ff.av_opt_set (writer->codec->priv_data, "preset", "fast", 0);
  } else if (writer->options.format == MK_VIDEO_WEBM) {
    g_autofree char *crf = g_strdup_printf ("%d", writer->options.has_crf ? (int)CLAMP (writer->options.crf, 0, 63) : 55 - quality * 40 / 100);
    mk_ff.av_opt_set (writer->codec->priv_data, "crf", crf, 0);
    if (!writer->options.is_av1)
      mk_ff.av_opt_set (writer->codec->priv_data, "deadline", "good", 0);
    mk_ff.av_opt_set (writer->codec->priv_data, "cpu-used", writer->options.is_av1 ? "6" : "4", 0);
  }
}

static bool
open_codec (mk_video_writer *writer, GError **error)
{
  bool is_av1 = writer->options.format == MK_VIDEO_WEBM && writer->options.is_av1;
  /* of AV1's encoders the one whose bytes depend on nothing but its input */
  const AVCodec *codec = is_av1 ? mk_ff.avcodec_find_encoder_by_name ("libaom-av1") : mk_ff.avcodec_find_encoder (formats[writer->options.format].codec);
  if (codec == NULL)
    return mk_error (error, MK_ERROR_UNSUPPORTED, "this FFmpeg cannot write %s films%s", formats[writer->options.format].suffix, is_av1 ? " with AV1" : "");
  AVRational rate = mk_ff.av_d2q (writer->options.fps, 100000);
  bool is_gif = writer->options.format == MK_VIDEO_GIF;
  writer->codec = mk_ff.avcodec_alloc_context3 (codec);
  writer->codec->width = is_gif ? writer->options.width : (writer->options.width + 1) & ~1;
  writer->codec->height = is_gif ? writer->options.height : (writer->options.height + 1) & ~1;
  writer->codec->time_base = is_gif ? (AVRational){ 1, 100 } : av_inv_q (rate);
  writer->codec->framerate = rate;
  writer->codec->pix_fmt = formats[writer->options.format].pixels;
  writer->codec->thread_count = 1; /* equal input gives equal bytes wherever it runs */
  if (!is_gif) {
    writer->codec->color_range = AVCOL_RANGE_MPEG;
    writer->codec->colorspace = AVCOL_SPC_BT709;
    writer->codec->color_primaries = AVCOL_PRI_BT709;
    writer->codec->color_trc = AVCOL_TRC_BT709;
  }
  if ((writer->container->oformat->flags & AVFMT_GLOBALHEADER) != 0)
    writer->codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  set_quality (writer);
  int code = mk_ff.avcodec_open2 (writer->codec, codec, NULL);
  return code >= 0 || av_failed (writer, code, "the encoder refused", error);
}

/* AAC in MP4, Opus in WebM; a GIF is silent. */
static bool
open_sound (mk_video_writer *writer, GError **error)
{
  if (writer->options.format == MK_VIDEO_GIF)
    return true;
  bool is_webm = writer->options.format == MK_VIDEO_WEBM;
  g_autoptr (mk_audio) fit = is_webm ? mk_audio_resample (writer->options.audio, 48000, error) : mk_audio_ref (writer->options.audio);
  writer->sound = fit != NULL ? mk_audio_encoder_new (writer->container, is_webm ? "libopus" : "aac", fit, 0, 0, 0, error) : NULL;
  return writer->sound != NULL;
}

static bool
open_container (mk_video_writer *writer, GError **error)
{
  const char *part = mk_file_writer_part_path (writer->file);
  int code = mk_ff.avformat_alloc_output_context2 (&writer->container, NULL, formats[writer->options.format].container, part);
  if (code < 0 || !open_codec (writer, error))
    return code >= 0 ? false : av_failed (writer, code, "no container", error);
  writer->container->flags |= AVFMT_FLAG_BITEXACT; /* no date of making: equal input, equal bytes */
  writer->stream = mk_ff.avformat_new_stream (writer->container, NULL);
  writer->stream->time_base = writer->codec->time_base;
  writer->stream->avg_frame_rate = writer->codec->framerate;
  mk_ff.avcodec_parameters_from_context (writer->stream->codecpar, writer->codec);
  mk_container_add_texts (&writer->container->metadata, writer->options.texts);
  if (writer->options.audio != NULL && !open_sound (writer, error))
    return false;
  code = mk_ff.avio_open (&writer->container->pb, part, AVIO_FLAG_WRITE);
  if (code < 0)
    return av_failed (writer, code, "it cannot be opened", error);
  AVDictionary *flags = NULL;
  if (writer->options.format == MK_VIDEO_MP4)
    mk_ff.av_dict_set (&flags, "movflags", "faststart+use_metadata_tags", 0);
  code = mk_ff.avformat_write_header (writer->container, &flags);
  mk_ff.av_dict_free (&flags);
  return code >= 0 || av_failed (writer, code, "its beginning", error);
}

static bool
open_frames (mk_video_writer *writer, GError **error)
{
  int width = writer->codec->width, height = writer->codec->height;
  writer->frame = mk_ff.av_frame_alloc ();
  writer->packet = mk_ff.av_packet_alloc ();
  writer->frame->format = writer->codec->pix_fmt;
  writer->frame->width = width;
  writer->frame->height = height;
  writer->padded = g_try_malloc ((size_t)width * (size_t)height * 3);
  if (writer->padded == NULL || mk_ff.av_frame_get_buffer (writer->frame, 0) < 0)
    return mk_error (error, MK_ERROR_MEMORY, "a frame of %d×%d does not fit in memory", width, height);
  writer->scale = mk_ff.sws_getContext (width, height, AV_PIX_FMT_RGB24, width, height, writer->codec->pix_fmt, SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, NULL, NULL, NULL);
  if (writer->options.format != MK_VIDEO_GIF)
    mk_ff.sws_setColorspaceDetails (writer->scale, mk_ff.sws_getCoefficients (SWS_CS_ITU709), 1, mk_ff.sws_getCoefficients (SWS_CS_ITU709), 0, 0, 1 << 16, 1 << 16);
  return true;
}

mk_video_writer *
mk_video_writer_new (const char *path, const mk_video_options *options, GError **error)
{
  if (options->width < 2 || options->height < 2 || options->width > 8192 || options->height > 8192) {
    mk_error (error, MK_ERROR_RANGE, "a film of %d×%d is not possible; sides go from 2 to 8192", options->width, options->height);
    return NULL;
  }
  if (!(options->fps >= 0.01 && options->fps <= 1000)) {
    mk_error (error, MK_ERROR_RANGE, "%g frames per second are not possible; it goes from 0.01 to 1000", options->fps);
    return NULL;
  }
  if (!mk_ffmpeg_load (error))
    return NULL;
  mk_ff.av_log_set_level (AV_LOG_ERROR);
  g_autoptr (mk_video_writer) writer = g_new0 (mk_video_writer, 1);
  writer->options = *options;
  writer->path = g_strdup (path);
  writer->file = mk_file_writer_new (path, error);
  if (writer->file == NULL || !open_container (writer, error) || !open_frames (writer, error))
    return NULL;
  writer->options.texts = NULL; /* borrowed only until here */
  writer->options.audio = NULL;
  return g_steal_pointer (&writer);
}

static bool
drain (mk_video_writer *writer, GError **error)
{
  for (;;) {
    int code = mk_ff.avcodec_receive_packet (writer->codec, writer->packet);
    if (code == AVERROR (EAGAIN) || code == AVERROR_EOF)
      return true;
    if (code < 0)
      return av_failed (writer, code, "the encoder failed", error);
    writer->packet->stream_index = writer->stream->index;
    mk_ff.av_packet_rescale_ts (writer->packet, writer->codec->time_base, writer->stream->time_base);
    code = mk_ff.av_interleaved_write_frame (writer->container, writer->packet);
    if (code < 0)
      return av_failed (writer, code, "it cannot be written", error);
  }
}

static void
pad (mk_video_writer *writer, const uint8_t *rgb8)
{
  size_t from_row = (size_t)writer->options.width * 3, to_row = (size_t)writer->codec->width * 3;
  for (int y = 0; y < writer->codec->height; y++) {
    const uint8_t *from = rgb8 + (size_t)MIN (y, writer->options.height - 1) * from_row;
    uint8_t *to = writer->padded + (size_t)y * to_row;
    memcpy (to, from, from_row);
    if (to_row > from_row)
      memcpy (to + from_row, from + from_row - 3, 3);
  }
}

bool
mk_video_writer_add_rgb8 (mk_video_writer *writer, const uint8_t *rgb8, GError **error)
{
  int code = mk_ff.av_frame_make_writable (writer->frame);
  if (code < 0)
    return av_failed (writer, code, "no memory for a frame", error);
  pad (writer, rgb8);
  const uint8_t *planes[] = { writer->padded };
  const int strides[] = { writer->codec->width * 3 };
  mk_ff.sws_scale (writer->scale, planes, strides, 0, writer->codec->height, writer->frame->data, writer->frame->linesize);
  writer->frame->pts = writer->options.format == MK_VIDEO_GIF ? llround ((double)writer->n_frames * 100 / writer->options.fps) : writer->n_frames;
  writer->n_frames++;
  code = mk_ff.avcodec_send_frame (writer->codec, writer->frame);
  if (code < 0)
    return av_failed (writer, code, "the encoder refused a frame", error);
  return drain (writer, error) && (writer->sound == NULL || mk_audio_encoder_advance (writer->sound, (double)writer->n_frames / writer->options.fps, error));
}

void
mk_video_make_rgb8 (const mk_image *image, int index, uint8_t *rgb8)
{
  size_t n = (size_t)image->width * (size_t)image->height;
  const float *pixels = mk_image_read (image, index);
  for (size_t i = 0; i < n; i++)
    for (size_t c = 0; c < 3; c++) {
      float v = pixels[i * (size_t)image->n_channels + c];
      rgb8[i * 3 + c] = (uint8_t)((v >= 0 ? MIN (v, 1) : 0) * 255 + 0.5f);
    }
}

bool
mk_video_writer_add (mk_video_writer *writer, const mk_image *image, int index, GError **error)
{
  if (image->width != writer->options.width || image->height != writer->options.height || image->n_channels < 3)
    return mk_error (error, MK_ERROR_TYPE, "the film is %d×%d in colour; frame %d is %d×%d with %d channels", writer->options.width, writer->options.height, index, image->width, image->height, image->n_channels);
  g_autofree uint8_t *rgb8 = g_malloc ((size_t)image->width * (size_t)image->height * 3);
  mk_video_make_rgb8 (image, index, rgb8);
  return mk_video_writer_add_rgb8 (writer, rgb8, error);
}

bool
mk_video_writer_finish (mk_video_writer *writer, GError **error)
{
  int code = mk_ff.avcodec_send_frame (writer->codec, NULL);
  if (code < 0)
    return av_failed (writer, code, "the encoder could not end", error);
  if (!drain (writer, error) || (writer->sound != NULL && !mk_audio_encoder_finish (writer->sound, (double)writer->n_frames / writer->options.fps, error)))
    return false;
  code = mk_ff.av_write_trailer (writer->container);
  if (code < 0)
    return av_failed (writer, code, "its end cannot be written", error);
  code = mk_ff.avio_closep (&writer->container->pb);
  if (code < 0)
    return av_failed (writer, code, "it cannot be closed", error);
  return mk_file_writer_commit (writer->file, error);
}

void
mk_video_writer_free (mk_video_writer *writer)
{
  if (writer == NULL)
    return;
  if (writer->container != NULL && writer->container->pb != NULL)
    mk_ff.avio_closep (&writer->container->pb);
  mk_audio_encoder_free (writer->sound);
  mk_ff.avformat_free_context (writer->container);
  mk_ff.avcodec_free_context (&writer->codec);
  mk_ff.av_frame_free (&writer->frame);
  mk_ff.av_packet_free (&writer->packet);
  mk_ff.sws_freeContext (writer->scale);
  mk_file_writer_free (writer->file);
  g_free (writer->padded);
  g_free (writer->path);
  g_free (writer);
}
