/* audio_file.h - sounds in and out of files.
 *
 * Reading   Every sound that FFmpeg decodes, of audio files and of films; no playlists, no network.
 * Writing   FLAC (16 bits), MP3, Opus (OGG); metadata as the container's tags. Whole or absent.
 * Tests     tests/media/test_audio.c
 */
#pragma once
#include "base/json.h"
#include "media/audio.h"

typedef enum { MK_AUDIO_FLAC, MK_AUDIO_MP3, MK_AUDIO_OPUS } mk_audio_format;

typedef struct mk_audio_options {
  mk_audio_format format;
  int bit_rate;         /* bits a second; 0 = the best variable rate (MP3), 128000 (Opus) */
  const mk_json *texts; /* {key: text or JSON} for the tags; or NULL */
} mk_audio_options;

/* Sound `index` of the batch; Opus takes 8, 12, 16, 24 or 48 kHz, so others are raised to the next. */
bool mk_audio_write_file (mk_audio *audio, int index, const char *path, const mk_audio_options *options, GError **error);

/* The first sound track; NOT_FOUND or FORMAT. `texts` (may be NULL) gets {key: text} of the container. */
mk_audio *mk_audio_read_file (const char *path, mk_json **texts, GError **error);
/* The sound of a film, or NULL without error when it has none. */
mk_audio *mk_audio_read_film (const char *path, GError **error);
/* Tags without decoding. */
mk_json  *mk_audio_read_texts (const char *path, GError **error);
bool      mk_audio_is (const void *bytes, size_t length);

const char *mk_audio_format_suffix (mk_audio_format format); /* "flac" */
