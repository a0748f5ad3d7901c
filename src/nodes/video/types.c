#include "nodes/video/types.h"

#include <string.h>
#include <unistd.h>

static void
free_video (void *data)
{
  mk_video *video = data;
  if (video->is_ours)
    unlink (video->path);
  mk_image_unref (video->frames);
  mk_audio_unref (video->audio);
  g_free (video->path);
  g_free (video);
}

static size_t
count_bytes (const void *data)
{
  const mk_video *video = data;
  return sizeof *video + (video->frames != NULL ? mk_image_n_bytes (video->frames) : 0);
}

const mk_value_type mk_video_type = { .name = "VIDEO", .free = free_video, .n_bytes = count_bytes };

mk_value *
mk_value_new_film (char *taken_path, bool is_ours, const mk_video_info *info)
{
  mk_video *video = g_new (mk_video, 1);
  *video = (mk_video){ .path = taken_path, .is_ours = is_ours, .info = *info };
  return mk_value_new (&mk_video_type, video);
}

mk_value *
mk_value_new_film_of_frames (mk_image *taken, double fps, mk_audio *taken_sound)
{
  mk_video *video = g_new (mk_video, 1);
  *video = (mk_video){ .frames = taken, .audio = taken_sound, .info = { .width = taken->width, .height = taken->height, .n_frames = taken->n, .fps = fps, .duration_s = taken->n / fps } };
  return mk_value_new (&mk_video_type, video);
}

mk_video_format
mk_video_get_format (const mk_video *video)
{
  const char *suffix = video->path != NULL ? strrchr (video->path, '.') : NULL;
  for (int f = MK_VIDEO_MP4; suffix != NULL && f <= MK_VIDEO_GIF; f++)
    if (g_ascii_strcasecmp (suffix + 1, mk_video_format_suffix ((mk_video_format)f)) == 0)
      return (mk_video_format)f;
  return MK_VIDEO_MP4;
}
