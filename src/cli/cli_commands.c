#include "cli/commands.h"
#include "cli/film_options.h"

const mk_cli_command mk_cli_commands[] = {
  { "make", "\"SENTENCE\"", "Turn a sentence into a film, a 3D scene and a poster",
    "A sentence says what is there, what it looks like, what it does and how it is seen:\n"
    "  miktos make \"three blue cubes on a wooden table, a cat walks around them\"\n"
    "  miktos make \"a rocket flies up at sunset, close-up, 6 seconds, in 720p\"\n"
    "A single - reads it from standard input. The files are called after the sentence.",
    mk_cli_film_options, mk_cli_make },
  { "plan", "\"SENTENCE\"", "Show what a sentence means; nothing is made", .list_options = mk_cli_plan_options, .run = mk_cli_plan },
  { "render", "FILE", "Film a 3D model (GLB, OBJ, FBX, …) or scene commands (.json)", .list_options = mk_cli_film_options, .run = mk_cli_render },
  { "run", "WORKFLOW", "Run a workflow: a file of ComfyUI's API or editor, or a picture, film or scene that carries one", .list_options = mk_cli_run_options, .run = mk_cli_run },
  { "serve", "", "Serve the API and the interface, with an engine of its own", .list_options = mk_cli_serve_options, .run = mk_cli_serve },
  { "keys", "[add NAME|list|remove ID]", "Let others use the bridge: keys and what they may do", .list_options = mk_cli_keys_options, .run = mk_cli_keys },
  { "mcp", "", "Tools for agents (Model Context Protocol) on standard input and output", .list_options = mk_cli_mcp_options, .run = mk_cli_mcp },
  { "backup", "FILE", "Write projects, workflows and tasks into one file, also while the bridge runs", .list_options = mk_cli_backup_options, .run = mk_cli_backup },
  { "restore", "FILE", "Put such a file back in place", .list_options = mk_cli_backup_options, .run = mk_cli_restore },
  { "engine", "", "Serve workflows to any ComfyUI client", .list_options = mk_cli_engine_options, .run = mk_cli_engine },
  { "nodes", "[NAME]", "List the nodes, or explain one", .list_options = mk_cli_nodes_options, .run = mk_cli_nodes },
  { "objects", "[NAME | check FILE]", "List the object library, explain one, or check a recipe of one's own", .run = mk_cli_objects },
  { "plugins", "[grant|revoke NAME PERMISSION]", "List custom nodes, and grant what they ask for",
    "Packs in Python run in a sandbox without a network. One whose miktos.json asks for more\n"
    "gets it when you grant it: network, or unsandboxed.",
    mk_cli_plugins_options, mk_cli_plugins },
  { "thumbnail", "FILE PICTURE", "Make a small picture of a film, a scene, a picture or an object", .list_options = mk_cli_thumbnail_options, .run = mk_cli_thumbnail },
  { "doctor", "", "Check that everything needed is here, and where settings come from", .list_options = mk_cli_backup_options, .run = mk_cli_doctor },
  { "completion", "[bash]", "Print what teaches bash to complete: eval \"$(miktos completion)\"", .run = mk_cli_completion },
  { "version", "", "Print the version", .run = mk_cli_version },
  { .name = NULL },
};
