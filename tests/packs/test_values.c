/* What goes to a pack's process and comes back: parts, kept values, and bytes that nobody should have sent. */
#include "check.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "graph/parts.h"
#include "graph/run.h"
#include "nodes/diffusion/conditioning_parts.h"
#include "nodes/nodes.h"
#include "packs/lent.h"
#include "packs/wire.h"

static int n_freed;

static void
count_end (void *data)
{
  (void)data;
  n_freed++;
}

static size_t
no_bytes (const void *data)
{
  (void)data;
  return 0;
}

static const mk_value_type stays_type = { .name = "STAYS", .free = count_end, .n_bytes = no_bytes };

static mk_outcome *
outcome_of (mk_value *taken)
{
  GPtrArray *list = mk_value_list_new ();
  g_ptr_array_add (list, taken);
  return mk_outcome_new (&list, 1, NULL);
}

static GByteArray *
hand_over (mk_lent *lent, mk_value *taken)
{
  const mk_value_keeper keeper = mk_lent_keeper (lent);
  g_autoptr (mk_outcome) outcome = outcome_of (taken);
  return mk_outcome_hand_over (outcome, &keeper, NULL);
}

static mk_outcome *
take_over (mk_lent *lent, const GByteArray *bytes, size_t length, GError **error)
{
  const mk_value_keeper keeper = mk_lent_keeper (lent);
  return mk_outcome_take_over (bytes->data, length, mk_all_value_types, &keeper, error);
}

static void
let_go (mk_lent *lent, const char *text)
{
  mk_json *pairs = NULL;
  CHECK (mk_json_parse (text, -1, NULL, &pairs, NULL));
  mk_lent_take_back (lent, pairs);
  mk_json_unref (pairs);
}

TEST (a_kept_value_comes_back_as_itself_and_lives_as_long_as_it_is_held)
{
  mk_lent *lent = mk_lent_new ("mine");
  mk_value *value = mk_value_new (&stays_type, NULL);
  mk_lent_begin_call (lent, 1);
  g_autoptr (GByteArray) once = hand_over (lent, mk_value_ref (value)), twice = hand_over (lent, mk_value_ref (value));
  mk_outcome *back = take_over (lent, once, once->len, NULL);
  CHECK (back != NULL && back->outputs[0]->pdata[0] == value);
  mk_outcome_unref (back);
  mk_value_unref (value);
  CHECK_INT ((int)mk_lent_count (lent), ==, 1);
  let_go (lent, "[[1, 1], [99, 1]]");
  mk_lent_end_call (lent);
  CHECK_INT (n_freed, ==, 0); /* it was sent twice */
  mk_lent_begin_call (lent, 1);
  let_go (lent, "[[1, 1]]");
  CHECK_INT (n_freed, ==, 0); /* a call may still name it */
  mk_lent_end_call (lent);
  CHECK_INT (n_freed, ==, 1);
  g_autoptr (GError) error = NULL;
  CHECK (take_over (lent, twice, twice->len, &error) == NULL && g_error_matches (error, MK_ERROR, MK_ERROR_UNAVAILABLE));
  mk_lent_free (lent);
}

TEST (a_process_that_starts_anew_holds_nothing)
{
  mk_lent *lent = mk_lent_new ("mine");
  mk_lent_begin_call (lent, 1);
  g_byte_array_unref (hand_over (lent, mk_value_new (&stays_type, NULL)));
  mk_lent_end_call (lent);
  CHECK_INT ((int)mk_lent_count (lent), ==, 1);
  mk_lent_begin_call (lent, 2);
  CHECK_INT ((int)mk_lent_count (lent), ==, 0);
  mk_lent_end_call (lent);
  mk_lent_free (lent);
}

static mk_value *
make_prompt (int width)
{
  const int dims[3] = { 1, 2, width }, mask[3] = { 1, 4, 4 };
  mk_value *list = mk_parts_new_list (), *pair = mk_parts_new_list (), *map = mk_parts_new_map ();
  mk_parts_append (pair, mk_parts_new_tensor (3, dims, NULL, NULL));
  mk_parts_append (pair, map);
  mk_parts_set (map, "mask", mk_parts_new_tensor (3, mask, NULL, NULL));
  mk_parts_set (map, "strength", mk_value_new_real (0.5));
  mk_parts_set (map, "mine", mk_value_new (&stays_type, NULL));
  mk_parts_append (list, pair);
  return list;
}

