/* resize_lanczos.h - Pillow's Lanczos filter, for resize.c alone. */
#pragma once
#include "base/pool.h"
#include "media/image.h"

/* 1, 3 or 4 channels; 8 bits inside. */
bool mk_resize_lanczos (const mk_image *from, mk_image *to, mk_pool *pool, GError **error);
