/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/language.h"

#include <glib/gi18n.h>
#include <locale.h>

static char *system_language; /* (owned) (nullable): what LANGUAGE was at the start */

void
mr_language_set_up (const char *locale_dir, const char *language)
{
  const char *locale = setlocale (LC_ALL, "");
  if (locale == NULL || g_str_equal (locale, "C") || g_str_equal (locale, "POSIX"))
    setlocale (LC_ALL, "C.UTF-8");
  system_language = g_strdup (language);
  bindtextdomain (MR_GETTEXT_DOMAIN, locale_dir);
  bind_textdomain_codeset (MR_GETTEXT_DOMAIN, "UTF-8");
  textdomain (MR_GETTEXT_DOMAIN);
}

void
mr_language_use (const char *language)
{
  if (language[0] != '\0')
    g_setenv ("LANGUAGE", language, TRUE);
  else if (system_language != NULL)
    g_setenv ("LANGUAGE", system_language, TRUE);
  else
    g_unsetenv ("LANGUAGE");
  /* gettext looks at LANGUAGE anew only after a change it is told of. */
  textdomain (MR_GETTEXT_DOMAIN);
}
