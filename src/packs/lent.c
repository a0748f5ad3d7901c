#include "packs/lent.h"

#include <pthread.h>
#include <unistd.h>

#include "packs/object.h"

typedef struct {
  mk_value *value;
  int64_t number, n_times;
} loan;

typedef struct {
  int64_t number, n_times;
} returned;

struct mk_lent {
  char *pack;
  pthread_mutex_t lock;  /* guards the rest */
  GHashTable *by_number; /* &loan.number -> loan, which it owns */
  GHashTable *by_value;  /* mk_value -> loan */
  GArray *let_go;        /* returned: until no call runs */
  int64_t next;
  int generation, n_calls;
};

static void
loan_free (void *data)
{
  loan *one = data;
  mk_value_unref (one->value);
  g_free (one);
}

static GHashTable *
numbers_new (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, loan_free);
}

mk_lent *
mk_lent_new (const char *pack)
{
  mk_lent *lent = g_new0 (mk_lent, 1);
  lent->pack = g_strdup (pack);
  pthread_mutex_init (&lent->lock, NULL);
  lent->by_number = numbers_new ();
  lent->by_value = g_hash_table_new (NULL, NULL);
  lent->let_go = g_array_new (FALSE, FALSE, sizeof (returned));
  lent->next = 1;
  return lent;
}

void
mk_lent_free (mk_lent *lent)
{
  if (lent == NULL)
    return;
  g_hash_table_unref (lent->by_value);
  g_hash_table_unref (lent->by_number);
  g_array_unref (lent->let_go);
  pthread_mutex_destroy (&lent->lock);
  g_free (lent->pack);
  g_free (lent);
}

void
mk_lent_begin_call (mk_lent *lent, int generation)
{
  GHashTable *lost = NULL;
  pthread_mutex_lock (&lent->lock);
  if (lent->generation != generation) {
    lost = g_steal_pointer (&lent->by_number);
    lent->by_number = numbers_new ();
    g_hash_table_remove_all (lent->by_value);
    g_array_set_size (lent->let_go, 0);
    lent->generation = generation;
  }
  lent->n_calls++;
  pthread_mutex_unlock (&lent->lock);
  if (lost != NULL)
    g_hash_table_unref (lost); /* the end of a model may take its time: nobody waits for it */
}

/* Under the lock; what nobody holds any more moves to `ended`. */
static void
settle (mk_lent *lent, const returned *one, GPtrArray *ended)
{
  loan *found = g_hash_table_lookup (lent->by_number, &one->number);
  if (found == NULL)
    return;
  found->n_times -= one->n_times;
  if (found->n_times > 0)
    return;
  g_hash_table_remove (lent->by_value, found->value);
  g_hash_table_steal (lent->by_number, &found->number);
  g_ptr_array_add (ended, found);
}

void
mk_lent_end_call (mk_lent *lent)
{
  g_autoptr (GPtrArray) ended = g_ptr_array_new_with_free_func (loan_free);
  pthread_mutex_lock (&lent->lock);
  lent->n_calls--;
  for (guint i = 0; lent->n_calls == 0 && i < lent->let_go->len; i++)
    settle (lent, &g_array_index (lent->let_go, returned, i), ended);
  if (lent->n_calls == 0)
    g_array_set_size (lent->let_go, 0);
  pthread_mutex_unlock (&lent->lock);
}

void
mk_lent_take_back (mk_lent *lent, const mk_json *let_go)
{
  pthread_mutex_lock (&lent->lock);
  for (size_t i = 0; i < mk_json_length (let_go); i++) {
    const mk_json *pair = mk_json_at (let_go, i);
    returned one = { mk_json_get_int (mk_json_at (pair, 0)), mk_json_get_int (mk_json_at (pair, 1)) };
    g_array_append_val (lent->let_go, one);
  }
  pthread_mutex_unlock (&lent->lock);
}

/* Numbers are good in this process only, so its own goes with them. */
static void
keep (void *user, mk_value *value, int64_t ticket[2])
{
  mk_lent *lent = user;
  pthread_mutex_lock (&lent->lock);
  loan *one = g_hash_table_lookup (lent->by_value, value);
  if (one == NULL) {
    one = g_new (loan, 1);
    *one = (loan){ mk_value_ref (value), lent->next++, 0 };
    g_hash_table_insert (lent->by_value, value, one);
    g_hash_table_insert (lent->by_number, &one->number, one);
  }
  one->n_times++;
  ticket[0] = one->number;
  ticket[1] = getpid ();
  pthread_mutex_unlock (&lent->lock);
}

static mk_value *
find (void *user, const int64_t ticket[2], GError **error)
{
  mk_lent *lent = user;
  pthread_mutex_lock (&lent->lock);
  loan *one = ticket[1] == getpid () ? g_hash_table_lookup (lent->by_number, &ticket[0]) : NULL;
  mk_value *value = one != NULL ? mk_value_ref (one->value) : NULL;
  pthread_mutex_unlock (&lent->lock);
  if (value == NULL)
    mk_error (error, MK_ERROR_UNAVAILABLE, "the pack %s gives back a value of the engine that is not there any more: the worker or the pack was started anew since; run again", lent->pack);
  return value;
}

/* What another pack's process holds passes through this one as a number of ours. */
static bool
stays (void *user, const mk_value *value)
{
  const mk_lent *lent = user;
  const char *owner = mk_pack_object_owner (value);
  return owner != NULL && !g_str_equal (owner, lent->pack);
}

mk_value_keeper
mk_lent_keeper (mk_lent *lent)
{
  return (mk_value_keeper){ stays, keep, find, lent };
}

size_t
mk_lent_count (mk_lent *lent)
{
  pthread_mutex_lock (&lent->lock);
  size_t n = g_hash_table_size (lent->by_number);
  pthread_mutex_unlock (&lent->lock);
  return n;
}
