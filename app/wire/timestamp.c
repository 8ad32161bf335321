/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/message.h"

#include <string.h>

#define US_PER_DAY (G_USEC_PER_SEC * G_GINT64_CONSTANT (86400))

/* Days from 1970-01-01 in the Gregorian calendar; GDate counts from the year 1. */
static gint64
count_days (guint year, guint month, guint day)
{
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
  return (gint64) g_date_get_julian (&date) - 719163;
}

static gboolean
read_digits (const char *text, guint n, guint *value)
{
  *value = 0;
  for (guint i = 0; i < n; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      *value = *value * 10 + (guint) (text[i] - '0');
    }
  return TRUE;
}

static gboolean
read_date (const char *text, guint *year, guint *month, guint *day)
{
  return read_digits (text, 4, year) && text[4] == '-' && read_digits (text + 5, 2, month) &&
         text[7] == '-' && read_digits (text + 8, 2, day) && *year >= 1970 &&
         g_date_valid_dmy ((GDateDay) *day, (GDateMonth) *month, (GDateYear) *year);
}

gboolean
mr_date_is_valid (const char *text)
{
  guint year, month, day;

  return strnlen (text, 11) == 10 && read_date (text, &year, &month, &day);
}

/* By hand: each line of a sale has its time. */
static void
write_digits (char *text, guint n, guint value)
{
  for (; n > 0; value /= 10)
    text[--n] = (char) ('0' + value % 10);
}

char *
mr_time_format (gint64 time_us)
{
  gint64 days, rest;
  GDate date;

  time_us =
      CLAMP (time_us, 0, G_GINT64_CONSTANT (253402300799999999)); /* the end of the year 9999 */
  days = time_us / US_PER_DAY;
  rest = time_us % US_PER_DAY;
  g_date_clear (&date, 1);
  g_date_set_julian (&date, (guint32) (days + 719163));

  char *text = g_strdup ("0000-00-00T00:00:00.000000Z");
  write_digits (text, 4, (guint) g_date_get_year (&date));
  write_digits (text + 5, 2, (guint) g_date_get_month (&date));
  write_digits (text + 8, 2, (guint) g_date_get_day (&date));
  write_digits (text + 11, 2, (guint) (rest / (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)));
  write_digits (text + 14, 2, (guint) (rest / (60 * G_USEC_PER_SEC) % 60));
  write_digits (text + 17, 2, (guint) (rest / G_USEC_PER_SEC % 60));
  write_digits (text + 20, 6, (guint) (rest % G_USEC_PER_SEC));
  return text;
}

/* What follows the seconds: nothing or a point and 1 to 6 digits; then "Z". */
static gboolean
read_fraction (const char *text, gint64 *us)
{
  gint64 unit = 100000;

  *us = 0;
  if (*text == '.')
    {
      if (!g_ascii_isdigit (*++text))
        return FALSE;
      for (; g_ascii_isdigit (*text) && unit > 0; text++, unit /= 10)
        *us += (*text - '0') * unit;
    }
  return strcmp (text, "Z") == 0;
}

gboolean
mr_time_parse (const char *text, gint64 *time_us)
{
  guint year, month, day, hour, minute, second;
  gint64 us;

  if (strnlen (text, 19) < 19 || !read_date (text, &year, &month, &day) || text[10] != 'T' ||
      !read_digits (text + 11, 2, &hour) || text[13] != ':' ||
      !read_digits (text + 14, 2, &minute) || text[16] != ':' ||
      !read_digits (text + 17, 2, &second) || !read_fraction (text + 19, &us))
    return FALSE;
  if (hour > 23 || minute > 59 || second > 59)
    return FALSE;
  *time_us = count_days (year, month, day) * US_PER_DAY +
             ((gint64) hour * 3600 + minute * 60 + second) * G_USEC_PER_SEC + us;
  return TRUE;
}
