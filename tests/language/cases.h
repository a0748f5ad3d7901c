/* cases.h - sentences with what they must lead to, as bench/language/sentences.json writes it.
 *
 * Form      "OP key=value key=value": some command has this op and these fields. A colour (`color`, `second_color`) may be a word; `place` is
 *           RELATION:TARGETS@METRES or RELATION:*, `relative_size` TO*FACTOR, `parts` the names of parts, `params` NAME:VALUE; a value of * is any.
 */
#pragma once
#include "base/json.h"
#include "language/lexicon.h"
#include "language/parse.h"

/* Whether one of the commands is what `want` says; `lexicon` knows the colours. */
bool mk_case_holds (const mk_lexicon *lexicon, const mk_json *commands, const char *want);
