#include "nodes/video/types.h"

#include "media/audio_file.h"

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

static mk_video *
film_of_frames (mk_image *taken, double fps, mk_audio *taken_sound)
{
  mk_video *video = g_new (mk_video, 1);
  *video = (mk_video){ .frames = taken, .audio = taken_sound, .info = { .width = taken->width, .height = taken->height, .n_frames = taken->n, .fps = fps, .duration_s = taken->n / fps } };
  return video;
}

mk_image *
mk_video_get_frames (const mk_video *video, GError **error)
{
  return video->frames != NULL ? mk_image_ref (video->frames) : mk_video_read_frames (video->path, 0, G_MAXINT, error);
}

mk_audio *
mk_video_get_sound (const mk_video *video)
{
  if (video->frames == NULL)
    return mk_audio_read_film (video->path, NULL);
  return video->audio != NULL ? mk_audio_ref (video->audio) : NULL;
}

/* Then the pixels and the samples. */
typedef struct {
  double fps;
  int32_t n, height, width, n_channels;
  int32_t n_sounds, n_sound_channels, sample_rate, has_sound;
  int64_t n_samples;
} header;

/* Other processes get pictures and sound, whoever encoded them: what they have to read films with is not known. */
static mk_buffer *
save (const void *data, GError **error)
{
  const mk_video *video = data;
  mk_image *frames = mk_video_get_frames (video, error);
  if (frames == NULL)
    return NULL;
  mk_audio *sound = mk_video_get_sound (video);
  header head = { .fps = video->info.fps, .n = frames->n, .height = frames->height, .width = frames->width, .n_channels = frames->n_channels };
  size_t n_pixels = mk_image_n_bytes (frames), n_sound = sound != NULL ? mk_buffer_size (sound->samples) : 0;
  if (sound != NULL) {
    head.n_sounds = sound->n;
    head.n_sound_channels = sound->n_channels;
    head.sample_rate = sound->sample_rate;
    head.has_sound = 1;
    head.n_samples = sound->n_samples;
  }
  mk_buffer *bytes = mk_buffer_new (sizeof head + n_pixels + n_sound, error);
  if (bytes != NULL) {
    char *at = mk_buffer_write (bytes);
    memcpy (at, &head, sizeof head);
    memcpy (at + sizeof head, mk_buffer_read (frames->pixels), n_pixels);
    if (n_sound > 0)
      memcpy (at + sizeof head + n_pixels, mk_buffer_read (sound->samples), n_sound);
  }
  mk_image_unref (frames);
  mk_audio_unref (sound);
  return bytes;
}

static bool
check_sizes (const header *head, size_t n_there, GError **error)
{
  size_t n_pixels, n_sound = 0;
  bool fits = mk_size_of_floats ((const int[]){ head->n, head->height, head->width, head->n_channels }, 4, &n_pixels);
  if (head->has_sound != 0)
    fits &= head->n_samples >= 0 && mk_size_of_floats ((const int[]){ head->n_sounds, head->n_sound_channels }, 2, &n_sound) && mk_size_multiply (n_sound, (size_t)head->n_samples, &n_sound);
  return (fits && n_pixels <= n_there && n_sound <= n_there && sizeof *head + n_pixels + n_sound == n_there)
         || mk_error (error, MK_ERROR_FORMAT, "a film of %d pictures of %d×%d has %zu bytes", head->n, head->width, head->height, n_there);
}

static void
fill (mk_image *frames, mk_audio *sound, const mk_buffer *bytes)
{
  size_t n_pixels = mk_image_n_bytes (frames), n_sound = sound != NULL ? mk_buffer_size (sound->samples) : 0;
  const char *at = mk_buffer_read (bytes);
  memcpy (mk_buffer_write (frames->pixels), at + sizeof (header), n_pixels);
  if (n_sound > 0)
    memcpy (mk_buffer_write (sound->samples), at + sizeof (header) + n_pixels, n_sound);
}

static void *
load (const mk_buffer *bytes, GError **error)
{
  header head = { 0 };
  if (mk_buffer_size (bytes) >= sizeof head)
    memcpy (&head, mk_buffer_read (bytes), sizeof head);
  if (!(head.fps > 0 && head.fps <= 1000)) {
    mk_error (error, MK_ERROR_FORMAT, "a film of %g pictures a second", head.fps);
    return NULL;
  }
  if (!check_sizes (&head, mk_buffer_size (bytes), error))
    return NULL;
  mk_image *frames = mk_image_new (head.n, head.height, head.width, head.n_channels, error);
  mk_audio *sound = frames != NULL && head.has_sound != 0 ? mk_audio_new (head.n_sounds, head.n_sound_channels, head.n_samples, head.sample_rate, error) : NULL;
  if (frames != NULL && (head.has_sound == 0 || sound != NULL)) {
    fill (frames, sound, bytes);
    return film_of_frames (frames, head.fps, sound);
  }
  mk_image_unref (frames);
  mk_audio_unref (sound);
  return NULL;
}

const mk_value_type mk_video_type = { .name = "VIDEO", .free = free_video, .n_bytes = count_bytes, .save = save, .load = load };

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
  return mk_value_new (&mk_video_type, film_of_frames (taken, fps, taken_sound));
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
