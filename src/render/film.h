/* film.h - a frame while it is made: sums per pixel. */
#pragma once
#include "base/base.h"
#include "render/path.h"

typedef struct mk_film {
  int width, height;
  mk_pixel *pixels;        /* means over the samples once a frame is traced; rows from the top */
} mk_film;

/* Zeroed pixels; MEMORY when refused. */
bool mk_film_init (mk_film *film, int width, int height, GError **error);
void mk_film_clear (mk_film *film);
/* A sample into its pixel. */
void mk_pixel_add (mk_pixel *sum, const mk_pixel *sample);
/* From sums to means. */
void mk_pixel_finish (mk_pixel *sum);
