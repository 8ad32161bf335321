/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/json.h"

#include <string.h>

typedef struct
{
  const char *text;
  gssize length; /* −1: to the NUL */
  const char *error; /* the whole message; NULL = accepted */
} Row;

static const Row rows[] = {
  { "{}", -1, NULL },
  { " [ ] \n", -1, NULL },
  { "[1,-1,0,-0]", -1, NULL },
  { "[9007199254740992,-9007199254740992]", -1, NULL },
  { "{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":2}]}", -1, NULL },
  { "\"\\ud83d\\ude00 \\u4e2d\\n\\\"\\\\\\/\"", -1, NULL },
  { "[true,false,null,\"可乐\"]", -1, NULL },
  { "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", -1, NULL },

  { "", -1, "line 1, column 1: a value is wanted, but the text ends" },
  { NULL, 0, "line 1, column 1: a value is wanted, but the text ends" },
  { "{\"a\":1,\"b\":2,\"a\":3}", -1, "line 1, column 14: the key “a” stands twice in one object" },
  { "{\"a\":1,\"\\u0061\":3}", -1, "line 1, column 8: the key “a” stands twice in one object" },
  { "[9007199254740993]", -1, "line 1, column 2: integers go from −2^53 to 2^53" },
  { "[-9007199254740993]", -1, "line 1, column 2: integers go from −2^53 to 2^53" },
  { "[9223372036854775808]", -1, "line 1, column 2: integers go from −2^53 to 2^53" },
  { "[99999999999999999999999999999999]", -1, "line 1, column 2: integers go from −2^53 to 2^53" },
  { "[1.0]", -1, "line 1, column 2: numbers are whole here: no fraction, no exponent" },
  { "[1e3]", -1, "line 1, column 2: numbers are whole here: no fraction, no exponent" },
  { "[01]", -1, "line 1, column 2: a number does not begin with 0" },
  { "[-]", -1, "line 1, column 2: a number wants a digit here" },
  { "[+1]", -1, "line 1, column 2: no JSON value begins like this" },
  { "[NaN]", -1, "line 1, column 2: no JSON value begins like this" },
  { "\"a\\u0000b\"", -1, "line 1, column 3: text must not hold NUL" },
  { "\"a\0b\"", 5, "line 1, column 3: text must not hold NUL" },
  { "\"\\ud83d\"", -1, "line 1, column 2: the first half of a surrogate pair stands alone" },
  { "\"\\ud83d\\u0041\"", -1, "line 1, column 2: the first half of a surrogate pair stands alone" },
  { "\"\\ude00\"", -1, "line 1, column 2: the second half of a surrogate pair stands alone" },
  { "\"\\u12g4\"", -1, "line 1, column 2: \\u wants four hexadecimal digits" },
  { "\"\\u12", -1, "line 1, column 2: \\u wants four hexadecimal digits" },
  { "\"\\x\"", -1, "line 1, column 2: no such escape in a string" },
  { "\"\\", -1, "line 1, column 3: the text ends within a string" },
  { "\"\xff\"", -1, "line 1, column 2: this is not UTF-8" },
  { "\"\xed\xa0\xbd\"", -1, "line 1, column 2: this is not UTF-8" },
  { "\"a\nb\"", -1,
    "line 1, column 3: a control character in a string must be written as an escape" },
  { "\"可乐", -1, "line 1, column 1: this string has no end" },
  { "{\n \"可\": 1,\n \"可\": 2}", -1,
    "line 3, column 2: the key “可” stands twice in one object" },
  { "[1] 2", -1, "line 1, column 5: something stands after the end of the value" },
  { "[1]\0", 4, "line 1, column 4: text must not hold NUL" },
  { "[1", -1, "line 1, column 3: the text ends before “]”" },
  { "[1,]", -1, "line 1, column 4: no JSON value begins like this" },
  { "[1 2]", -1, "line 1, column 4: a comma or “]” is wanted here" },
  { "{\"a\" 1}", -1, "line 1, column 6: a colon is wanted after a key" },
  { "{a:1}", -1, "line 1, column 2: a key in quotes is wanted here" },
  { "{'a':1}", -1, "line 1, column 2: a key in quotes is wanted here" },
  { "/* a */ 1", -1, "line 1, column 1: no JSON value begins like this" },
  { "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", -1, "line 1, column 33: nested deeper than 32" },
};

static void
test_check (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = mr_wire_parse (rows[i].text, rows[i].length, &error);

      g_test_message ("row %" G_GSIZE_FORMAT, i);
      if (rows[i].error == NULL)
        {
          g_assert_no_error (error);
          g_assert_nonnull (node);
        }
      else
        {
          g_assert_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_JSON);
          g_assert_cmpstr (error->message, ==, rows[i].error);
          g_assert_null (node);
        }
    }
}

