#include "nodes/latent/types.h"

#include <string.h>

mk_latent *
mk_run_get_latent (const mk_run *run, const char *input, GError **error)
{
  mk_latent *latent = mk_run_get_data (run, input, &mk_latent_type);
  if (latent == NULL)
    mk_error (error, MK_ERROR_TYPE, "%s: there is no LATENT", input);
  return latent;
}

mk_latent *
mk_run_get_picture_latent (const mk_run *run, const char *input, GError **error)
{
  mk_latent *latent = mk_run_get_latent (run, input, error);
  if (latent == NULL || latent->samples->n_dims == 4)
    return latent;
  g_autofree char *shape = mk_tensor_shape (latent->samples);
  mk_error (error, MK_ERROR_TYPE, "%s: a latent of %s has %d dimensions; this node takes those of pictures, which have 4: count, channels, height and width",
            input, shape, latent->samples->n_dims);
  return NULL;
}

mk_latent *
mk_latent_with (const mk_latent *from, mk_tensor *taken)
{
  if (taken == NULL)
    return NULL;
  mk_latent *latent = g_new0 (mk_latent, 1);
  latent->samples = taken;
  if (from != NULL)
    g_strlcpy (latent->type, from->type, sizeof latent->type);
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

/* --- as bytes: for the cache on disk, and for packs --- */

/* Then the samples, the mask (n × height × width) and the batch's places, each when its sizes are not 0. */
typedef struct {
  int32_t n_dims, dims[MK_TENSOR_MAX_DIMS], mask[3], n_places;
  char type[MK_LATENT_TYPE_SIZE];
} header;

static size_t
count_mask (const header *head)
{
  return (size_t)head->mask[0] * (size_t)head->mask[1] * (size_t)head->mask[2] * sizeof (float);
}

static mk_buffer *
save_latent (const void *data, GError **error)
{
  const mk_latent *latent = data;
  const mk_image *mask = latent->noise_mask;
  size_t n_samples = mk_tensor_n_floats (latent->samples) * sizeof (float);
  header head = { .n_dims = latent->samples->n_dims, .n_places = latent->batch_index != NULL ? latent->samples->dims[0] : 0 };
  memcpy (head.dims, latent->samples->dims, sizeof head.dims);
  g_strlcpy (head.type, latent->type, sizeof head.type);
  if (mask != NULL)
    memcpy (head.mask, (const int32_t[]){ mask->n, mask->height, mask->width }, sizeof head.mask);
  size_t n_places = (size_t)head.n_places * sizeof (int);
  mk_buffer *bytes = mk_buffer_new (sizeof head + n_samples + count_mask (&head) + n_places, error);
  if (bytes == NULL)
    return NULL;
  char *at = mk_buffer_write (bytes);
  memcpy (at, &head, sizeof head);
  memcpy (at += sizeof head, mk_buffer_read (latent->samples->data), n_samples);
  at += n_samples;
  if (mask != NULL)
    memcpy (at, mk_image_read (mask, 0), count_mask (&head));
  if (n_places > 0)
    memcpy (at + count_mask (&head), latent->batch_index, n_places);
  return bytes;
}

static bool
has_good_sizes (const header *head)
{
  bool is_good = memchr (head->type, '\0', sizeof head->type) != NULL && head->n_dims >= 2 && head->n_dims <= MK_TENSOR_MAX_DIMS && head->n_places >= 0 && (head->n_places == 0 || head->n_places == head->dims[0]);
  for (int i = 0; i < 3; i++)
    is_good &= head->mask[i] >= 0 && head->mask[i] <= MK_IMAGE_MAX_SIDE && (head->mask[i] == 0) == (head->mask[0] == 0);
  return is_good;
}

static void *
load_latent (const mk_buffer *bytes, GError **error)
{
  header head;
  const char *at = mk_buffer_read (bytes);
  if (mk_buffer_size (bytes) < sizeof head || (memcpy (&head, at, sizeof head), !has_good_sizes (&head))) {
    mk_error (error, MK_ERROR_FORMAT, "a latent of %zu bytes is cut off or says impossible sizes", mk_buffer_size (bytes));
    return NULL;
  }
  g_autoptr (mk_latent) latent = g_new0 (mk_latent, 1);
  size_t n_samples, n_mask, n_places = (size_t)head.n_places * sizeof (int), n_there = mk_buffer_size (bytes) - sizeof head;
  bool fits = mk_size_of_floats (head.dims, head.n_dims, &n_samples) && mk_size_of_floats (head.mask, 3, &n_mask);
  if (!fits || n_samples > n_there || n_mask > n_there || n_samples + n_mask + n_places != n_there) {
    mk_error (error, MK_ERROR_FORMAT, "a latent has %zu bytes, which do not fit its sizes", mk_buffer_size (bytes));
    return NULL;
  }
  latent->samples = mk_tensor_new (head.n_dims, head.dims, error);
  if (latent->samples == NULL)
    return NULL;
  g_strlcpy (latent->type, head.type, sizeof latent->type);
  memcpy (mk_buffer_write (latent->samples->data), at += sizeof head, n_samples);
  at += n_samples;
  if (head.mask[0] > 0) {
    latent->noise_mask = mk_image_new (head.mask[0], head.mask[1], head.mask[2], 1, error);
    if (latent->noise_mask == NULL)
      return NULL;
    memcpy (mk_image_write (latent->noise_mask, 0), at, n_mask);
  }
  if (n_places > 0)
    latent->batch_index = g_memdup2 (at + n_mask, n_places);
  return g_steal_pointer (&latent);
}

const mk_value_type mk_latent_type = { .name = "LATENT", .free = free_latent, .n_bytes = count_bytes, .save = save_latent, .load = load_latent };
const mk_value_type mk_latent_operation_type = { .name = "LATENT_OPERATION", .free = g_free, .n_bytes = count_operation };
