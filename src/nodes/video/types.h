/* types.h - VIDEO: a film on the links of a workflow.
 *
 * Purpose   Either an encoded file, or a batch of pictures and their rate that nobody has encoded yet.
 *           A file made while running lies in the temp folder and goes with the last reference.
 */
#pragma once
#include "graph/node.h"
#include "media/image.h"
#include "media/video.h"

typedef struct mk_video {
  char *path;       /* of an encoded file, or NULL */
  bool is_ours;     /* removed with the value */
  mk_image *frames; /* or NULL */
  mk_audio *audio;  /* of frames; or NULL */
  mk_video_info info;
} mk_video;

extern const mk_value_type mk_video_type;
/* Takes the path. */
mk_value *mk_value_new_film (char *taken_path, bool is_ours, const mk_video_info *info);
/* Takes the pictures and their sound, which may be NULL. */
mk_value *mk_value_new_film_of_frames (mk_image *taken, double fps, mk_audio *taken_sound);

/* References to its pictures, decoded where they lie in a file, and to its sound; NULL = it has none. */
mk_image *mk_video_get_frames (const mk_video *video, GError **error);
mk_audio *mk_video_get_sound (const mk_video *video);

/* The kind of its file by its name; MP4 for pictures and for files of other kinds. */
mk_video_format mk_video_get_format (const mk_video *video);
/* To `path`, whole or not at all. A file of that format already is copied as it is; others are encoded again. */
bool mk_video_save (const mk_video *video, const char *path, const mk_video_options *options, const mk_job *job, GError **error);
