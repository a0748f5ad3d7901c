/* The tiny decoder against convolutions written out, from weights made here. */
#include "weights_file.h"

#include "diffusion/networks.h"
#include "diffusion/taesd.h"

#include <string.h>

enum { WIDE = 6, N_PLACES = 12 };

/* The list of a decoder that doubles twice: what stands at each place. */
static const struct {
  char kind; /* c convolution, n without bias, b block, s block with a skip, d doubling, - nothing */
  int n_in, n_out;
} places[N_PLACES] = { { '-', 0, 0 },       { 'c', 4, WIDE },    { '-', 0, 0 },    { 'b', WIDE, WIDE }, { 's', WIDE, 2 * WIDE },    { 'd', 0, 0 },
                       { 'n', 2 * WIDE, WIDE }, { 'b', WIDE, WIDE }, { 'd', 0, 0 }, { 'n', WIDE, WIDE }, { 'b', WIDE, WIDE }, { 'c', WIDE, 3 } };

typedef struct {
  GHashTable *tensors; /* name -> GArray of float */
  weights_file file;
  uint32_t state;
} maker;

static void
add_tensor (maker *m, int n_out, int n_in, int kernel, const char *format, int place, int part)
{
  g_autofree char *name = g_strdup_printf (format, place, part);
  size_t n = (size_t)n_out * (size_t)(n_in > 0 ? n_in * kernel * kernel : 1);
  GArray *x = g_array_sized_new (FALSE, FALSE, sizeof (float), (guint)n);
  for (size_t i = 0; i < n; i++) {
    m->state = m->state * 1664525u + 1013904223u;
    float value = ((float)(m->state >> 8) * 0x1p-23f - 1.0f) * 0.35f;
    g_array_append_val (x, value);
  }
  const int dims[] = { n_out, n_in, kernel, kernel };
  weights_file_add (&m->file, name, "F32", sizeof (float), dims, n_in > 0 ? 4 : 1, x->data);
  g_hash_table_insert (m->tensors, g_steal_pointer (&name), x);
}

static char *
make_weights (maker *m)
{
  *m = (maker){ g_hash_table_new (g_str_hash, g_str_equal), weights_file_new (), 5 };
  for (int i = 0; i < N_PLACES; i++) {
    char kind = places[i].kind;
    if (kind == 'c' || kind == 'n')
      add_tensor (m, places[i].n_out, places[i].n_in, 3, "%d.weight", i, 0);
    if (kind == 'c')
      add_tensor (m, places[i].n_out, 0, 0, "%d.bias", i, 0);
    for (int k = 0; (kind == 'b' || kind == 's') && k < 3; k++) {
      add_tensor (m, places[i].n_out, k == 0 ? places[i].n_in : places[i].n_out, 3, "%d.conv.%d.weight", i, 2 * k);
      add_tensor (m, places[i].n_out, 0, 0, "%d.conv.%d.bias", i, 2 * k);
    }
    if (kind == 's')
      add_tensor (m, places[i].n_out, places[i].n_in, 1, "%d.skip.weight", i, 0);
  }
  char *path = g_build_filename (mk_test_folder (), "taesd_decoder.safetensors", NULL);
  weights_file_write (&m->file, path);
  return path;
}

/* --- the naive reference: planes, doubles, every sum written out --- */

typedef struct {
  int c, h, w;
  double *x;
} planes;

static planes
convolve (const maker *m, planes in, int n_out, int kernel, const char *name)
{
  g_autofree char *weight_name = g_strdup_printf ("%s.weight", name), *bias_name = g_strdup_printf ("%s.bias", name);
  const GArray *weight = g_hash_table_lookup (m->tensors, weight_name), *bias = g_hash_table_lookup (m->tensors, bias_name);
  planes out = { n_out, in.h, in.w, g_new0 (double, n_out *in.h *in.w) };
  for (int o = 0; o < n_out; o++)
    for (int y = 0; y < in.h; y++)
      for (int x = 0; x < in.w; x++) {
        double sum = bias != NULL ? (double)g_array_index (bias, float, o) : 0;
        for (int i = 0; i < in.c; i++)
          for (int ky = 0; ky < kernel; ky++)
            for (int kx = 0; kx < kernel; kx++) {
              int yy = y + ky - kernel / 2, xx = x + kx - kernel / 2;
              if (yy >= 0 && xx >= 0 && yy < in.h && xx < in.w)
                sum += (double)g_array_index (weight, float, ((o * in.c + i) * kernel + ky) * kernel + kx) * in.x[(i * in.h + yy) * in.w + xx];
            }
        out.x[(o * in.h + y) * in.w + x] = sum;
      }
  return out;
}

