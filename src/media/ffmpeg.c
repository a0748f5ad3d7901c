#include "media/ffmpeg.h"

#include "base/dynamic.h"

#define FILE_OF(name, version) "lib" name ".so." G_STRINGIFY (version)

mk_ffmpeg mk_ff;

enum { avutil, avcodec, avformat, swscale, N_LIBRARIES };

static const char *const files[N_LIBRARIES] = {
  [avutil] = FILE_OF ("avutil", LIBAVUTIL_VERSION_MAJOR),
  [avcodec] = FILE_OF ("avcodec", LIBAVCODEC_VERSION_MAJOR),
  [avformat] = FILE_OF ("avformat", LIBAVFORMAT_VERSION_MAJOR),
  [swscale] = FILE_OF ("swscale", LIBSWSCALE_VERSION_MAJOR),
};

static const mk_dynamic_function functions[] = {
#define X(library, name) { library, #name, offsetof (mk_ffmpeg, name) },
  MK_FFMPEG_FUNCTIONS (X)
#undef X
};

static mk_dynamic library = MK_DYNAMIC (files, functions, mk_ff);

bool
mk_ffmpeg_load (GError **error)
{
  const char *missing = mk_dynamic_load (&library);
  return missing == NULL || mk_error (error, MK_ERROR_UNSUPPORTED, "films need FFmpeg, whose %s is not here; install it with: apt-get install libavformat%d libswscale%d", missing, LIBAVFORMAT_VERSION_MAJOR, LIBSWSCALE_VERSION_MAJOR);
}
