/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/wedge.h"

#include <string.h>

#define RETURN 0xFF0D
#define KP_ENTER 0xFF8D
#define TAB 0xFF09
#define SHIFT_L 0xFFE1
#define CONTROL_L 0xFFE3
#define ALT_L 0xFFE9
#define F6 0xFFC3
#define KP_0 0xFFB0

/* A view in small: what it would have done, as text: digits as typed, [codes], \n for an Enter. */
typedef struct
{
  MrWedge *wedge; /* (owned) */
  GString *seen; /* (owned) */
  guint32 now_ms;
} Desk;

static void
desk_init_with (Desk *desk, MrWedgeSettings settings)
{
  desk->wedge = mr_wedge_new (&settings);
  desk->seen = g_string_new (NULL);
  desk->now_ms = G_MAXUINT32 - 50; /* event times wrap */
}

static void
desk_init (Desk *desk)
{
  desk_init_with (desk, MR_WEDGE_SETTINGS_DEFAULT);
}

static void
desk_clear (Desk *desk)
{
  mr_wedge_free (desk->wedge);
  g_string_free (desk->seen, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Desk, desk_clear)

static void
note_key (Desk *desk, const MrKeyPress *key)
{
  if (key->keyval == RETURN || key->keyval == KP_ENTER || key->keyval == TAB)
    g_string_append_c (desk->seen, '\n');
  else if (key->keyval == F6)
    g_string_append (desk->seen, "<F6>");
  else if (key->character != 0)
    g_string_append_unichar (desk->seen, key->character);
}

static void
note_events (Desk *desk)
{
  MrWedgeEvent event;

  while (mr_wedge_pop (desk->wedge, &event))
    if (event.kind == MR_WEDGE_SCANNED)
      {
        g_string_append_printf (desk->seen, "[%s%s]", event.scan->aim, event.scan->text);
        mr_scan_free (event.scan);
      }
    else
      note_key (desk, &event.key);
}

/* Lets @gap_ms pass, with the timer a view would have set, then presses. */
static void
press (Desk *desk, guint gap_ms, MrKeyPress key)
{
  int wait_ms = mr_wedge_next_deadline_ms (desk->wedge);
  MrWedgeVerdict verdict;

  if (wait_ms >= 0 && (guint) wait_ms < gap_ms)
    {
      mr_wedge_timeout (desk->wedge);
      note_events (desk);
      g_assert_cmpint (mr_wedge_next_deadline_ms (desk->wedge), ==, -1);
    }
  desk->now_ms += gap_ms;
  key.time_ms = desk->now_ms;
  verdict = mr_wedge_key (desk->wedge, &key);
  note_events (desk);
  if (verdict == MR_WEDGE_PASS)
    note_key (desk, &key);
}

static void
press_key (Desk *desk, guint gap_ms, guint keyval)
{
  press (desk, gap_ms, (MrKeyPress){ .keyval = keyval });
}

static void
type (Desk *desk, guint gap_ms, const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar character = g_utf8_get_char (p);

      press (desk, gap_ms,
             *p == '\n' ? (MrKeyPress){ .keyval = RETURN }
                        : (MrKeyPress){ .keyval = character, .character = character });
    }
}

static void
rest (Desk *desk)
{
  if (mr_wedge_next_deadline_ms (desk->wedge) >= 0)
    mr_wedge_timeout (desk->wedge);
  note_events (desk);
  desk->now_ms += 1000;
}

static void
test_one_scan (void)
{
  static const struct
  {
    const char *keys;
    guint gap_ms;
    const char *seen;
  } cases[] = {
    { "6901234567892\n", 2, "[6901234567892]" },
    { "6901234567892\n", 1, "[6901234567892]" },
    { "6901234567892\n", 0, "[6901234567892]" }, /* several in one millisecond */
    { "6901234567892\n", 35, "[6901234567892]" },
    { "6901234567892\n", 36, "6901234567892\n" }, /* a person */
    { "6901234567892\n", 70, "6901234567892\n" },
    { "6901234567892", 2, "[6901234567892]" }, /* no terminator: time ends it */
    { "6901234567892\n\n", 2, "[6901234567892]" }, /* CR LF */
    { "AbC-12xyz\n", 2, "[AbC-12xyz]" },
    { "12345\n", 2, "[12345]" },
    { "1234\n", 2, "[1234]" },
    { "123\n", 2, "123\n" }, /* too short for a scan */
    { "12\n", 2, "12\n" },
    { "\n", 2, "\n" },
    { "]E06901234567892\n", 2, "[]E06901234567892]" },
    { "]d20106901234567892\n", 2, "[]d20106901234567892]" },
    { "88888888\n", 2, "[88888888]" },
    { "00000000\n", 30, "00000000\n" }, /* a key held down repeats like this */
    { "134567890123456789\n", 5, "[134567890123456789]" }, /* a payment code is never money */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Desk) desk;

      desk_init (&desk);
      desk.now_ms += 500;
      type (&desk, cases[i].gap_ms, cases[i].keys);
      rest (&desk);
      g_test_message ("%s every %u ms", cases[i].keys, cases[i].gap_ms);
      g_assert_cmpstr (desk.seen->str, ==, cases[i].seen);
    }
}

