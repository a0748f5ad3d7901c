/* film_options.h - the options that everything which makes films takes. */
#pragma once
#include "cli/cli.h"
#include "language/plan.h"

/* --size, --fps, --seconds, --quality, --seed, --still, --only, --out, --json; the values are this file's. */
const GOptionEntry *mk_cli_film_options (void);
/* What was given, checked. USAGE names the option, the value and what is allowed. */
bool mk_cli_film_plan (mk_plan_options *plan, GError **error);
const char *mk_cli_film_out (void);
bool        mk_cli_film_as_json (void);