TEST (a_prompt_made_of_parts_keeps_what_the_engine_does_not_know)
{
  g_autoptr (mk_value) parts = make_prompt (8);
  g_autoptr (GPtrArray) prompt = mk_conditioning_close (parts, NULL);
  CHECK (prompt != NULL && prompt->len == 1);
  const mk_condition *c = prompt->pdata[0];
  CHECK (c->strength == 0.5 && c->mask != NULL && c->mask->width == 4 && c->states->dims[2] == 8);
  g_autoptr (GPtrArray) copy = mk_conditioning_copy (prompt);
  g_autoptr (mk_value) again = mk_conditioning_open (copy, NULL);
  const mk_value *map = mk_parts_at (mk_parts_at (again, 0), 1);
  CHECK (mk_value_get_type (mk_parts_get (map, "mine")) == &stays_type && mk_parts_get_tensor (mk_parts_get (map, "mask"))->n_dims == 3);
}

static void
check_refused (mk_value *taken, const char *sentence)
{
  g_autoptr (mk_value) parts = taken;
  g_autoptr (GError) error = NULL;
  CHECK (mk_conditioning_close (parts, &error) == NULL);
  if (strstr (error->message, sentence) == NULL)
    CHECK_STRING (error->message, sentence);
}

TEST (what_is_no_prompt_is_refused_by_its_entry)
{
  mk_value *plain = mk_parts_new_list ();
  mk_parts_append (plain, mk_value_new_int (3));
  check_refused (plain, "CONDITIONING, entry 0: a list of pairs is wanted");
  const int flat[1] = { 3 };
  mk_value *prompt = make_prompt (8);
  mk_parts_set (mk_parts_at (mk_parts_at (prompt, 0), 1), "pooled_output", mk_parts_new_tensor (1, flat, NULL, NULL));
  check_refused (prompt, "pooled_output: a tensor of 2 to 2 sizes is wanted");
  mk_value *controlled = make_prompt (8);
  mk_parts_set (mk_parts_at (mk_parts_at (controlled, 0), 1), "control", mk_value_new_string ("mine"));
  check_refused (controlled, "control: this is none of the engine's");
}

/* Cut anywhere, and with every byte changed: refused, or read as something else, but never worse. */
TEST (damaged_values_are_refused)
{
  mk_lent *lent = mk_lent_new ("mine");
  mk_lent_begin_call (lent, 1);
  g_autoptr (mk_value) parts = make_prompt (3);
  g_autoptr (GByteArray) bytes = hand_over (lent, mk_value_new (&mk_conditioning_type, mk_conditioning_close (parts, NULL)));
  mk_outcome *whole = take_over (lent, bytes, bytes->len, NULL);
  CHECK (whole != NULL && mk_value_get (whole->outputs[0]->pdata[0], &mk_conditioning_type) != NULL);
  mk_outcome_unref (whole);
  for (guint cut = 0; cut < bytes->len; cut++) {
    g_autoptr (GError) error = NULL;
    CHECK (take_over (lent, bytes, cut, &error) == NULL && error != NULL);
  }
  for (guint i = 0; i < bytes->len; i++)
    for (int bit = 0; bit < 8; bit++) {
      bytes->data[i] ^= (guint8)(1 << bit);
      mk_outcome *other = take_over (lent, bytes, bytes->len, NULL);
      if (other != NULL)
        mk_outcome_unref (other);
      bytes->data[i] ^= (guint8)(1 << bit);
    }
  mk_lent_end_call (lent);
  mk_lent_free (lent);
}

TEST (what_a_pack_shares_cannot_shrink_under_who_reads_it)
{
  size_t length = 0;
  g_autoptr (GError) error = NULL;
  int loose = memfd_create ("loose", MFD_CLOEXEC), shared = memfd_create ("shared", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  CHECK (ftruncate (loose, 8192) == 0 && ftruncate (shared, 8192) == 0);
  CHECK_FAILS (mk_wire_map (loose, &length, &error) != NULL, error, MK_ERROR_FORMAT);
  CHECK (strstr (error->message, "shrink") != NULL);
  g_clear_error (&error);
  g_autofree char *path = g_build_filename (mk_test_folder (), "file", NULL);
  CHECK (g_file_set_contents (path, "long enough", -1, NULL));
  int file = open (path, O_RDWR | O_CLOEXEC);
  CHECK_FAILS (mk_wire_map (file, &length, &error) != NULL, error, MK_ERROR_FORMAT);
  close (file);
  for (int times = 0; times < 2; times++) {
    void *bytes = (void *)mk_wire_map (shared, &length, NULL);
    CHECK (bytes != NULL);
    CHECK_INT (length, ==, 8192);
    CHECK (ftruncate (shared, 1) != 0);
    munmap (bytes, length);
  }
  close (loose);
  close (shared);
}