/* Twelve goods at full speed, the same twice, nothing between Enter and the next digit. */
static void
test_back_to_back (void)
{
  g_auto (Desk) desk;
  GString *expected = g_string_new (NULL);

  desk_init (&desk);
  for (int i = 0; i < 12; i++)
    {
      g_autofree char *code = g_strdup_printf ("69012345%05d", i / 2);
      g_autofree char *keys = g_strdup_printf ("%s\n", code);

      type (&desk, 2, keys);
      g_string_append_printf (expected, "[%s]", code);
    }
  g_assert_cmpstr (desk.seen->str, ==, expected->str);
  g_string_free (expected, TRUE);
}

static void
test_person (void)
{
  static const struct
  {
    const char *keys;
    guint gap_ms;
  } cases[] = {
    { "6*", 60 },   { "12\n", 60 },       { "12\n", 80 },   { "158.50\n", 61 },
    { "+-/.", 65 }, { "1 2 3 4\n", 200 }, { "kele\n", 45 }, { "12", 10 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Desk) desk;

      desk_init (&desk);
      type (&desk, cases[i].gap_ms, cases[i].keys);
      rest (&desk);
      g_assert_cmpstr (desk.seen->str, ==, cases[i].keys);
    }
}

static void
test_person_and_scanner (void)
{
  g_auto (Desk) desk;

  desk_init (&desk);
  type (&desk, 70, "6*");
  desk.now_ms += 150;
  type (&desk, 2, "6901234567892\n");
  desk.now_ms += 250;
  type (&desk, 70, "2*\n");
  g_assert_cmpstr (desk.seen->str, ==, "6*[6901234567892]2*\n");
  rest (&desk);
  g_string_truncate (desk.seen, 0);

  /* A key 20 ms before the scan: the check digit tells them apart. */
  press (&desk, 500, (MrKeyPress){ .keyval = '3', .character = '3' });
  type (&desk, 20, "6");
  type (&desk, 2, "901234567892\n");
  g_assert_cmpstr (desk.seen->str, ==, "3[6901234567892]");
}

/* A first gap that is longer than the others is a radio waking up, not a person. */
static void
test_late_first_gap (void)
{
  g_auto (Desk) desk;

  desk_init (&desk);
  type (&desk, 500, "6");
  type (&desk, 30, "9");
  type (&desk, 3, "01234567892\n");
  g_assert_cmpstr (desk.seen->str, ==, "[6901234567892]");
}

