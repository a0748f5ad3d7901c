/* From a film to images. */
#include "render/print.h"
#include "render/renderer.h"
#include "render/tone.h"

typedef struct {
  const mk_renderer *renderer;
  const mk_film *film;
  float *const *light;
  mk_frame *frame;
} develop;

static void
develop_row (void *user, size_t y, unsigned worker)
{
  const develop *d = user;
  (void)worker;
  mk_frame *f = d->frame;
  size_t width = (size_t)d->film->width;
  const mk_print *print = &d->renderer->scene->print;
  int n_channels = f->color->n_channels;
  for (size_t i = y * width; i < (y + 1) * width; i++) {
    const mk_pixel *p = &d->film->pixels[i];
    vec3 light = scale (v3 (d->light[0][i], d->light[1][i], d->light[2][i]), d->renderer->exposure);
    float *color = mk_image_write (f->color, 0) + i * (size_t)n_channels;
    if (n_channels == 4) { /* what is covered, as if nothing were behind */
      light = p->alpha > 0 ? scale (sub (light, scale (p->clear, d->renderer->exposure)), 1 / p->alpha) : v3_all (0);
      color[3] = p->alpha;
    }
    int x = (int)(i - y * width);
    float line = print->lines > 0 && !print->do_lines_glow ? mk_print_line (d->film, x, (int)y) : 0;
    vec3 shown = mk_print_color (print, mk_tone_map (light), line, 2 * ((float)x + 0.5f) / (float)width - 1, 2 * ((float)y + 0.5f) / (float)d->film->height - 1);
    color[0] = shown.x;
    color[1] = shown.y;
    color[2] = shown.z;
    if (f->linear != NULL)
      ((vec3 *)(void *)mk_image_write (f->linear, 0))[i] = light;
    if (f->normal != NULL)
      ((vec3 *)(void *)mk_image_write (f->normal, 0))[i] = p->normal;
    if (f->albedo != NULL)
      ((vec3 *)(void *)mk_image_write (f->albedo, 0))[i] = p->albedo;
    if (f->motion != NULL)
      ((mk_vec2 *)(void *)mk_image_write (f->motion, 0))[i] = p->motion;
    if (f->depth != NULL)
      mk_image_write (f->depth, 0)[i] = p->depth;
    if (f->id != NULL)
      mk_image_write (f->id, 0)[i] = p->id;
    if (f->alpha != NULL)
      mk_image_write (f->alpha, 0)[i] = p->alpha;
  }
}

bool
mk_renderer_develop (const mk_renderer *r, const mk_film *film, float *const light[3], mk_frame *frame, GError **error)
{
  const struct {
    unsigned pass;
    int n_channels;
    mk_image **image;
  } wanted[] = { { MK_PASS_LINEAR, 3, &frame->linear }, { MK_PASS_DEPTH, 1, &frame->depth }, { MK_PASS_NORMAL, 3, &frame->normal }, { MK_PASS_ALBEDO, 3, &frame->albedo },
                 { MK_PASS_ID, 1, &frame->id }, { MK_PASS_MOTION, 2, &frame->motion }, { MK_PASS_ALPHA, 1, &frame->alpha } };
  frame->color = mk_image_new (1, film->height, film->width, r->options.is_transparent ? 4 : 3, error);
  if (frame->color == NULL)
    return false;
  for (size_t i = 0; i < MK_COUNT (wanted); i++)
    if ((r->options.passes & wanted[i].pass) != 0 && (*wanted[i].image = mk_image_new (1, film->height, film->width, wanted[i].n_channels, error)) == NULL)
      return false;
  develop d = { r, film, light, frame };
  mk_pool_run (r->pool, (size_t)film->height, develop_row, &d, NULL);
  return true;
}
