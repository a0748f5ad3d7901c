#include "media/audio_file.h"
#include "media/metadata.h"
#include "media/video.h"
#include "scratch.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define MAX_FRAMES 20

/* Films and their sound, by FFmpeg; the first frames are looked at. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *path = scratch_file (data, size, "mp4");
  mk_video_info info;
  mk_json *texts = NULL;
  mk_video_read_info (path, &info, &texts, NULL);
  mk_json_unref (texts);
  g_autoptr (mk_video_reader) reader = mk_video_reader_new (path, NULL);
  int width = 0, height = 0;
  bool has_frame = true;
  if (reader != NULL)
    mk_video_reader_get_size (reader, &width, &height);
  g_autofree uint8_t *rgb8 = (int64_t)width * height < 1 << 22 ? g_malloc ((size_t)width * (size_t)height * 3 + 1) : NULL;
  for (int i = 0; reader != NULL && i < MAX_FRAMES && has_frame; i++)
    if (!mk_video_reader_next (reader, rgb8, &has_frame, NULL))
      break;
  mk_audio_unref (mk_audio_read_film (path, NULL));
  return 0;
}
