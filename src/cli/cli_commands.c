#include "cli/commands.h"

const mk_cli_command mk_cli_commands[] = {
  { "run", "WORKFLOW.json", "Run a workflow in ComfyUI's API format", .list_options = mk_cli_run_options, .run = mk_cli_run },
  { "nodes", "[NAME]", "List the nodes, or explain one", .list_options = mk_cli_nodes_options, .run = mk_cli_nodes },
  { "objects", "[NAME]", "List the object library, or explain one", .run = mk_cli_objects },
  { "doctor", "", "Check that everything needed is here", .run = mk_cli_doctor },
  { "completion", "[bash]", "Print what teaches bash to complete: eval \"$(miktos completion)\"", .run = mk_cli_completion },
  { "version", "", "Print the version", .run = mk_cli_version },
  { .name = NULL },
};
