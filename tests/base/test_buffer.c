#include "check.h"

#include <string.h>

TEST (buffer_is_zeroed_and_aligned)
{
  GError *error = NULL;
  g_autoptr (mk_buffer) buffer = mk_buffer_new (1000, &error);
  CHECK_OK (buffer, error);
  const unsigned char *bytes = mk_buffer_read (buffer);
  CHECK_INT ((uintptr_t)bytes % 64, ==, 0);
  for (int i = 0; i < 1000; i++)
    CHECK_INT (bytes[i], ==, 0);
}

TEST (buffer_refuses_absurd_sizes_with_a_number)
{
  g_autoptr (GError) error = NULL;
  CHECK_FAILS (mk_buffer_new ((size_t)1 << 62, &error), error, MK_ERROR_MEMORY);
  CHECK (strstr (error->message, "4398046511104 MB") != NULL);
}

TEST (buffer_knows_when_it_is_shared)
{
  GError *error = NULL;
  mk_buffer *buffer = mk_buffer_new (1, &error);
  CHECK (mk_buffer_is_unique (buffer));
  mk_buffer *other = mk_buffer_ref (buffer);
  CHECK (!mk_buffer_is_unique (buffer));
  mk_buffer_unref (other);
  CHECK (mk_buffer_is_unique (buffer));
  mk_buffer_unref (buffer);
}

TEST (buffer_maps_a_file_and_an_empty_one)
{
  g_autofree char *path = g_build_filename (mk_test_folder (), "some", NULL);
  CHECK (g_file_set_contents (path, "hello", 5, NULL));
  GError *error = NULL;
  g_autoptr (mk_buffer) buffer = mk_buffer_map_file (path, &error);
  CHECK_OK (buffer, error);
  CHECK_INT (mk_buffer_size (buffer), ==, 5);
  CHECK (memcmp (mk_buffer_read (buffer), "hello", 5) == 0);
  CHECK (g_file_set_contents (path, "", 0, NULL));
  g_autoptr (mk_buffer) empty = mk_buffer_map_file (path, &error);
  CHECK_OK (empty, error);
  CHECK_INT (mk_buffer_size (empty), ==, 0);
}

TEST (buffer_refuses_to_map_what_is_no_file)
{
  g_autoptr (GError) error = NULL;
  CHECK_FAILS (mk_buffer_map_file (mk_test_folder (), &error), error, MK_ERROR_FORMAT);
}

TEST (sizes_that_overflow_are_noticed)
{
  size_t product = 0;
  CHECK (mk_size_multiply (6, 7, &product) && product == 42);
  CHECK (!mk_size_multiply (SIZE_MAX, 2, &product));
}
