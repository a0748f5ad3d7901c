#include "media/audio_encoder.h"
#include "media/audio_file.h"
#include "media/container_texts.h"

#include "base/file.h"

#include <math.h>

static const struct {
  const char *suffix, *container, *encoder;
} formats[] = {
  [MK_AUDIO_FLAC] = { "flac", "flac", "flac" },
  [MK_AUDIO_MP3] = { "mp3", "mp3", "libmp3lame" },
  [MK_AUDIO_OPUS] = { "opus", "ogg", "libopus" },
};

const char *
mk_audio_format_suffix (mk_audio_format format)
{
  return formats[format].suffix;
}

/* What the format takes: Opus knows five rates, MP3 none above 48 kHz. */
static int
fitting_rate (mk_audio_format format, int rate)
{
  static const int opus[] = { 8000, 12000, 16000, 24000, 48000 }, mp3[] = { 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000 };
  const int *rates = format == MK_AUDIO_OPUS ? opus : mp3;
  size_t n = format == MK_AUDIO_OPUS ? MK_COUNT (opus) : MK_COUNT (mp3);
  if (format == MK_AUDIO_FLAC)
    return rate;
  for (size_t i = 0; i < n; i++)
    if (rates[i] >= rate)
      return rates[i];
  return rates[n - 1];
}

static bool
write_stream (AVFormatContext *container, mk_audio *audio, int index, const mk_audio_options *options, GError **error)
{
  int bit_rate = options->bit_rate > 0 ? options->bit_rate : options->format == MK_AUDIO_OPUS ? 128000 : 0;
  int quality = options->format == MK_AUDIO_MP3 && bit_rate == 0 ? 1 : 0;
  g_autoptr (mk_audio_encoder) encoder = mk_audio_encoder_new (container, formats[options->format].encoder, audio, index, bit_rate, quality, error);
  if (encoder == NULL)
    return false;
  mk_container_add_texts (&container->metadata, options->texts);
  if (options->format == MK_AUDIO_OPUS) /* OGG keeps its tags with the stream */
    mk_container_add_texts (&container->streams[0]->metadata, options->texts);
  if (mk_ff.avformat_write_header (container, NULL) < 0)
    return mk_error (error, MK_ERROR_FAILED, "the beginning of a %s cannot be written", formats[options->format].suffix);
  return mk_audio_encoder_finish (encoder, INFINITY, error)
         && (mk_ff.av_write_trailer (container) >= 0 || mk_error (error, MK_ERROR_DISK, "the end of a %s cannot be written", formats[options->format].suffix));
}

bool
mk_audio_write_file (mk_audio *audio, int index, const char *path, const mk_audio_options *options, GError **error)
{
  if (audio->n_samples == 0)
    return mk_error (error, MK_ERROR_RANGE, "a sound of no length cannot be written");
  if (!mk_ffmpeg_load (error))
    return false;
  mk_ff.av_log_set_level (AV_LOG_ERROR);
  g_autoptr (mk_audio) fit = mk_audio_resample (audio, fitting_rate (options->format, audio->sample_rate), error);
  g_autoptr (mk_file_writer) file = fit != NULL ? mk_file_writer_new (path, error) : NULL;
  AVFormatContext *container = NULL;
  if (file == NULL)
    return false;
  const char *part = mk_file_writer_part_path (file);
  bool is_written = mk_ff.avformat_alloc_output_context2 (&container, NULL, formats[options->format].container, part) >= 0 && mk_ff.avio_open (&container->pb, part, AVIO_FLAG_WRITE) >= 0;
  if (is_written) {
    container->flags |= AVFMT_FLAG_BITEXACT; /* no date, no random serial: equal input, equal bytes */
    is_written = write_stream (container, fit, index, options, error);
    is_written = mk_ff.avio_closep (&container->pb) >= 0 && is_written;
  } else
    mk_error (error, MK_ERROR_DISK, "%s cannot be opened for writing", path);
  mk_ff.avformat_free_context (container);
  return is_written && mk_file_writer_commit (file, error);
}
