/* video.h - films in and out, a frame at a time.
 *
 * Purpose   MP4 (H.264), WebM (VP9 or AV1) and GIF; memory does not grow with the length.
 * Range     Frames are display-encoded sRGB; the file says BT.709.
 * Size      All but GIF, with 4:2:0, need even sides: an odd side is padded by repeating its last line.
 * Crash     Written under a part name; `finish` publishes it.
 * Tests     tests/media/test_video.c
 */
#pragma once
#include "base/json.h"
#include "media/audio.h"
#include "media/image.h"

typedef enum { MK_VIDEO_MP4, MK_VIDEO_WEBM, MK_VIDEO_GIF } mk_video_format;

typedef struct mk_video_options {
  mk_video_format format;
  bool is_av1;          /* of WebM: AV1 instead of VP9 */
  int width, height;
  double fps;
  int quality;          /* 0 = 80; 1..100 */
  bool has_crf;         /* the encoder's own scale instead, 0 (exact) .. 63 */
  double crf;
  const mk_json *texts; /* {key: text or JSON} for the container's tags; or NULL */
  mk_audio *audio;      /* its sound (AAC in MP4, Opus in WebM, none in GIF), cut where the pictures end; or NULL */
} mk_video_options;

typedef struct mk_video_writer mk_video_writer;
mk_video_writer *mk_video_writer_new (const char *path, const mk_video_options *options, GError **error);
/* Three bytes per pixel, rows without gaps. */
bool             mk_video_writer_add_rgb8 (mk_video_writer *writer, const uint8_t *rgb8, GError **error);
/* Picture `index` of a batch with 3 or 4 channels as those bytes. */
void             mk_video_make_rgb8 (const mk_image *image, int index, uint8_t *rgb8);
/* Picture `index` of a batch with the film's size and 3 or 4 channels. */
bool             mk_video_writer_add (mk_video_writer *writer, const mk_image *image, int index, GError **error);
bool             mk_video_writer_finish (mk_video_writer *writer, GError **error);
/* Before `finish`, leaves nothing behind. */
void             mk_video_writer_free (mk_video_writer *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_video_writer, mk_video_writer_free)

typedef struct mk_video_info {
  int width, height, n_frames;
  double fps, duration_s;
} mk_video_info;
/* `texts` (may be NULL) gets {key: text} of the container. Counts frames by decoding none: from packets. */
bool mk_video_read_info (const char *path, mk_video_info *info, mk_json **texts, GError **error);
/* Frames one after the other, in constant memory. Only films are opened: no playlists, no network. */
typedef struct mk_video_reader mk_video_reader;
mk_video_reader *mk_video_reader_new (const char *path, GError **error);
void             mk_video_reader_get_size (const mk_video_reader *reader, int *width, int *height);
/* width*height*3 bytes into `rgb8` (NULL: passed over); `*has_frame` false at the end. */
bool             mk_video_reader_next (mk_video_reader *reader, uint8_t *rgb8, bool *has_frame, GError **error);
void             mk_video_reader_free (mk_video_reader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_video_reader, mk_video_reader_free)

/* Up to `max_frames` frames from `first` as an RGB batch. */
mk_image *mk_video_read_frames (const char *path, int first, int max_frames, GError **error);

const char *mk_video_format_suffix (mk_video_format format); /* "mp4" */
