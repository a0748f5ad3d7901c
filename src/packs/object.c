#include "packs/object.h"

#include <pthread.h>
#include <string.h>

/* As a value file holds it: the number, the generation of the process, then the pack's name. */
typedef struct {
  int64_t number, generation;
  char pack[];
} object;

typedef struct {
  int64_t number;
  char *pack;
} dropped;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards the list */
static GArray *let_go;

static void
free_object (void *data)
{
  object *o = data;
  dropped one = { o->number, g_strdup (o->pack) };
  pthread_mutex_lock (&lock);
  if (let_go == NULL)
    let_go = g_array_new (FALSE, FALSE, sizeof (dropped));
  g_array_append_val (let_go, one);
  pthread_mutex_unlock (&lock);
  g_free (o);
}

static size_t
count_bytes (const void *data)
{
  (void)data;
  return sizeof (object); /* what it weighs is the other process's affair */
}

static mk_buffer *
save (const void *data, GError **error)
{
  const object *o = data;
  size_t length = sizeof *o + strlen (o->pack);
  mk_buffer *bytes = mk_buffer_new (length, error);
  if (bytes != NULL)
    memcpy (mk_buffer_write (bytes), o, length);
  return bytes;
}

static void *
load (const mk_buffer *bytes, GError **error)
{
  size_t length = mk_buffer_size (bytes);
  if (length <= sizeof (object)) {
    mk_error (error, MK_ERROR_FORMAT, "the number of a pack's object is cut off");
    return NULL;
  }
  object *o = g_malloc0 (length + 1);
  memcpy (o, mk_buffer_read (bytes), length);
  return o;
}

const mk_value_type mk_pack_object_type = { .name = "PYTHON", .free = free_object, .n_bytes = count_bytes, .save = save, .load = load };

const char *
mk_pack_object_owner (const mk_value *value)
{
  const object *o = mk_value_get (value, &mk_pack_object_type);
  return o != NULL ? o->pack : NULL;
}

mk_json *
mk_pack_objects_take_dropped (const char *pack)
{
  mk_json *numbers = NULL;
  pthread_mutex_lock (&lock);
  for (guint i = let_go != NULL ? let_go->len : 0; i-- > 0;) {
    dropped *one = &g_array_index (let_go, dropped, i);
    if (!g_str_equal (one->pack, pack))
      continue;
    if (numbers == NULL)
      numbers = mk_json_new_array ();
    mk_json_append (numbers, mk_json_new_int (one->number));
    g_free (one->pack);
    g_array_remove_index_fast (let_go, i);
  }
  pthread_mutex_unlock (&lock);
  return numbers;
}
