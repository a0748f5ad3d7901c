/* error.h - the one error domain, printed from one list.
 *
 * Purpose   Each row gives a code, the sentence for it, the HTTP status that
 *           a server answers with and the `type` that ComfyUI uses.
 * Memory    As GError: the caller frees.
 * Use       Guard clauses: `return mk_error (error, MK_ERROR_RANGE, "...")`.
 *           The deepest place that knows the cause sets it; callers prefix.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

/*        code             sentence                        status  ComfyUI type          */
#define MK_ERROR_LIST(X)                                                                 \
  X (FAILED,          "something went wrong",                500, "execution_error")      \
  X (CANCELLED,       "it was cancelled",                    499, "execution_interrupted")\
  X (MEMORY,          "there is not enough memory",          507, "execution_error")      \
  X (DISK,            "the disk refused",                    507, "disk_refused")         \
  X (NOT_FOUND,       "there is no such thing",              404, "not_found")            \
  X (EXISTS,          "it exists already",                   409, "conflict")             \
  X (CHANGED,         "it was changed meanwhile",            412, "precondition_failed")  \
  X (FORBIDDEN,       "that is not allowed",                 403, "forbidden")            \
  X (UNAUTHORIZED,    "a key is needed",                     401, "unauthorized")         \
  X (LIMIT,           "it is larger than allowed",           413, "limit_exceeded")       \
  X (BUSY,            "too much at once",                    429, "busy")                 \
  X (SYNTAX,          "it cannot be read",                   400, "invalid_json")         \
  X (FORMAT,          "the file is damaged or of another kind", 400, "invalid_file")      \
  X (RANGE,           "a value is out of range",             400, "value_out_of_range")   \
  X (TYPE,            "a value has the wrong type",          400, "invalid_input_type")   \
  X (USAGE,           "the command was called wrongly",      400, "bad_request")          \
  X (SENTENCE,        "the sentence was not understood",     422, "not_understood")       \
  X (WORKFLOW,        "the workflow is not valid",           400, "prompt_outputs_failed_validation") \
  X (MISSING_NODE,    "a node is not there",                 400, "missing_node_type")    \
  X (UNSUPPORTED,     "that is not supported",               501, "unsupported")          \
  X (UNAVAILABLE,     "the other side does not answer",      503, "unavailable")          \
  X (TIMEOUT,         "it took too long",                    504, "timeout")

typedef enum {
#define X(code, sentence, status, type) MK_ERROR_##code,
  MK_ERROR_LIST (X)
#undef X
  MK_N_ERRORS
} mk_error_code;

#define MK_ERROR (mk_error_quark ())
GQuark mk_error_quark (void);

/* Sets `*error` (when wanted) and returns false, so that a guard is one line. */
bool mk_error (GError **error, mk_error_code code, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* The row of an error of any domain; foreign domains count as FAILED. Static strings. */
const char *mk_error_name (const GError *error); /* "DISK" */
const char *mk_error_sentence (const GError *error);
const char *mk_error_comfy_type (const GError *error);
int         mk_error_http_status (const GError *error);
