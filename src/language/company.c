/* A word for several at once: "a crowd cheers", "a family of four", "the choir sings". It is so many of what it is shown as. */
#include "language/constructions.h"

/* "of four" behind the word, and no name of what the four are: the token behind it, or i. */
static int
read_of_number (const mk_parser *p, int i, double *number)
{
  int end = mk_is_word (p, i, "of") ? mk_parse_number (p, i + 1, number) : i;
  bool is_bare = end > i + 1 && mk_hit_at (p, end, MK_WORD_unit)->n == 0 && !mk_np_is_head_ahead (p, end);
  return is_bare ? end : i;
}

/* "a family of four", "a crowd of penguins": the token behind the words that stand before the head of a group or its number, or i. A number alone is read
 * behind the word, by mk_read_company(). */
int
mk_read_company_of (const mk_parser *p, int i, mk_np *np)
{
  const mk_hit *company = mk_hit_at (p, i, MK_WORD_company);
  int next = i + company->n + 1;
  if (company->n == 0 || np->group != NULL || !mk_is_word (p, next - 1, "of") || read_of_number (p, next - 1, &(double){ 0 }) > next - 1)
    return i;
  if (mk_parse_number (p, next, &(double){ 0 }) == next && !mk_np_is_head_ahead (p, next))
    return i;
  np->group = company->sense->value;
  np->number = np->number == 1 ? -1 : np->number;
  return next;
}

/* The last word of a head may be such a word: "a jazz band". */
int
mk_read_company (const mk_parser *p, int next, mk_np *np)
{
  const mk_hit *company = mk_hit_at (p, np->head, MK_WORD_company);
  for (int i = np->head; i < next && i + company->n != next; i++)
    company = mk_hit_at (p, i + 1, MK_WORD_company);
  if (np->head < 0 || company->n == 0 || np->object == NULL || np->group != NULL)
    return next;
  double each = mk_json_get_real (mk_json_get (company->sense->value, "count")), several = np->number > 1 ? np->number : 1;
  int end = read_of_number (p, next, &each);
  np->group = company->sense->value;
  np->number = several * each;
  return end;
}
