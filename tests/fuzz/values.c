#include "engine/value_file.h"
#include "nodes/nodes.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static bool
stays (void *user, const mk_value *value)
{
  (void)user;
  (void)value;
  return false;
}

static void
keep (void *user, mk_value *value, int64_t ticket[2])
{
  (void)user;
  (void)value;
  ticket[0] = ticket[1] = 1;
}

static mk_value *
find (void *user, const int64_t ticket[2], GError **error)
{
  (void)user;
  if (ticket[0] == 1)
    return mk_value_new_string ("kept");
  mk_error (error, MK_ERROR_UNAVAILABLE, "gone");
  return NULL;
}

/* What a pack's process may send as its results; what is read can be sent on. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const mk_value_keeper keeper = { stays, keep, find, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_outcome) outcome = mk_outcome_take_over (data, size, mk_all_value_types, &keeper, &error);
  g_assert ((outcome == NULL) == (error != NULL));
  if (outcome == NULL)
    return 0;
  g_autoptr (GByteArray) again = mk_outcome_hand_over (outcome, &keeper, &error);
  g_assert ((again == NULL) == (error != NULL)); /* a blocker goes to nobody */
  return 0;
}
