/* golden.h - reading the reference numbers in tests/golden. */
#pragma once
#include "check.h"
#include "diffusion/safetensors.h"

#include <math.h>

static inline mk_safetensors *
golden_open (const char *name)
{
  GError *error = NULL;
  g_autofree char *path = g_strdup_printf ("%s/golden/%s.safetensors", mk_test_source (), name);
  mk_safetensors *file = mk_safetensors_open (path, &error);
  CHECK_OK (file, error);
  return file;
}

static inline mk_json *
golden_cases (const char *name)
{
  GError *error = NULL;
  mk_json *document = NULL;
  g_autofree char *path = g_strdup_printf ("%s/golden/%s.json", mk_test_source (), name);
  CHECK_OK (mk_json_parse_file (path, NULL, &document, &error), error);
  return document;
}

static inline mk_tensor *
golden_tensor (mk_safetensors *file, const char *key)
{
  GError *error = NULL;
  const mk_safetensor *found = mk_safetensors_find (file, key);
  if (found == NULL)
    mk_test_fail (__FILE__, __LINE__, "no tensor “%s”", key);
  mk_tensor *tensor = mk_safetensor_to_tensor (found, &error);
  CHECK_OK (tensor, error);
  return tensor;
}

/* The largest difference, infinite when a number is not finite. */
static inline double
golden_difference (const float *a, const float *b, size_t n)
{
  double worst = 0;
  for (size_t i = 0; i < n; i++) {
    double difference = fabs ((double)a[i] - b[i]);
    if (!(difference <= worst))
      worst = isfinite (difference) ? difference : INFINITY;
  }
  return worst;
}

#define CHECK_CLOSE(key, got, wanted, n, tolerance)                                                             \
  do {                                                                                                          \
    double worst_ = golden_difference (got, wanted, n);                                                         \
    if (!(worst_ <= (tolerance)))                                                                               \
      mk_test_fail (__FILE__, __LINE__, "%s differs by %g, allowed %g", (key), worst_, (double)(tolerance));    \
  } while (0)
