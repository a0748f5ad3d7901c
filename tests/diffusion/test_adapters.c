/* Small files that change weights, against their definitions in PyTorch: tests/golden/make_adapters.py. */
#include "golden.h"

#include "diffusion/adapter.h"

#include <string.h>

static const char *const cases[] = { "lora_without_alpha", "lora_alpha", "lora_rank_1", "lora_conv", "locon", "loha", "loha_tucker", "lokr_whole", "lokr_pair", "lokr_conv", "lokr_tucker", "dora_by_output", "dora_by_input", "dora_conv_by_input", "glora", "glora_first", "glora_conv", "oft", "oft_limited", "oft_conv" };

static mk_adapter
adapter_of (const mk_safetensors *file, const char *name)
{
  mk_adapter adapter = { { NULL } };
  for (size_t i = 0; i < mk_safetensors_n (file); i++) {
    const mk_safetensor *tensor = mk_safetensors_at (file, i);
    size_t n_end;
    mk_part part = mk_adapter_find_part (tensor->name, &n_end);
    if (part != MK_N_PARTS && strlen (tensor->name) - n_end == strlen (name) && g_str_has_prefix (tensor->name, name))
      adapter.parts[part] = tensor;
  }
  return adapter;
}

static const mk_safetensor *
part_of (const mk_safetensors *file, const char *name, const char *end)
{
  g_autofree char *whole = g_strconcat (name, end, NULL);
  const mk_safetensor *found = mk_safetensors_find (file, whole);
  if (found == NULL)
    mk_test_fail (__FILE__, __LINE__, "no %s", whole);
  return found;
}

TEST (adapters_of_every_kind_are_the_matrices_that_they_stand_for)
{
  g_autoptr (mk_safetensors) file = golden_open ("adapters");
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    mk_adapter adapter = adapter_of (file, cases[i]);
    const mk_safetensor *weight = part_of (file, cases[i], ".weight"), *out = part_of (file, cases[i], ".out");
    g_autofree float *numbers = g_new (float, weight->n_items), *wanted = g_new (float, weight->n_items);
    mk_safetensor_read (weight, numbers);
    mk_safetensor_read (out, wanted);
    CHECK (mk_adapter_apply (&adapter, 0.7f, weight, numbers));
    CHECK_CLOSE (cases[i], numbers, wanted, weight->n_items, 4e-6);
  }
}

/* Every case's adapter on every other case's weight: another shape is told and changes nothing. */
TEST (adapters_of_other_shapes_are_refused_and_change_nothing)
{
  g_autoptr (mk_safetensors) file = golden_open ("adapters");
  int n_refused = 0;
  for (size_t i = 0; i < MK_COUNT (cases); i++)
    for (size_t k = 0; k < MK_COUNT (cases); k++) {
      mk_adapter adapter = adapter_of (file, cases[i]);
      const mk_safetensor *weight = part_of (file, cases[k], ".weight");
      g_autofree float *before = g_new (float, weight->n_items), *after = g_new (float, weight->n_items);
      mk_safetensor_read (weight, before);
      mk_safetensor_read (weight, after);
      adapter.parts[MK_PART_ALPHA] = weight; /* no single number: means nothing */
      if (mk_adapter_apply (&adapter, 1, weight, after))
        continue;
      n_refused++;
      CHECK (memcmp (before, after, weight->n_items * sizeof *before) == 0);
    }
  CHECK_INT (n_refused, >=, 96); /* linear on convolution and back */
}