static void
rectify (planes p)
{
  for (int i = 0; i < p.c * p.h * p.w; i++)
    p.x[i] = MAX (p.x[i], 0);
}

static planes
naive_block (const maker *m, planes in, int place)
{
  int n_out = places[place].n_out;
  planes h = in;
  for (int k = 0; k < 3; k++) {
    g_autofree char *name = g_strdup_printf ("%d.conv.%d", place, 2 * k);
    planes next = convolve (m, h, n_out, 3, name);
    if (k < 2)
      rectify (next);
    if (k > 0)
      g_free (h.x);
    h = next;
  }
  g_autofree char *skip_name = g_strdup_printf ("%d.skip", place);
  planes skip = places[place].kind == 's' ? convolve (m, in, n_out, 1, skip_name) : in;
  for (int i = 0; i < h.c * h.h * h.w; i++)
    h.x[i] += skip.x[i];
  rectify (h);
  if (skip.x != in.x)
    g_free (skip.x);
  return h;
}

static planes
double_sides (planes in)
{
  planes out = { in.c, 2 * in.h, 2 * in.w, g_new (double, in.c * in.h * in.w * 4) };
  for (int i = 0; i < out.c * out.h * out.w; i++)
    out.x[i] = in.x[(i / (out.h * out.w) * in.h + i / out.w % out.h / 2) * in.w + i % out.w / 2];
  return out;
}

static planes
naive_decode (const maker *m, const float *latent, int h, int w)
{
  planes p = { 4, h, w, g_new (double, 4 * h * w) };
  for (int i = 0; i < 4 * h * w; i++)
    p.x[i] = tanh ((double)latent[i] / 3) * 3;
  for (int i = 1; i < N_PLACES; i++) {
    g_autofree char *name = g_strdup_printf ("%d", i);
    char kind = places[i].kind;
    planes next = kind == 'd' ? double_sides (p) : kind == 'b' || kind == 's' ? naive_block (m, p, i) : kind != '-' ? convolve (m, p, places[i].n_out, 3, name) : p;
    if (i == 2)
      rectify (next);
    if (next.x != p.x)
      g_free (p.x);
    p = next;
  }
  return p;
}

TEST (the_tiny_decoder_equals_its_convolutions_written_out)
{
  GError *error = NULL;
  maker m;
  g_autofree char *path = make_weights (&m);
  g_autoptr (mk_safetensors) file = mk_safetensors_open (path, &error);
  CHECK_OK (file, error);
  g_autoptr (mk_weights) weights = mk_weights_new (file, "", false);
  mk_nn nn;
  mk_nn_init (&nn, NULL, NULL, 0);
  g_autoptr (mk_network) network = mk_networks_use (MK_NETWORK_TAESD, weights, &nn, &error);
  CHECK_OK (network, error);
  enum { H = 5, W = 7 };
  float latent[4 * H * W];
  for (int i = 0; i < 4 * H * W; i++)
    latent[i] = (float)sin (i * 0.7) * 4;
  g_autoptr (mk_image) image = mk_taesd_decode (&nn, mk_network_get (network), latent, H, W, &error);
  CHECK_OK (image, error);
  planes wanted = naive_decode (&m, latent, H, W);
  CHECK_INT (image->height, ==, 4 * H);
  CHECK_INT (image->width, ==, 4 * W);
  double low = 1, high = 0;
  for (int p = 0; p < wanted.h * wanted.w; p++)
    for (int c = 0; c < 3; c++) {
      double value = CLAMP (wanted.x[c * wanted.h * wanted.w + p], 0, 1), got = (double)mk_image_read (image, 0)[p * 3 + c];
      low = MIN (low, value);
      high = MAX (high, value);
      if (fabs (got - value) > 2e-5)
        mk_test_fail (__FILE__, __LINE__, "pixel %d, colour %d is %g, wanted %g", p, c, got, value);
    }
  CHECK (high - low > 0.3); /* not all clamped */
  g_free (wanted.x);
  mk_nn_clear (&nn);
}

TEST (other_files_are_no_tiny_decoder)
{
  GError *error = NULL;
  g_autoptr (mk_safetensors) file = golden_open ("tiny_embedding");
  g_autoptr (mk_weights) weights = mk_weights_new (file, "", false);
  mk_nn nn;
  mk_nn_init (&nn, NULL, NULL, 0);
  CHECK_FAILS (mk_networks_use (MK_NETWORK_TAESD, weights, &nn, &error), error, MK_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  mk_nn_clear (&nn);
}
