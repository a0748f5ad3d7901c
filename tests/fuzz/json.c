#include "base/json.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What was read, printed and read again is the same. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  mk_json *value = NULL, *again = NULL;
  if (!mk_json_parse ((const char *)data, (gssize)size, NULL, &value, NULL))
    return 0;
  g_autofree char *text = mk_json_print (value);
  g_assert (mk_json_parse (text, -1, NULL, &again, NULL));
  g_autofree char *second = mk_json_print (again);
  g_assert_cmpstr (text, ==, second);
  mk_json_unref (value);
  mk_json_unref (again);
  return 0;
}
