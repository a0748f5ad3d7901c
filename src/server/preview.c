/* Small forms of pictures: for /view?preview= (contract §1.4) and of work in progress (§2.4). */
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>
#include <unistd.h>
#include <webp/decode.h>
#include <webp/encode.h>

#include "base/file.h"
#include "media/picture.h"
#include "media/png.h"
#include "server/server_private.h"

#define MAX_PICTURE_BYTES ((size_t)256 << 20)
/* WebP's own limit is 16383 a side. */
#define MAX_SIDE 16383

/* Eight bits per channel, without gaps. */
typedef struct {
  int width, height, n_channels; /* 3 or 4 */
  uint8_t *pixels;               /* g_free */
} picture;

static bool
decode_other (const uint8_t *bytes, size_t length, picture *p)
{
  g_autoptr (mk_image) image = mk_picture_decode (bytes, length, NULL);
  if (image == NULL || image->n_channels < 3 || image->width > MAX_SIDE || image->height > MAX_SIDE)
    return false;
  size_t n = (size_t)image->width * (size_t)image->height * (size_t)image->n_channels;
  *p = (picture){ image->width, image->height, image->n_channels, g_try_malloc (n) };
  const float *from = mk_image_read (image, 0);
  for (size_t i = 0; p->pixels != NULL && i < n; i++)
    p->pixels[i] = (uint8_t)(CLAMP (from[i], 0.0f, 1.0f) * 255.0f + 0.5f);
  return p->pixels != NULL;
}

static bool
decode_jpeg (const uint8_t *bytes, size_t length, picture *p)
{
  tjhandle handle = tjInitDecompress ();
  int width = 0, height = 0, subsampling, space;
  bool is_good = handle != NULL && tjDecompressHeader3 (handle, bytes, length, &width, &height, &subsampling, &space) == 0
                 && width > 0 && height > 0 && width <= MAX_SIDE && height <= MAX_SIDE;
  if (is_good) {
    *p = (picture){ width, height, 3, g_try_malloc ((size_t)width * (size_t)height * 3) };
    is_good = p->pixels != NULL && tjDecompress2 (handle, bytes, length, p->pixels, width, 0, height, TJPF_RGB, 0) == 0;
  }
  if (handle != NULL)
    tjDestroy (handle);
  return is_good;
}

static bool
decode_webp (const uint8_t *bytes, size_t length, picture *p)
{
  WebPBitstreamFeatures features;
  if (WebPGetFeatures (bytes, length, &features) != VP8_STATUS_OK || features.has_animation)
    return false;
  int n = features.has_alpha ? 4 : 3;
  size_t size = (size_t)features.width * (size_t)features.height * (size_t)n;
  *p = (picture){ features.width, features.height, n, g_try_malloc (size) };
  if (p->pixels == NULL)
    return false;
  return (n == 4 ? WebPDecodeRGBAInto (bytes, length, p->pixels, size, features.width * 4)
                 : WebPDecodeRGBInto (bytes, length, p->pixels, size, features.width * 3)) != NULL;
}

/* JPEG and still WebP straight to eight bits, whatever else pictures are by way of the nodes' decoder. */
static bool
decode (const uint8_t *bytes, size_t length, picture *p)
{
  bool is_webp = length > 12 && memcmp (bytes + 8, "WEBP", 4) == 0, is_jpeg = length > 2 && bytes[0] == 0xff && bytes[1] == 0xd8;
  return (is_webp && decode_webp (bytes, length, p)) || (is_jpeg && decode_jpeg (bytes, length, p)) || decode_other (bytes, length, p);
}

static void
drop_alpha (picture *p)
{
  size_t n = (size_t)p->width * (size_t)p->height;
  for (size_t i = 0; p->n_channels == 4 && i < n; i++)
    memmove (p->pixels + i * 3, p->pixels + i * 4, 3);
  p->n_channels = 3;
}

static GBytes *
encode_jpeg (const picture *p, int quality)
{
  tjhandle handle = tjInitCompress ();
  unsigned char *out = NULL;
  unsigned long length = 0;
  bool is_good = handle != NULL
                 && tjCompress2 (handle, p->pixels, p->width, 0, p->height, TJPF_RGB, &out, &length, TJSAMP_420, quality, 0) == 0;
  GBytes *bytes = is_good ? g_bytes_new (out, length) : NULL;
  tjFree (out);
  if (handle != NULL)
    tjDestroy (handle);
  return bytes;
}

static GBytes *
encode_webp (const picture *p, int quality)
{
  uint8_t *out = NULL;
  size_t length = p->n_channels == 4 ? WebPEncodeRGBA (p->pixels, p->width, p->height, p->width * 4, (float)quality, &out)
                                     : WebPEncodeRGB (p->pixels, p->width, p->height, p->width * 3, (float)quality, &out);
  GBytes *bytes = length > 0 ? g_bytes_new (out, length) : NULL;
  WebPFree (out);
  return bytes;
}