/* What is written is read back as the same text, whatever is in it. */
static void
test_strings (void)
{
  static const char *const texts[] = {
    "", "可乐 330ml", "\"quoted\" \\ back", "\n\r\t\b\f\x01\x1f\x7f", "😀 \xe2\x80\xa8", "</script>",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GString) out = g_string_new (NULL);
      g_autoptr (JsonNode) node = NULL;

      mr_wire_append_string (out, texts[i]);
      node = mr_wire_parse (out->str, -1, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (json_node_get_string (node), ==, texts[i]);
    }
}

/* A bit of a name has turned over on the disk: what is sent can be read all the same. */
static void
test_damaged_string (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (JsonNode) node = NULL;

  mr_wire_append_string (out, "a\"\xe5\x8f 330ml");
  node = mr_wire_parse (out->str, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (json_node_get_string (node), ==, "a\"\xef\xbf\xbd\xef\xbf\xbd 330ml");
}

/* What is said of a long key is cut off between two characters: it is kept in a database, and sent. */
static void
test_doubled_key (void)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *key =
          g_strdup_printf ("%.*s可口可乐可口可乐可口可乐可口可乐可口可乐可口可乐", (int) i, "abc");
      g_autofree char *text = g_strdup_printf ("{\"%s\":1,\"%s\":2}", key, key);

      g_assert_null (mr_wire_parse (text, -1, &error));
      g_assert_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_JSON);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_clear_error (&error);
    }
}

typedef struct
{
  const char *text;
  const char *error;
} Member;

static void
test_members (void)
{
  static const Member members[] = {
    { "{\"n\":5}", NULL },
    { "{}", "“n” is missing" },
    { "{\"n\":\"5\"}", "“n” must be an integer" },
    { "{\"n\":null}", "“n” must be an integer" },
    { "{\"n\":true}", "“n” must be an integer" },
    { "{\"n\":[5]}", "“n” must be an integer" },
    { "{\"n\":11}", "“n” must be from 0 to 10, not 11" },
    { "{\"n\":-1}", "“n” must be from 0 to 10, not -1" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      g_autoptr (GError) error = NULL;
      JsonObject *object = NULL;
      g_autoptr (JsonNode) root = mr_wire_parse_object (members[i].text, -1, 100, &object, NULL);
      gint64 n = -7;

      g_assert_nonnull (root);
      if (mr_wire_get_int (object, "n", 0, 10, &n, &error))
        {
          g_assert_null (members[i].error);
          g_assert_cmpint (n, ==, 5);
          continue;
        }
      g_assert_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_MESSAGE);
      g_assert_cmpstr (error->message, ==, members[i].error);
      g_assert_cmpint (n, ==, -7);
    }
}

static void
test_sizes (void)
{
  g_autoptr (GError) error = NULL;
  JsonObject *object = NULL;
  g_autoptr (JsonNode) root = mr_wire_parse_object ("{\"name\":\"可乐\"}", -1, 17, &object, &error);
  g_autoptr (JsonNode) none = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (mr_wire_get_text (object, "name", 6, &error), ==, "可乐");
  g_assert_null (mr_wire_get_text (object, "name", 5, &error));
  g_assert_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_SIZE);
  g_clear_error (&error);
  none = mr_wire_parse_object ("{\"name\":\"可乐\"}", -1, 16, &object, &error);
  g_assert_null (none);
  g_assert_error (error, MR_WIRE_ERROR, MR_WIRE_ERROR_SIZE);
}

static void
test_fields (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MrFields) fields = NULL;
  GString *out = g_string_new ("[");
  g_autofree char *json = NULL;
  g_autofree char *rest = NULL;
  gint64 value = 0;

  mr_fields_append_text (out, "可乐");
  mr_fields_append_int (out, -5);
  json = mr_fields_end (out, "[{\"new\":[1]},null]");
  g_assert_cmpstr (json, ==, "[\"可乐\",-5,{\"new\":[1]},null]");
  fields = mr_fields_parse (json, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (mr_fields_get_n (fields), ==, 4);
  g_assert_cmpstr (mr_fields_get_text (fields, 0), ==, "可乐");
  g_assert_false (mr_fields_get_int (fields, 0, &value));
  g_assert_true (mr_fields_get_int (fields, 1, &value));
  g_assert_cmpint (value, ==, -5);
  g_assert_null (mr_fields_get_text (fields, 1));
  g_assert_null (mr_fields_get_text (fields, 4));
  rest = mr_fields_dup_rest (fields, 2);
  g_assert_cmpstr (rest, ==, "[{\"new\":[1]},null]");
  g_assert_null (mr_fields_dup_rest (fields, 4));
  g_clear_pointer (&json, g_free);
  json = mr_fields_end (g_string_new ("["), "[]");
  g_assert_cmpstr (json, ==, "[]");
  g_assert_null (mr_fields_parse ("{}", NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/json/check", test_check);
  g_test_add_func ("/wire/json/strings", test_strings);
  g_test_add_func ("/wire/json/damaged-string", test_damaged_string);
  g_test_add_func ("/wire/json/doubled-key", test_doubled_key);
  g_test_add_func ("/wire/json/members", test_members);
  g_test_add_func ("/wire/json/sizes", test_sizes);
  g_test_add_func ("/wire/json/fields", test_fields);
  return g_test_run ();
}
