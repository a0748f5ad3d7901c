/* A command once more, for others. */
#include "language/constructions.h"

int
mk_command_again (mk_parser *p, const mk_json *said, mk_json *taken_targets)
{
  const char *op = mk_json_get_string (mk_json_get (said, "op"));
  bool is_action = g_str_equal (op, "animate") || g_str_equal (op, "physics");
  int command = mk_command_new (p, op, is_action ? MK_BUCKET_ACTION : MK_BUCKET_THING);
  mk_json *json = mk_command_json (p, command);
  mk_set_fields (json, said);
  if (json != NULL)
    mk_json_set (json, "targets", taken_targets);
  else
    mk_json_unref (taken_targets);
  return command;
}

int
mk_action_again (mk_parser *p, const mk_json *said, mk_json *taken_targets)
{
  int command = mk_command_again (p, said, taken_targets);
  mk_set_text (mk_command_json (p, command), "id", mk_new_id (p, mk_json_get_string (mk_json_get (said, "motion"))));
  return command;
}
