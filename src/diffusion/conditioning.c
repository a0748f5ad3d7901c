/* conditioning.c - see conditioning.h. */
#include "diffusion/conditioning.h"

mk_condition *
mk_condition_new (mk_tensor *taken_states, mk_tensor *taken_pooled)
{
  mk_condition *condition = g_new (mk_condition, 1);
  *condition = (mk_condition) { .states = taken_states, .pooled = taken_pooled, .strength = 1, .mask_strength = 1, .end = 1, .n_refs = 1 };
  return condition;
}

mk_condition *
mk_condition_copy (const mk_condition *condition)
{
  mk_condition *copy = g_memdup2 (condition, sizeof *condition);
  mk_tensor_ref (copy->states);
  if (copy->pooled != NULL)
    mk_tensor_ref (copy->pooled);
  if (copy->mask != NULL)
    mk_image_ref (copy->mask);
  if (copy->control != NULL)
    mk_control_use_ref (copy->control);
  if (copy->concat_latent != NULL)
    mk_tensor_ref (copy->concat_latent);
  if (copy->concat_mask != NULL)
    mk_image_ref (copy->concat_mask);
  if (copy->others != NULL)
    g_hash_table_ref (copy->others);
  copy->n_refs = 1;
  return copy;
}

mk_condition *
mk_condition_ref (mk_condition *condition)
{
  g_atomic_int_inc (&condition->n_refs);
  return condition;
}

void
mk_condition_unref (mk_condition *condition)
{
  if (condition == NULL || !g_atomic_int_dec_and_test (&condition->n_refs))
    return;
  mk_tensor_unref (condition->states);
  mk_tensor_unref (condition->pooled);
  g_clear_pointer (&condition->mask, mk_image_unref);
  mk_control_use_unref (condition->control);
  mk_tensor_unref (condition->concat_latent);
  g_clear_pointer (&condition->concat_mask, mk_image_unref);
  g_clear_pointer (&condition->others, g_hash_table_unref);
  g_free (condition);
}

void
mk_condition_set_mask (mk_condition *condition, mk_image *mask)
{
  g_clear_pointer (&condition->mask, mk_image_unref);
  condition->mask = mk_image_ref (mask);
}

void
mk_condition_set_control (mk_condition *condition, mk_control_use *control)
{
  mk_control_use_ref (control);
  mk_control_use_unref (condition->control);
  condition->control = control;
}

GPtrArray *
mk_conditioning_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)mk_condition_unref);
}

GPtrArray *
mk_conditioning_copy (const GPtrArray *conditioning)
{
  GPtrArray *copy = mk_conditioning_new ();
  for (guint i = 0; i < conditioning->len; i++)
    g_ptr_array_add (copy, mk_condition_copy (conditioning->pdata[i]));
  return copy;
}

mk_control_use *
mk_control_use_new (mk_control_net *net, mk_image *hint, double strength, double start, double end, mk_control_use *previous)
{
  mk_control_use *use = g_new (mk_control_use, 1);
  *use = (mk_control_use) { mk_control_net_ref (net), mk_image_ref (hint), strength, start, end, previous != NULL ? mk_control_use_ref (previous) : NULL, 1 };
  return use;
}

mk_control_use *
mk_control_use_ref (mk_control_use *use)
{
  g_atomic_int_inc (&use->n_refs);
  return use;
}

void
mk_control_use_unref (mk_control_use *use)
{
  while (use != NULL && g_atomic_int_dec_and_test (&use->n_refs)) {
    mk_control_use *previous = use->previous;
    mk_control_net_unref (use->net);
    mk_image_unref (use->hint);
    g_free (use);
    use = previous;
  }
}
