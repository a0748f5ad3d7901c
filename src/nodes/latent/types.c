#include "nodes/latent/types.h"

mk_latent *
mk_run_get_latent (const mk_run *run, const char *input, GError **error)
{
  mk_latent *latent = mk_run_get_data (run, input, &mk_latent_type);
  if (latent == NULL)
    mk_error (error, MK_ERROR_TYPE, "%s: there is no LATENT", input);
  else if (latent->samples->n_dims != 4) {
    g_autofree char *shape = mk_tensor_shape (latent->samples);
    mk_error (error, MK_ERROR_TYPE, "%s: a latent of %s is none of pictures", input, shape);
    latent = NULL;
  }
  return latent;
}

mk_latent *
mk_latent_with (const mk_latent *from, mk_tensor *taken)
{
  if (taken == NULL)
    return NULL;
  mk_latent *latent = g_new0 (mk_latent, 1);
  latent->samples = taken;
  if (from != NULL && from->noise_mask != NULL)
    latent->noise_mask = mk_image_ref (from->noise_mask);
  if (from != NULL && from->batch_index != NULL && from->samples->dims[0] == taken->dims[0])
    latent->batch_index = g_memdup2 (from->batch_index, (size_t)taken->dims[0] * sizeof (int));
  return latent;
}

void
mk_latent_set_mask (mk_latent *latent, mk_image *taken)
{
  g_clear_pointer (&latent->noise_mask, mk_image_unref);
  latent->noise_mask = taken;
}

void
mk_latent_free (mk_latent *latent)
{
  mk_tensor_unref (latent->samples);
  g_clear_pointer (&latent->noise_mask, mk_image_unref);
  g_free (latent->batch_index);
  g_free (latent);
}

bool
mk_run_answer_latent (mk_run *run, unsigned index, mk_latent *taken)
{
  if (taken != NULL)
    mk_run_set_output (run, index, mk_value_new (&mk_latent_type, taken));
  return taken != NULL;
}

static void
free_latent (void *data)
{
  mk_latent_free (data);
}

static size_t
count_bytes (const void *data)
{
  const mk_latent *latent = data;
  return mk_tensor_n_floats (latent->samples) * sizeof (float) + (latent->noise_mask != NULL ? mk_image_n_bytes (latent->noise_mask) : 0);
}

static size_t
count_operation (const void *data)
{
  (void)data;
  return sizeof (mk_latent_operation);
}

const mk_value_type mk_latent_type = { .name = "LATENT", .free = free_latent, .n_bytes = count_bytes };
const mk_value_type mk_latent_operation_type = { .name = "LATENT_OPERATION", .free = g_free, .n_bytes = count_operation };
