#include "base/error.h"

#include <stdarg.h>

typedef struct {
  const char *name, *sentence, *comfy_type;
  int http_status;
} error_row;

static const error_row rows[] = {
#define X(code, text, status, type) { .name = #code, .sentence = text, .comfy_type = type, .http_status = status },
  MK_ERROR_LIST (X)
#undef X
};

G_DEFINE_QUARK (mk-error, mk_error)

bool
mk_error (GError **error, mk_error_code code, const char *format, ...)
{
  if (error != NULL && *error == NULL) { /* what went wrong first is what is told */
    va_list args;
    va_start (args, format);
    *error = g_error_new_valist (MK_ERROR, code, format, args);
    va_end (args);
  }
  return false;
}

static const error_row *
row_of (const GError *error)
{
  bool ours = error != NULL && error->domain == MK_ERROR && error->code >= 0 && error->code < MK_N_ERRORS;
  return &rows[ours ? error->code : MK_ERROR_FAILED];
}

const char *
mk_error_name (const GError *error)
{
  return row_of (error)->name;
}

const char *
mk_error_sentence (const GError *error)
{
  return row_of (error)->sentence;
}

const char *
mk_error_comfy_type (const GError *error)
{
  return row_of (error)->comfy_type;
}

int
mk_error_http_status (const GError *error)
{
  return row_of (error)->http_status;
}
