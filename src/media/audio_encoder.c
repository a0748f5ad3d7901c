#include "media/audio_encoder.h"

#include <math.h>

struct mk_audio_encoder {
  AVFormatContext *container;
  AVCodecContext *codec;
  AVStream *stream;
  AVFrame *frame;
  AVPacket *packet;
  mk_audio *audio;
  int index;
  int64_t at; /* samples handed over */
};

static bool
av_failed (int code, const char *what, GError **error)
{
  char reason[AV_ERROR_MAX_STRING_SIZE];
  mk_ff.av_strerror (code, reason, sizeof reason);
  return mk_error (error, code == AVERROR (ENOSPC) ? MK_ERROR_DISK : MK_ERROR_FAILED, "sound: %s: %s", what, reason);
}

static bool
open_codec (mk_audio_encoder *e, const AVCodec *codec, int bit_rate, int quality, GError **error)
{
  e->codec = mk_ff.avcodec_alloc_context3 (codec);
  e->codec->sample_rate = e->audio->sample_rate;
  mk_ff.av_channel_layout_default (&e->codec->ch_layout, e->audio->n_channels);
  e->codec->sample_fmt = codec->sample_fmts[0];
  e->codec->time_base = (AVRational){ 1, e->audio->sample_rate };
  e->codec->bit_rate = bit_rate;
  e->codec->thread_count = 1;
  if (quality > 0) {
    e->codec->flags |= AV_CODEC_FLAG_QSCALE;
    e->codec->global_quality = quality * FF_QP2LAMBDA;
  }
  if ((e->container->oformat->flags & AVFMT_GLOBALHEADER) != 0)
    e->codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  e->codec->flags |= AV_CODEC_FLAG_BITEXACT;
  int code = mk_ff.avcodec_open2 (e->codec, codec, NULL);
  return code >= 0 || av_failed (code, "the encoder refused", error);
}

mk_audio_encoder *
mk_audio_encoder_new (AVFormatContext *container, const char *name, mk_audio *audio, int index, int bit_rate, int quality, GError **error)
{
  const AVCodec *codec = mk_ff.avcodec_find_encoder_by_name (name);
  if (codec == NULL) {
    mk_error (error, MK_ERROR_UNSUPPORTED, "this FFmpeg has no encoder %s", name);
    return NULL;
  }
  g_autoptr (mk_audio_encoder) e = g_new0 (mk_audio_encoder, 1);
  e->container = container;
  e->audio = mk_audio_ref (audio);
  e->index = index;
  e->frame = mk_ff.av_frame_alloc ();
  e->packet = mk_ff.av_packet_alloc ();
  if (!open_codec (e, codec, bit_rate, quality, error))
    return NULL;
  e->stream = mk_ff.avformat_new_stream (container, NULL);
  e->stream->time_base = e->codec->time_base;
  mk_ff.avcodec_parameters_from_context (e->stream->codecpar, e->codec);
  return g_steal_pointer (&e);
}

static bool
drain (mk_audio_encoder *e, GError **error)
{
  for (;;) {
    int code = mk_ff.avcodec_receive_packet (e->codec, e->packet);
    if (code == AVERROR (EAGAIN) || code == AVERROR_EOF)
      return true;
    if (code < 0)
      return av_failed (code, "the encoder failed", error);
    e->packet->stream_index = e->stream->index;
    mk_ff.av_packet_rescale_ts (e->packet, e->codec->time_base, e->stream->time_base);
    code = mk_ff.av_interleaved_write_frame (e->container, e->packet);
    if (code < 0)
      return av_failed (code, "it cannot be written", error);
  }
}

static void
put_sample (AVFrame *frame, int channel, int at, float value)
{
  int n = frame->ch_layout.nb_channels;
  float held = CLAMP (value, -1.0f, 1.0f);
  switch ((enum AVSampleFormat)frame->format) {
  case AV_SAMPLE_FMT_FLTP: ((float *)(void *)frame->extended_data[channel])[at] = held; break;
  case AV_SAMPLE_FMT_FLT: ((float *)(void *)frame->extended_data[0])[at * n + channel] = held; break;
  case AV_SAMPLE_FMT_S16P: ((int16_t *)(void *)frame->extended_data[channel])[at] = (int16_t)CLAMP (lrintf (held * 32768), -32768, 32767); break;
  case AV_SAMPLE_FMT_S16: ((int16_t *)(void *)frame->extended_data[0])[at * n + channel] = (int16_t)CLAMP (lrintf (held * 32768), -32768, 32767); break;
  case AV_SAMPLE_FMT_S32P: ((int32_t *)(void *)frame->extended_data[channel])[at] = (int32_t)CLAMP (lrint ((double)held * 2147483648.0), -2147483648L, 2147483647L); break;
  default: g_assert_not_reached (); /* no encoder that is asked for takes others first */
  }
}

static bool
encode (mk_audio_encoder *e, int n, GError **error)
{
  AVFrame *frame = e->frame;
  mk_ff.av_frame_unref (frame);
  frame->format = e->codec->sample_fmt;
  frame->sample_rate = e->codec->sample_rate;
  frame->nb_samples = n;
  mk_ff.av_channel_layout_copy (&frame->ch_layout, &e->codec->ch_layout);
  int code = mk_ff.av_frame_get_buffer (frame, 0);
  if (code < 0)
    return av_failed (code, "no memory for a frame", error);
  for (int c = 0; c < e->audio->n_channels; c++) {
    const float *from = mk_audio_read (e->audio, e->index, c) + e->at;
    for (int i = 0; i < n; i++)
      put_sample (frame, c, i, from[i]);
  }
  frame->pts = e->at;
  e->at += n;
  code = mk_ff.avcodec_send_frame (e->codec, frame);
  return code >= 0 ? drain (e, error) : av_failed (code, "the encoder refused a frame", error);
}

static int
frame_size (const mk_audio_encoder *e)
{
  return e->codec->frame_size > 0 ? e->codec->frame_size : 4096;
}

/* The sample that a moment falls on, no later than the end. */
static int64_t
sample_at (const mk_audio_encoder *e, double s)
{
  double at = ceil (s * e->audio->sample_rate);
  return at < (double)e->audio->n_samples ? (int64_t)at : e->audio->n_samples;
}

bool
mk_audio_encoder_advance (mk_audio_encoder *e, double until_s, GError **error)
{
  for (int64_t until = sample_at (e, until_s); e->at + frame_size (e) <= until;)
    if (!encode (e, frame_size (e), error))
      return false;
  return true;
}

bool
mk_audio_encoder_finish (mk_audio_encoder *e, double end_s, GError **error)
{
  for (int64_t end = sample_at (e, end_s); e->at < end;)
    if (!encode (e, (int)MIN (end - e->at, frame_size (e)), error))
      return false;
  int code = mk_ff.avcodec_send_frame (e->codec, NULL);
  return code >= 0 ? drain (e, error) : av_failed (code, "the encoder could not end", error);
}

void
mk_audio_encoder_free (mk_audio_encoder *e)
{
  if (e == NULL)
    return;
  mk_ff.avcodec_free_context (&e->codec);
  mk_ff.av_frame_free (&e->frame);
  mk_ff.av_packet_free (&e->packet);
  mk_audio_unref (e->audio);
  g_free (e);
}
