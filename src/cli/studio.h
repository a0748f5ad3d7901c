/* studio.h - one picture of a scene, made in this process: thumbnails and checks, where no workflow is wanted. */
#pragma once
#include "media/image.h"
#include "scene/apply.h"

/* One thing in a studio; `op` "add" with `key` "object", or "import" with "file". */
mk_json  *mk_studio_commands (const char *op, const char *key, const char *value);
/* The moment of the film that shows it best, in draft quality; NULL with the command's or the renderer's error. */
mk_image *mk_studio_picture (const mk_stage *stage, const mk_json *commands, int width, int height, GError **error);
