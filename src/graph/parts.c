#include "graph/parts.h"

#include <string.h>

typedef struct {
  GPtrArray *names;  /* char *; NULL of a list */
  GPtrArray *values;
} members;

static void
free_members (void *data)
{
  members *m = data;
  if (m->names != NULL)
    g_ptr_array_unref (m->names);
  g_ptr_array_unref (m->values);
  g_free (m);
}

static size_t
count_members (const void *data)
{
  const members *m = data;
  size_t sum = sizeof *m;
  for (guint i = 0; i < m->values->len; i++)
    sum += mk_value_n_bytes (m->values->pdata[i]);
  return sum;
}

static void
free_tensor (void *data)
{
  mk_buffer_unref (((mk_parts_tensor *)data)->numbers);
  g_free (data);
}

static size_t
count_tensor (const void *data)
{
  return ((const mk_parts_tensor *)data)->n_floats * sizeof (float);
}

static const mk_value_type list_type = { .name = "LIST", .free = free_members, .n_bytes = count_members };
static const mk_value_type map_type = { .name = "MAP", .free = free_members, .n_bytes = count_members };
static const mk_value_type tensor_type = { .name = "TENSOR", .free = free_tensor, .n_bytes = count_tensor };

static mk_value *
new_members (const mk_value_type *type)
{
  members *m = g_new0 (members, 1);
  m->names = type == &map_type ? g_ptr_array_new_with_free_func (g_free) : NULL;
  m->values = g_ptr_array_new_with_free_func ((GDestroyNotify)mk_value_unref);
  return mk_value_new (type, m);
}

static members *
get_members (const mk_value *value)
{
  members *list = value != NULL ? mk_value_get (value, &list_type) : NULL;
  return list != NULL || value == NULL ? list : mk_value_get (value, &map_type);
}

mk_value *
mk_parts_new_list (void)
{
  return new_members (&list_type);
}

void
mk_parts_append (mk_value *list, mk_value *taken)
{
  g_ptr_array_add (get_members (list)->values, taken);
}

mk_value *
mk_parts_new_map (void)
{
  return new_members (&map_type);
}

void
mk_parts_set (mk_value *map, const char *name, mk_value *taken)
{
  members *m = get_members (map);
  for (guint i = 0; i < m->names->len; i++)
    if (g_str_equal (m->names->pdata[i], name)) {
      mk_value_unref (m->values->pdata[i]);
      m->values->pdata[i] = taken;
      return;
    }
  g_ptr_array_add (m->names, g_strdup (name));
  g_ptr_array_add (m->values, taken);
}

mk_value *
mk_parts_new_tensor (int n_dims, const int *dims, const void *numbers, GError **error)
{
  size_t n_bytes;
  if (n_dims < 0 || n_dims > MK_PARTS_MAX_DIMS || !mk_size_of_floats (dims, n_dims, &n_bytes)) {
    mk_error (error, MK_ERROR_RANGE, "a tensor has at most %d sizes, none of them negative", MK_PARTS_MAX_DIMS);
    return NULL;
  }
  mk_parts_tensor tensor = { .n_dims = n_dims, .n_floats = n_bytes / sizeof (float), .numbers = mk_buffer_new (n_bytes, error) };
  if (tensor.numbers == NULL)
    return NULL;
  if (n_dims > 0)
    memcpy (tensor.dims, dims, (size_t)n_dims * sizeof dims[0]);
  if (n_bytes > 0 && numbers != NULL)
    memcpy (mk_buffer_write (tensor.numbers), numbers, n_bytes);
  return mk_value_new (&tensor_type, g_memdup2 (&tensor, sizeof tensor));
}

bool
mk_parts_is_list (const mk_value *value)
{
  return value != NULL && mk_value_get (value, &list_type) != NULL;
}

bool
mk_parts_is_map (const mk_value *value)
{
  return value != NULL && mk_value_get (value, &map_type) != NULL;
}

const mk_parts_tensor *
mk_parts_get_tensor (const mk_value *value)
{
  return value != NULL ? mk_value_get (value, &tensor_type) : NULL;
}

size_t
mk_parts_length (const mk_value *value)
{
  const members *m = get_members (value);
  return m != NULL ? m->values->len : 0;
}

mk_value *
mk_parts_at (const mk_value *value, size_t index)
{
  const members *m = get_members (value);
  return m != NULL && index < m->values->len ? m->values->pdata[index] : NULL;
}

const char *
mk_parts_name_at (const mk_value *map, size_t index)
{
  const members *m = get_members (map);
  return m != NULL && m->names != NULL && index < m->names->len ? m->names->pdata[index] : NULL;
}

mk_value *
mk_parts_get (const mk_value *map, const char *name)
{
  for (size_t i = 0; i < mk_parts_length (map); i++)
    if (g_strcmp0 (mk_parts_name_at (map, i), name) == 0)
      return mk_parts_at (map, i);
  return NULL;
}
