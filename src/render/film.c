#include "render/film.h"

#include <stdlib.h>

bool
mk_film_init (mk_film *film, int width, int height, GError **error)
{
  film->width = width;
  film->height = height;
  film->pixels = calloc ((size_t)width * (size_t)height, sizeof *film->pixels);
  return film->pixels != NULL || mk_error (error, MK_ERROR_MEMORY, "a frame of %d×%d does not fit in memory", width, height);
}

void
mk_film_clear (mk_film *film)
{
  free (film->pixels);
  film->pixels = NULL;
}

void
mk_pixel_add (mk_pixel *sum, const mk_pixel *sample)
{
  sum->n_samples += 1;
  sum->clear = add (sum->clear, sample->clear);
  sum->lit = add (sum->lit, sample->lit);
  sum->albedo = add (sum->albedo, sample->albedo);
  sum->normal = add (sum->normal, sample->normal);
  sum->lit_square += square (luminance (sample->lit));
  sum->alpha += sample->alpha;
  sum->motion.x += sample->motion.x;
  sum->motion.y += sample->motion.y;
  sum->depth += sample->depth;
  sum->before_depth += sample->before_depth;
  if (sum->id == 0 || sample->id < sum->id) /* a border belongs to one thing: ids do not mix */
    sum->id = sample->id > 0 ? sample->id : sum->id;
}

void
mk_pixel_finish (mk_pixel *sum)
{
  float n = maxf (sum->n_samples, 1), share = 1 / n, covered = sum->alpha > 0 ? 1 / sum->alpha : 0;
  sum->clear = scale (sum->clear, share);
  sum->lit = scale (sum->lit, share);
  sum->albedo = scale (sum->albedo, share);
  sum->normal = scale (sum->normal, covered);
  sum->depth *= covered;
  sum->before_depth *= covered;
  sum->motion.x *= share;
  sum->motion.y *= share;
  /* variance of the mean */
  float level = luminance (sum->lit);
  sum->lit_square = n > 1 ? maxf (0, sum->lit_square * share - level * level) / (n - 1) : level * level;
  sum->alpha *= share;
}
