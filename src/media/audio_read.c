#include "media/ffmpeg.h"
#include "media/audio_file.h"
#include "media/container_texts.h"

#include <string.h>

typedef struct {
  AVFormatContext *container;
  AVCodecContext *codec;
  AVFrame *frame;
  AVPacket *packet;
  int stream;      /* -1: there is no sound */
  GArray **chans;  /* float, one array per channel */
  int n_channels;
} track;

static void
track_clear (track *t)
{
  for (int c = 0; c < t->n_channels; c++)
    g_array_free (t->chans[c], TRUE);
  g_free (t->chans);
  mk_ff.av_frame_free (&t->frame);
  mk_ff.av_packet_free (&t->packet);
  mk_ff.avcodec_free_context (&t->codec);
  mk_ff.avformat_close_input (&t->container);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (track, track_clear)

static bool
track_open (track *t, const char *path, GError **error)
{
  mk_ff.av_log_set_level (AV_LOG_FATAL);
  AVDictionary *limits = NULL;
  /* Files only: playlists would make this read other files, or the network. */
  mk_ff.av_dict_set (&limits, "format_whitelist", "mov,matroska,webm,avi,flac,mp3,ogg,wav,w64,aac,aiff,ac3,eac3", 0);
  mk_ff.av_dict_set (&limits, "protocol_whitelist", "file", 0);
  int code = mk_ff.avformat_open_input (&t->container, path, NULL, &limits);
  mk_ff.av_dict_free (&limits);
  if (code >= 0)
    code = mk_ff.avformat_find_stream_info (t->container, NULL);
  if (code < 0) {
    char reason[AV_ERROR_MAX_STRING_SIZE];
    mk_ff.av_strerror (code, reason, sizeof reason);
    return mk_error (error, code == AVERROR (ENOENT) ? MK_ERROR_NOT_FOUND : MK_ERROR_FORMAT, "%s is no sound that can be read: %s", path, reason);
  }
  t->stream = mk_ff.av_find_best_stream (t->container, AVMEDIA_TYPE_AUDIO, -1, -1, NULL, 0);
  return true;
}

static bool
open_decoder (track *t, const char *path, GError **error)
{
  const AVCodecParameters *parameters = t->container->streams[t->stream]->codecpar;
  const AVCodec *codec = mk_ff.avcodec_find_decoder (parameters->codec_id);
  t->codec = codec != NULL ? mk_ff.avcodec_alloc_context3 (codec) : NULL;
  if (codec == NULL || mk_ff.avcodec_parameters_to_context (t->codec, parameters) < 0 || mk_ff.avcodec_open2 (t->codec, codec, NULL) < 0)
    return mk_error (error, MK_ERROR_UNSUPPORTED, "%s: its sound (%s) cannot be decoded", path, mk_ff.avcodec_get_name (parameters->codec_id));
  t->n_channels = t->codec->ch_layout.nb_channels;
  if (t->n_channels < 1 || t->n_channels > MK_AUDIO_MAX_CHANNELS) {
    int n = t->n_channels;
    t->n_channels = 0;
    return mk_error (error, MK_ERROR_LIMIT, "%s has %d channels; 1 to %d are possible", path, n, MK_AUDIO_MAX_CHANNELS);
  }
  t->chans = g_new (GArray *, t->n_channels);
  for (int c = 0; c < t->n_channels; c++)
    t->chans[c] = g_array_new (FALSE, FALSE, sizeof (float));
  t->frame = mk_ff.av_frame_alloc ();
  t->packet = mk_ff.av_packet_alloc ();
  return true;
}

static float
get_sample (const AVFrame *frame, int channel, int at)
{
  enum AVSampleFormat format = mk_ff.av_get_packed_sample_fmt ((enum AVSampleFormat)frame->format);
  bool is_planar = mk_ff.av_sample_fmt_is_planar ((enum AVSampleFormat)frame->format) != 0;
  const uint8_t *plane = frame->extended_data[is_planar ? channel : 0] + (size_t)(is_planar ? at : at * frame->ch_layout.nb_channels + channel) * (size_t)mk_ff.av_get_bytes_per_sample (format);
  union { int16_t s16; int32_t s32; int64_t s64; float f; double d; } value;
  memcpy (&value, plane, (size_t)mk_ff.av_get_bytes_per_sample (format));
  switch (format) {
  case AV_SAMPLE_FMT_U8: return ((float)*plane - 128) / 128;
  case AV_SAMPLE_FMT_S16: return (float)value.s16 / 32768;
  case AV_SAMPLE_FMT_S32: return (float)value.s32 / 2147483648.0f;
  case AV_SAMPLE_FMT_S64: return (float)((double)value.s64 / 9223372036854775808.0);
  case AV_SAMPLE_FMT_DBL: return (float)value.d;
  default: return value.f;
  }
}

static bool
keep_frame (track *t, const char *path, GError **error)
{
  const AVFrame *frame = t->frame;
  if (frame->ch_layout.nb_channels != t->n_channels)
    return mk_error (error, MK_ERROR_FORMAT, "%s: its number of channels changes", path);
  if (((int64_t)t->chans[0]->len + frame->nb_samples) * t->n_channels > MK_AUDIO_MAX_FLOATS / 4)
    return mk_error (error, MK_ERROR_LIMIT, "%s is too long to be read at once", path);
  for (int c = 0; c < t->n_channels; c++) {
    guint from = t->chans[c]->len;
    g_array_set_size (t->chans[c], from + (guint)frame->nb_samples);
    float *to = &g_array_index (t->chans[c], float, from);
    for (int i = 0; i < frame->nb_samples; i++)
      to[i] = get_sample (frame, c, i);
  }
  return true;
}

/* Damaged packets are passed over, as players do. */
static bool
decode_all (track *t, const char *path, GError **error)
{
  bool is_ending = false;
  for (;;) {
    int code = mk_ff.avcodec_receive_frame (t->codec, t->frame);
    if (code == 0 && !keep_frame (t, path, error))
      return false;
    mk_ff.av_frame_unref (t->frame);
    if (code == 0)
      continue;
    if (code != AVERROR (EAGAIN) || is_ending)
      return true;
    is_ending = mk_ff.av_read_frame (t->container, t->packet) < 0;
    if (is_ending || t->packet->stream_index == t->stream)
      mk_ff.avcodec_send_packet (t->codec, is_ending ? NULL : t->packet);
    mk_ff.av_packet_unref (t->packet);
  }
}

static mk_json *
collect_texts (const track *t)
{
  mk_json *texts = mk_json_new_object ();
  mk_container_get_texts (t->container->metadata, texts);
  if (t->stream >= 0) /* OGG keeps them with the stream */
    mk_container_get_texts (t->container->streams[t->stream]->metadata, texts);
  return texts;
}

static mk_audio *
read_track (track *t, const char *path, GError **error)
{
  if (!open_decoder (t, path, error) || !decode_all (t, path, error))
    return NULL;
  mk_audio *audio = mk_audio_new (1, t->n_channels, t->chans[0]->len, t->codec->sample_rate, error);
  for (int c = 0; audio != NULL && audio->n_samples > 0 && c < t->n_channels; c++)
    memcpy (mk_audio_write (audio, 0, c), t->chans[c]->data, (size_t)audio->n_samples * sizeof (float));
  return audio;
}

mk_audio *
mk_audio_read_file (const char *path, mk_json **texts, GError **error)
{
  if (!mk_ffmpeg_load (error))
    return NULL;
  g_auto (track) t = { .stream = -1 };
  if (!track_open (&t, path, error))
    return NULL;
  if (t.stream < 0) {
    mk_error (error, MK_ERROR_FORMAT, "%s has no sound", path);
    return NULL;
  }
  mk_audio *audio = read_track (&t, path, error);
  if (audio != NULL && texts != NULL)
    *texts = collect_texts (&t);
  return audio;
}

mk_audio *
mk_audio_read_film (const char *path, GError **error)
{
  if (!mk_ffmpeg_load (error))
    return NULL;
  g_auto (track) t = { .stream = -1 };
  return track_open (&t, path, error) && t.stream >= 0 ? read_track (&t, path, error) : NULL;
}

mk_json *
mk_audio_read_texts (const char *path, GError **error)
{
  if (!mk_ffmpeg_load (error))
    return NULL;
  g_auto (track) t = { .stream = -1 };
  return track_open (&t, path, error) ? collect_texts (&t) : NULL;
}

bool
mk_audio_is (const void *bytes, size_t length)
{
  return length >= 12 && (memcmp (bytes, "fLaC", 4) == 0 || memcmp (bytes, "OggS", 4) == 0 || memcmp (bytes, "ID3", 3) == 0);
}
