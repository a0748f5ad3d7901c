#include "media/metadata.h"

#include <string.h>

#include "base/file.h"
#include "media/audio_file.h"
#include "media/picture.h"
#include "media/png.h"
#include "media/video.h"

/* glTF 2.0, section 4.4: a header of 12 bytes, then chunks of length, type and content; the first is JSON. */
static mk_json *
decode_glb (const uint8_t *bytes, size_t length, GError **error)
{
  enum { HEADER = 12, CHUNK = 8 };
  uint32_t chunk_length = 0;
  if (length >= HEADER + CHUNK)
    memcpy (&chunk_length, bytes + HEADER, sizeof chunk_length);
  if (length < HEADER + CHUNK || memcmp (bytes + HEADER + 4, "JSON", 4) != 0 || chunk_length > length - HEADER - CHUNK) {
    mk_error (error, MK_ERROR_FORMAT, "a GLB of %zu bytes is cut off", length);
    return NULL;
  }
  g_autoptr (mk_json) scene = NULL;
  if (!mk_json_parse ((const char *)bytes + HEADER + CHUNK, (gssize)chunk_length, NULL, &scene, error))
    return NULL;
  mk_json *extras = mk_json_get (mk_json_get (scene, "asset"), "extras");
  return mk_json_get_kind (extras) == MK_JSON_OBJECT ? mk_json_copy (extras) : mk_json_new_object ();
}

static bool
is_webp (const char *bytes, size_t length)
{
  return length >= 12 && memcmp (bytes, "RIFF", 4) == 0 && memcmp (bytes + 8, "WEBP", 4) == 0;
}

/* MP4 and its kin begin with a box called ftyp, WebM with the number of EBML, GIF with its name. */
static bool
is_film (const char *bytes, size_t length)
{
  return length >= 12 && (memcmp (bytes + 4, "ftyp", 4) == 0 || memcmp (bytes, "\x1a\x45\xdf\xa3", 4) == 0 || memcmp (bytes, "GIF8", 4) == 0);
}

mk_json *
mk_metadata_decode (const void *bytes, size_t length, GError **error)
{
  if (length >= 4 && memcmp (bytes, "glTF", 4) == 0)
    return decode_glb (bytes, length, error);
  if (mk_png_is (bytes, length) || is_webp (bytes, length))
    return mk_picture_decode_texts (bytes, length, error);
  return NULL;
}

bool
mk_metadata_is_container (const void *bytes, size_t length)
{
  return is_film (bytes, length) || mk_audio_is (bytes, length);
}

mk_json *
mk_metadata_read (const char *path, GError **error)
{
  g_autofree char *bytes = NULL;
  size_t length;
  mk_json *texts = NULL;
  mk_video_info info;
  if (!mk_file_read (path, 0, &bytes, &length, error))
    return NULL;
  if (mk_audio_is (bytes, length))
    return mk_audio_read_texts (path, error);
  if (!is_film (bytes, length)) {
    GError *failure = NULL;
    texts = mk_metadata_decode (bytes, length, &failure);
    if (failure != NULL)
      g_propagate_prefixed_error (error, failure, "%s: ", path);
    return texts;
  }
  return mk_video_read_info (path, &info, &texts, error) ? texts : NULL;
}