/* Where output pixel `i` of `n_out` lies among `n_in`: centres meet, edges are clamped. */
static void
find_sources (int i, int n_out, int n_in, int *low, int *high, float *share)
{
  float at = ((float)i + 0.5f) * (float)n_in / (float)n_out - 0.5f;
  at = CLAMP (at, 0.0f, (float)(n_in - 1));
  *low = (int)at;
  *high = MIN (*low + 1, n_in - 1);
  *share = at - (float)*low;
}

/* Bilinear. Shrinking by much skips pixels, which a picture of work in progress may. */
static void
scale (const uint8_t *from, int width, int height, picture *to)
{
  for (int y = 0; y < to->height; y++) {
    int y0, y1;
    float v;
    find_sources (y, to->height, height, &y0, &y1, &v);
    for (int x = 0; x < to->width; x++) {
      int x0, x1;
      float u;
      find_sources (x, to->width, width, &x0, &x1, &u);
      for (int c = 0; c < 3; c++) {
        const uint8_t *upper = from + (size_t)y0 * (size_t)width * 3 + c, *lower = from + (size_t)y1 * (size_t)width * 3 + c;
        float top = (float)upper[x0 * 3] * (1 - u) + (float)upper[x1 * 3] * u;
        float bottom = (float)lower[x0 * 3] * (1 - u) + (float)lower[x1 * 3] * u;
        to->pixels[((size_t)y * (size_t)to->width + (size_t)x) * 3 + (size_t)c] = (uint8_t)(top * (1 - v) + bottom * v + 0.5f);
      }
    }
  }
}

/* Level 1, as ComfyUI: it is sent once and not kept. */
static GBytes *
encode_png (const picture *p)
{
  g_autoptr (mk_image) image = mk_image_new (1, p->height, p->width, 3, NULL);
  if (image == NULL)
    return NULL;
  float *to = mk_image_write (image, 0);
  for (size_t i = 0; i < (size_t)p->width * (size_t)p->height * 3; i++)
    to[i] = (float)p->pixels[i] / 255;
  GByteArray *bytes = mk_png_encode (image, 0, &(mk_png_options){ .compression = 1 }, NULL);
  return bytes != NULL ? g_byte_array_free_to_bytes (bytes) : NULL;
}

GBytes *
mk_preview_encode (const uint8_t *rgb8, int width, int height, int side, bool as_png)
{
  if (width < 1 || height < 1)
    return NULL;
  int longest = MAX (width, height);
  picture p = { MAX (1, (int)((int64_t)width * side / longest)), MAX (1, (int)((int64_t)height * side / longest)), 3, NULL };
  p.pixels = g_malloc ((size_t)p.width * (size_t)p.height * 3);
  scale (rgb8, width, height, &p);
  GBytes *encoded = as_png ? encode_png (&p) : encode_jpeg (&p, 95);
  g_free (p.pixels);
  return encoded;
}

void
mk_preview_answer_bytes (mk_http_request *request, GBytes *taken, const char *format, const char *channel)
{
  picture p = { 0 };
  gsize length;
  const uint8_t *bytes = g_bytes_get_data (taken, &length);
  bool is_read = decode (bytes, length, &p);
  g_bytes_unref (taken);
  const char *last = strrchr (format, ';');
  bool has_quality = last != NULL && last[1] != '\0' && strspn (last + 1, "0123456789") == strlen (last + 1);
  int quality = has_quality ? (int)CLAMP (g_ascii_strtoull (last + 1, NULL, 10), 1, 100) : 90;
  bool is_jpeg = g_str_has_prefix (format, "jpeg") && (channel == NULL || strchr (channel, 'a') == NULL);
  if (is_read && (is_jpeg || g_strcmp0 (channel, "rgb") == 0))
    drop_alpha (&p);
  GBytes *out = !is_read ? NULL : is_jpeg ? encode_jpeg (&p, quality) : encode_webp (&p, quality);
  g_free (p.pixels);
  if (out == NULL)
    mk_answer_trouble (request);
  else
    mk_http_answer_bytes (request, 200, is_jpeg ? "image/jpeg" : "image/webp", out);
}

void
mk_preview_answer (mk_http_request *request, int taken_fd, const char *format, const char *channel)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", taken_fd);
  char *bytes = NULL;
  size_t length;
  bool is_read = mk_file_read (path, MAX_PICTURE_BYTES, &bytes, &length, NULL);
  close (taken_fd);
  mk_preview_answer_bytes (request, is_read ? g_bytes_new_take (bytes, length) : g_bytes_new (NULL, 0), format, channel);
}
