/* audio_encoder.h - samples into one stream of a container; for audio_write.c and video_write.c alone. */
#pragma once
#include "media/ffmpeg.h"
#include "media/audio.h"

typedef struct mk_audio_encoder mk_audio_encoder;

/* Adds a stream before the container's header is written. `bit_rate` 0 = the encoder's default;
 * `quality` above 0 is a scale of its own instead (libmp3lame: V1 to V9). `name` is FFmpeg's: "flac", "libmp3lame", "libopus", "aac". Refs `audio`. */
mk_audio_encoder *mk_audio_encoder_new (AVFormatContext *container, const char *name, mk_audio *audio, int index, int bit_rate, int quality, GError **error);
/* Encodes what comes before `until_s`. */
bool              mk_audio_encoder_advance (mk_audio_encoder *encoder, double until_s, GError **error);
/* The rest, up to `end_s` (INFINITY: all). */
bool              mk_audio_encoder_finish (mk_audio_encoder *encoder, double end_s, GError **error);
void              mk_audio_encoder_free (mk_audio_encoder *encoder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_audio_encoder, mk_audio_encoder_free)