static void
test_enter_near_scan (void)
{
  static const struct
  {
    guint gap_ms;
    const char *seen;
  } cases[] = {
    { 36, "[6901234567892]" },    { 90, "[6901234567892]" },    { 100, "[6901234567892]" },
    { 101, "[6901234567892]\n" }, { 500, "[6901234567892]\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Desk) desk;

      desk_init (&desk);
      type (&desk, 2, "6901234567892");
      press_key (&desk, cases[i].gap_ms, RETURN);
      g_assert_cmpstr (desk.seen->str, ==, cases[i].seen);
    }
}

/* The scan was already given when a second Enter comes, and after the time is over it is a person's. */
static void
test_enter_after_scan (void)
{
  g_auto (Desk) desk;

  desk_init (&desk);
  type (&desk, 2, "6901234567892\n");
  press_key (&desk, 60, KP_ENTER);
  g_assert_cmpstr (desk.seen->str, ==, "[6901234567892]");
  press_key (&desk, 60, RETURN);
  g_assert_cmpstr (desk.seen->str, ==, "[6901234567892]\n");
}

static void
test_terminators (void)
{
  static const MrKeyPress terminators[] = {
    { .keyval = RETURN },
    { .keyval = KP_ENTER },
    { .keyval = TAB },
    { .keyval = 'j', .character = 'j', .control = TRUE },
    { .keyval = 'm', .character = 'm', .control = TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (terminators); i++)
    {
      g_auto (Desk) desk;

      desk_init (&desk);
      type (&desk, 2, "6901234567892");
      press (&desk, 2, terminators[i]);
      type (&desk, 2, "96385074");
      press (&desk, 2, terminators[i]);
      g_assert_cmpstr (desk.seen->str, ==, "[6901234567892][96385074]");
    }
}

/* Other keys are passed at once and end what was typed before them. */
static void
test_other_keys (void)
{
  g_auto (Desk) desk;

  desk_init (&desk);
  type (&desk, 60, "6");
  press_key (&desk, 10, F6);
  g_assert_cmpstr (desk.seen->str, ==, "6<F6>");
  type (&desk, 2, "6901234567892");
  press_key (&desk, 2, F6);
  g_assert_cmpstr (desk.seen->str, ==, "6<F6>[6901234567892]<F6>");
}

static void
test_shift_alone (void)
{
  g_auto (Desk) desk;

  desk_init (&desk);
  for (const char *p = "84X9-Ab"; *p != '\0'; p++)
    {
      gboolean shifted = g_ascii_isupper (*p);

      if (shifted)
        press_key (&desk, 20, SHIFT_L);
      press (&desk, 20,
             (MrKeyPress){ .keyval = (guint) *p, .character = (gunichar) *p, .shift = shifted });
    }
  press_key (&desk, 20, RETURN);
  g_assert_cmpstr (desk.seen->str, ==, "[84X9-Ab]");
}

static void
test_group_separator (void)
{
  g_auto (Desk) desk;

  desk_init (&desk);
  type (&desk, 2, "010690123456789210A1");
  press_key (&desk, 2, CONTROL_L);
  press (&desk, 2, (MrKeyPress){ .keyval = ']', .character = ']', .control = TRUE });
  type (&desk, 2, "17270101\n");
  press_key (&desk, 500, CONTROL_L);
  press (&desk, 2, (MrKeyPress){ .keyval = ']', .character = ']', .control = TRUE });
  type (&desk, 2, "0106901234567892\n");
  g_assert_cmpstr (desk.seen->str, ==,
                   "[010690123456789210A1\x1d"
                   "17270101][\x1d"
                   "0106901234567892]");
}

static void
type_alt (Desk *desk, const char *digits)
{
  press_key (desk, 2, ALT_L);
  for (const char *p = digits; *p != '\0'; p++)
    press (desk, 2,
           (MrKeyPress){
               .keyval = KP_0 + (guint) (*p - '0'), .character = (gunichar) *p, .alt = TRUE });
}

static void
test_alt_numbers (void)
{
  g_auto (Desk) desk;

  desk_init (&desk);
  type (&desk, 2, "10A1");
  type_alt (&desk, "029");
  type_alt (&desk, "065");
  type (&desk, 2, "17\n");
  type (&desk, 2, "KL");
  type_alt (&desk, "49389"); /* 0xC0ED: a hanzi of GBK */
  type_alt (&desk, "7"); /* a bell is nothing */
  type (&desk, 2, "1\n");
  g_assert_cmpstr (desk.seen->str, ==,
                   "[10A1\x1d"
                   "A17][KL"
                   "\xe7\x90\x86"
                   "1]");
}

static void
test_american_scanner (void)
{
  MrWedgeSettings settings = MR_WEDGE_SETTINGS_DEFAULT;
  g_auto (Desk) desk;

  settings.scanner_is_us = TRUE;
  desk_init_with (&desk, settings);
  /* A French keyboard: & for 1, é for 2, a for q; and a dead key, which makes no character. */
  press (&desk, 2, (MrKeyPress){ .keyval = '&', .character = '&', .keycode = 10 });
  press (&desk, 2, (MrKeyPress){ .keyval = 0xE9, .character = 0xE9, .keycode = 11 });
  press (&desk, 2, (MrKeyPress){ .keyval = 'a', .character = 'a', .keycode = 24 });
  press (&desk, 2, (MrKeyPress){ .keyval = 'A', .character = 'A', .keycode = 24, .shift = TRUE });
  press (&desk, 2, (MrKeyPress){ .keyval = 0xFE52, .character = 0, .keycode = 34 });
  press_key (&desk, 2, RETURN);
  /* A person types what is printed on the keys. */
  press (&desk, 300, (MrKeyPress){ .keyval = '&', .character = '&', .keycode = 10 });
  rest (&desk);
  g_assert_cmpstr (desk.seen->str, ==, "[12qQ[]&");
}

/* The loop stood still: the keys arrive in a heap, their times do not, and the timer comes last. */
static void
test_stalled_loop (void)
{
  g_auto (Desk) desk;

  desk_init (&desk);
  type (&desk, 30, "6901234567892");
  g_assert_cmpint (mr_wedge_next_deadline_ms (desk.wedge), >, 35);
  type (&desk, 30, "\n");
  g_assert_cmpint (mr_wedge_next_deadline_ms (desk.wedge), ==, -1);
  g_assert_cmpstr (desk.seen->str, ==, "[6901234567892]");
}

/* Whatever is pressed whenever: each key is seen once, in order, typed or in a code. */
static void
test_nothing_lost (void)
{
  for (guint seed = 0; seed < 200; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      g_autofree char *bare = NULL;
      GString *pressed = g_string_new (NULL);
      g_auto (Desk) desk;

      desk_init (&desk);
      for (int i = 0; i < 300; i++)
        {
          char key[2] = { (char) g_rand_int_range (rand, '0', '9' + 1) };

          g_string_append (pressed, key);
          type (&desk, (guint) (g_rand_boolean (rand) ? 3 : g_rand_int_range (rand, 1, 150)), key);
        }
      rest (&desk);
      bare = g_strdup (desk.seen->str);
      for (char *p = bare, *q = bare;; p++)
        {
          if (*p != '[' && *p != ']')
            *q++ = *p;
          if (*p == '\0')
            break;
        }
      g_assert_cmpstr (bare, ==, pressed->str);
      g_string_free (pressed, TRUE);
    }
}

static void
test_scan_bytes (void)
{
  static const struct
  {
    const char *bytes;
    const char *aim;
    const char *text; /* NULL: no scan */
  } cases[] = {
    { "6901234567892", "", "6901234567892" },
    { "]E06901234567892\r\n", "]E0", "6901234567892" },
    { "]Q3", "]Q3", NULL },
    { "]", "", "]" },
    { "", "", NULL },
    { "\r\n", "", NULL },
    { "\xbf\xc9\xc0\xd6", "", "可乐" },
    { "可乐", "", "可乐" },
    { "\xff\xff", "", "\xef\xbf\xbd\xef\xbf\xbd" },
    { "a\x1d"
      "b\x07"
      "c",
      "",
      "a\x1d"
      "bc" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MrScan) scan = mr_scan_new (cases[i].bytes, strlen (cases[i].bytes));

      g_assert_cmpint (scan != NULL, ==, cases[i].text != NULL);
      if (scan != NULL)
        {
          g_assert_cmpstr (scan->aim, ==, cases[i].aim);
          g_assert_cmpstr (scan->text, ==, cases[i].text);
        }
    }
  g_assert_null (mr_scan_new ("a\0b", 3));
}

/* Types with gaps that vary as those of slow radio scanners do: @gap_ms, give or take @jitter_ms. */
static void
type_uneven (Desk *desk, guint gap_ms, guint jitter_ms, const char *text)
{
  static const int sway[] = { 0, 1, -1, 1, 0, -1, -1, 1 };
  guint i = 0;

  for (const char *p = text; *p != '\0'; p++, i++)
    {
      char one[] = { *p, '\0' };

      type (desk, (guint) ((int) gap_ms + sway[i % G_N_ELEMENTS (sway)] * (int) jitter_ms), one);
    }
}

static void
learn_slow (Desk *desk, guint gap_ms)
{
  for (int i = 0; i < 3; i++)
    {
      desk->now_ms += 700;
      type_uneven (desk, gap_ms, 3, "6901234567892\n");
    }
  rest (desk);
  g_string_truncate (desk->seen, 0);
}

static void
test_slow_scanner_learnt (void)
{
  static const guint gaps[] = { 38, 45, 52 };

  for (guint i = 0; i < G_N_ELEMENTS (gaps); i++)
    {
      g_auto (Desk) desk;
      guint learnt_ms;

      desk_init (&desk);
      type_uneven (&desk, gaps[i], 3, "6901234567892\n");
      g_assert_cmpstr (desk.seen->str, ==, "6901234567892\n");
      g_assert_cmpuint (mr_wedge_get_gap_ms (desk.wedge), ==, 35);
      learn_slow (&desk, gaps[i]);
      learnt_ms = mr_wedge_get_gap_ms (desk.wedge);
      g_assert_cmpuint (learnt_ms, >, gaps[i] + 3);
      g_assert_cmpuint (learnt_ms, <=, 60);
      /* From now on they are scans, back to back, and others' are as they were. */
      desk.now_ms += 500;
      type_uneven (&desk, gaps[i], 3, "6901234567892\n4006381333931\n");
      type (&desk, 2, "6901234567908\n");
      type_uneven (&desk, gaps[i], 3, "12345678");
      rest (&desk);
      g_assert_cmpstr (desk.seen->str, ==,
                       "[6901234567892][4006381333931][6901234567908][12345678]");
    }
}

/* What a person types is still a person's where the slowest scanner was learnt: short, or uneven. */
static void
test_person_beside_slow_scanner (void)
{
  static const struct
  {
    guint gap_ms;
    guint jitter_ms;
    const char *keys;
  } cases[] = {
    { 60, 0, "6*" },
    { 50, 0, "12\n" },
    { 61, 5, "158.50\n" },
    { 45, 0, "kele\n" },
    { 40, 0, "3.50\n" },
    { 45, 15, "keleke12\n" },
    { 40, 18, "6901234567892\n" },
  };
  g_auto (Desk) desk;

  desk_init (&desk);
  learn_slow (&desk, 52);
  g_assert_cmpuint (mr_wedge_get_gap_ms (desk.wedge), ==, 60);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_string_truncate (desk.seen, 0);
      type_uneven (&desk, cases[i].gap_ms, cases[i].jitter_ms, cases[i].keys);
      rest (&desk);
      g_assert_cmpstr (desk.seen->str, ==, cases[i].keys);
    }
  /* A fast scan close behind a person's keys. */
  g_string_truncate (desk.seen, 0);
  type (&desk, 50, "6*");
  type (&desk, 50, "6");
  type (&desk, 2, "901234567892\n");
  g_assert_cmpstr (desk.seen->str, ==, "6*[6901234567892]");
}

/* By hand nobody teaches it: not slowly, not by codes without a check digit, not by holding a key. */
static void
test_nothing_learnt_by_hand (void)
{
  static const struct
  {
    guint gap_ms;
    guint jitter_ms;
    const char *keys;
  } cases[] = {
    { 90, 0, "6901234567892\n" },  { 42, 17, "6901234567892\n" }, { 45, 1, "6901234567893\n" },
    { 45, 1, "12345678901\n" },    { 45, 1, "1234567\n" },        { 40, 0, "00000000\n" },
    { 45, 1, "690123a4567892\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (Desk) desk;

      desk_init (&desk);
      for (int n = 0; n < 5; n++)
        {
          type_uneven (&desk, cases[i].gap_ms, cases[i].jitter_ms, cases[i].keys);
          rest (&desk);
        }
      g_test_message ("%s", cases[i].keys);
      g_assert_cmpuint (mr_wedge_get_gap_ms (desk.wedge), ==, 35);
    }
}

/* A fast scanner in the slow one's place. */
static void
test_slow_scanner_forgotten (void)
{
  g_auto (Desk) desk;

  desk_init (&desk);
  learn_slow (&desk, 45);
  for (int i = 0; i < 50; i++)
    {
      g_assert_cmpuint (mr_wedge_get_gap_ms (desk.wedge), >, 35);
      type (&desk, 4, "6901234567892\n");
      desk.now_ms += 300;
    }
  g_assert_cmpuint (mr_wedge_get_gap_ms (desk.wedge), ==, 35);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wedge/one-scan", test_one_scan);
  g_test_add_func ("/wedge/back-to-back", test_back_to_back);
  g_test_add_func ("/wedge/person", test_person);
  g_test_add_func ("/wedge/person-and-scanner", test_person_and_scanner);
  g_test_add_func ("/wedge/late-first-gap", test_late_first_gap);
  g_test_add_func ("/wedge/enter-near-scan", test_enter_near_scan);
  g_test_add_func ("/wedge/enter-after-scan", test_enter_after_scan);
  g_test_add_func ("/wedge/terminators", test_terminators);
  g_test_add_func ("/wedge/other-keys", test_other_keys);
  g_test_add_func ("/wedge/shift-alone", test_shift_alone);
  g_test_add_func ("/wedge/group-separator", test_group_separator);
  g_test_add_func ("/wedge/alt-numbers", test_alt_numbers);
  g_test_add_func ("/wedge/american-scanner", test_american_scanner);
  g_test_add_func ("/wedge/stalled-loop", test_stalled_loop);
  g_test_add_func ("/wedge/nothing-lost", test_nothing_lost);
  g_test_add_func ("/wedge/slow-scanner-learnt", test_slow_scanner_learnt);
  g_test_add_func ("/wedge/person-beside-slow-scanner", test_person_beside_slow_scanner);
  g_test_add_func ("/wedge/nothing-learnt-by-hand", test_nothing_learnt_by_hand);
  g_test_add_func ("/wedge/slow-scanner-forgotten", test_slow_scanner_forgotten);
  g_test_add_func ("/scan/bytes", test_scan_bytes);
  return g_test_run ();
}
