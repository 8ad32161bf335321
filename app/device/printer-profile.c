/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/printer-profile.h"

#include "data/printers-resources.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#define RESOURCE_DIR "/org/millrace/printers"
#define ENDING ".ini"
#define GROUP "printer"
#define GROUP_PAGES "code-pages"
/* Of what somebody put into the folder by mistake, no more is read. */
#define MAX_BYTES (64 * 1024)
#define MAX_NAME_CHARS 60
#define MIN_COLUMN_DOTS 8

struct _MrPrinterProfileSet
{
  GPtrArray *profiles; /* (owned) (element-type MrPrinterProfile) */
  GPtrArray *problems; /* (owned) (element-type utf8) */
};

static const char *const flag_keys[] = { "gb18030", "cutter",   "drawer",
                                         "qr",      "barcodes", "drawer-now" };
static const char *const other_keys[] = {
  "name", "model", "paper-mm", "columns", "dots", "raster"
};

static void
free_profile (gpointer data)
{
  MrPrinterProfile *profile = data;

  g_free ((char *) profile->id);
  g_free ((char *) profile->name);
  g_free ((char *) profile->model);
  g_ptr_array_unref (profile->code_pages);
  g_free (profile);
}

static void
free_page (gpointer data)
{
  mr_code_page_free (data);
}

static void G_GNUC_PRINTF (2, 3) refuse (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_propagate_error (error, g_error_new_valist (G_IO_ERROR, G_IO_ERROR_INVALID_DATA, format, args));
  va_end (args);
}

static gboolean
is_known_key (const char *key)
{
  for (gsize i = 0; i < G_N_ELEMENTS (flag_keys); i++)
    if (g_str_equal (key, flag_keys[i]))
      return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (other_keys); i++)
    if (g_str_equal (key, other_keys[i]))
      return TRUE;
  return FALSE;
}

/* A word that is misspelt must not be taken for one that was left out. */
static gboolean
check_words (GKeyFile *file, GError **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  g_auto (GStrv) keys = g_key_file_get_keys (file, GROUP, NULL, error);

  if (keys == NULL)
    return FALSE;
  for (guint i = 0; groups[i] != NULL; i++)
    if (!g_str_equal (groups[i], GROUP) && !g_str_equal (groups[i], GROUP_PAGES))
      {
        refuse (error, "unknown group [%s]", groups[i]);
        return FALSE;
      }
  for (guint i = 0; keys[i] != NULL; i++)
    if (!is_known_key (keys[i]))
      {
        refuse (error, "unknown key %s", keys[i]);
        return FALSE;
      }
  return TRUE;
}

static gboolean
read_number (GKeyFile *file, const char *key, int smallest, int largest, int *value, GError **error)
{
  g_autoptr (GError) local = NULL;

  *value = g_key_file_get_integer (file, GROUP, key, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (*value < smallest || *value > largest)
    {
      refuse (error, "%s=%d is not %d … %d", key, *value, smallest, largest);
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_sizes (GKeyFile *file, MrPrinterProfile *profile, GError **error)
{
  if (!read_number (file, "paper-mm", 40, 120, &profile->paper_mm, error) ||
      !read_number (file, "columns", 16, 96, &profile->columns, error) ||
      !read_number (file, "dots", 128, 1024, &profile->dots, error))
    return FALSE;
  if (profile->dots % 8 != 0 || profile->dots / profile->columns < MIN_COLUMN_DOTS)
    {
      refuse (error, "dots=%d is no multiple of 8, or less than %d for each of %d columns",
              profile->dots, MIN_COLUMN_DOTS, profile->columns);
      return FALSE;
    }
  return TRUE;
}

/* @value stays when it was left out. */
static gboolean
read_flag (GKeyFile *file, const char *key, gboolean *value, GError **error)
{
  g_autoptr (GError) local = NULL;
  gboolean is_set = g_key_file_get_boolean (file, GROUP, key, &local);

  if (local == NULL)
    *value = is_set;
  if (local == NULL || g_error_matches (local, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* GLib gives what it could make of a wrong escape, and an error with it. */
static char *
dup_string (GKeyFile *file, const char *group, const char *key, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *text = g_key_file_get_string (file, group, key, &local);

  if (local == NULL)
    return g_steal_pointer (&text);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static gboolean
read_raster (GKeyFile *file, MrPrinterProfile *profile, GError **error)
{
  g_autofree char *raster = NULL;

  if (!g_key_file_has_key (file, GROUP, "raster", NULL))
    return TRUE;
  raster = dup_string (file, GROUP, "raster", error);
  if (raster == NULL)
    return FALSE;
  profile->raster_always = g_str_equal (raster, "always");
  if (profile->raster_always || g_str_equal (raster, "needed"))
    return TRUE;
  refuse (error, "raster=%s is neither always nor needed", raster);
  return FALSE;
}

static gboolean
read_flags (GKeyFile *file, MrPrinterProfile *profile, GError **error)
{
  gboolean *const values[] = {
    &profile->gb18030,   &profile->cutter,          &profile->drawer,
    &profile->native_qr, &profile->native_barcodes, &profile->drawer_now
  };

  profile->drawer_now = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (flag_keys); i++)
    if (!read_flag (file, flag_keys[i], values[i], error))
      return FALSE;
  return read_raster (file, profile, error);
}

static gboolean
is_one_line (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_iscntrl (g_utf8_get_char (p)))
      return FALSE;
  return *text != '\0' && g_utf8_strlen (text, -1) <= MAX_NAME_CHARS;
}

static gboolean
read_name (GKeyFile *file, MrPrinterProfile *profile, GError **error)
{
  g_autofree char *name = dup_string (file, GROUP, "name", error);

  if (name == NULL)
    return FALSE;
  if (!is_one_line (name))
    {
      refuse (error, "the name is not one line of 1 … %d characters", MAX_NAME_CHARS);
      return FALSE;
    }
  profile->name = g_steal_pointer (&name);
  return TRUE;
}

static gboolean
read_model (GKeyFile *file, MrPrinterProfile *profile, GError **error)
{
  g_autofree char *model = NULL;

  if (!g_key_file_has_key (file, GROUP, "model", NULL))
    return TRUE;
  model = dup_string (file, GROUP, "model", error);
  if (model == NULL)
    return FALSE;
  if (!is_one_line (model) || strchr (model, ' ') != NULL)
    {
      refuse (error, "the model is not one word of 1 … %d characters", MAX_NAME_CHARS);
      return FALSE;
    }
  profile->model = g_steal_pointer (&model);
  return TRUE;
}

/* "16" and "016" are one. */
static gboolean
has_page (const MrPrinterProfile *profile, int number)
{
  for (guint i = 0; i < profile->code_pages->len; i++)
    if (mr_code_page_get_number (g_ptr_array_index (profile->code_pages, i)) == number)
      return TRUE;
  return FALSE;
}

static gboolean
read_pages (GKeyFile *file, MrPrinterProfile *profile, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, GROUP_PAGES, NULL, NULL);

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_autofree char *charset = dup_string (file, GROUP_PAGES, keys[i], error);
      guint64 number;
      MrCodePage *page;

      if (charset == NULL)
        return FALSE;
      if (!g_ascii_string_to_unsigned (keys[i], 10, 0, 255, &number, error))
        return FALSE;
      if (has_page (profile, (int) number))
        {
          refuse (error, "code page %s is there twice", keys[i]);
          return FALSE;
        }
      page = mr_code_page_new ((int) number, charset);
      if (page == NULL)
        {
          refuse (error, "code page %s: %s is no character set of one byte a character", keys[i],
                  charset);
          return FALSE;
        }
      g_ptr_array_add (profile->code_pages, page);
    }
  return TRUE;
}

/* A profile found later takes the place of an earlier one of its name. */
static void
put_profile (MrPrinterProfileSet *self, MrPrinterProfile *profile)
{
  for (guint i = 0; i < self->profiles->len; i++)
    if (g_str_equal (mr_printer_profile_set_get (self, i)->id, profile->id))
      {
        free_profile (self->profiles->pdata[i]);
        self->profiles->pdata[i] = profile;
        return;
      }
  g_ptr_array_add (self->profiles, profile);
}

gboolean
mr_printer_profile_set_add (MrPrinterProfileSet *self, const char *id, const char *text,
                            gsize length, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  MrPrinterProfile *profile;

  if (!g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, error) ||
      !check_words (file, error))
    return FALSE;
  profile = g_new0 (MrPrinterProfile, 1);
  profile->id = g_strdup (id);
  profile->code_pages = g_ptr_array_new_with_free_func (free_page);
  if (!read_name (file, profile, error) || !read_model (file, profile, error) ||
      !read_sizes (file, profile, error) || !read_flags (file, profile, error) ||
      !read_pages (file, profile, error))
    {
      free_profile (profile);
      return FALSE;
    }
  put_profile (self, profile);
  return TRUE;
}

static char *
dup_id (const char *name)
{
  return g_strndup (name, strlen (name) - strlen (ENDING));
}

static int
compare_names (gconstpointer one, gconstpointer other)
{
  return strcmp (*(const char *const *) one, *(const char *const *) other);
}

static void
add_built_in (MrPrinterProfileSet *self)
{
  /* Asked for by name, so that the linker keeps the files in every program that prints. */
  GResource *resource = mr_printers_get_resource ();
  g_auto (GStrv) names = g_resource_enumerate_children (resource, RESOURCE_DIR, 0, NULL);

  qsort (names, g_strv_length (names), sizeof *names, compare_names);
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *path = g_build_path ("/", RESOURCE_DIR, names[i], NULL);
      g_autofree char *id = dup_id (names[i]);
      g_autoptr (GBytes) bytes = g_resource_lookup_data (resource, path, 0, NULL);
      g_autoptr (GError) error = NULL;

      /* They are part of the program: a test reads them all. */
      if (!mr_printer_profile_set_add (self, id, g_bytes_get_data (bytes, NULL),
                                       g_bytes_get_size (bytes), &error))
        g_error ("%s: %s", path, error->message);
    }
}

static gboolean
add_file (MrPrinterProfileSet *self, const char *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *id = dup_id (name);
  g_autofree char *text = NULL;
  gsize length;
  GStatBuf status;

  if (g_stat (path, &status) == 0 && (!S_ISREG (status.st_mode) || status.st_size > MAX_BYTES))
    {
      refuse (error, "no file of at most %d bytes", MAX_BYTES);
      return FALSE;
    }
  return g_file_get_contents (path, &text, &length, error) &&
         mr_printer_profile_set_add (self, id, text, length, error);
}

static void
add_folder (MrPrinterProfileSet *self, const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ENDING) && name[0] != '.')
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      g_autoptr (GError) error = NULL;

      name = g_ptr_array_index (names, i);
      if (!add_file (self, folder, name, &error))
        g_ptr_array_add (self->problems, g_strdup_printf ("%s: %s", name, error->message));
    }
}

MrPrinterProfileSet *
mr_printer_profile_set_new (const char *folder)
{
  MrPrinterProfileSet *self = g_new0 (MrPrinterProfileSet, 1);

  self->profiles = g_ptr_array_new_with_free_func (free_profile);
  self->problems = g_ptr_array_new_with_free_func (g_free);
  add_built_in (self);
  if (folder != NULL)
    add_folder (self, folder);
  return self;
}

void
mr_printer_profile_set_free (MrPrinterProfileSet *self)
{
  g_ptr_array_unref (self->profiles);
  g_ptr_array_unref (self->problems);
  g_free (self);
}

guint
mr_printer_profile_set_get_n (const MrPrinterProfileSet *self)
{
  return self->profiles->len;
}

const MrPrinterProfile *
mr_printer_profile_set_get (const MrPrinterProfileSet *self, guint index)
{
  return g_ptr_array_index (self->profiles, index);
}

const MrPrinterProfile *
mr_printer_profile_set_find (const MrPrinterProfileSet *self, const char *id)
{
  for (guint i = 0; i < self->profiles->len; i++)
    if (g_strcmp0 (mr_printer_profile_set_get (self, i)->id, id) == 0)
      return mr_printer_profile_set_get (self, i);
  return NULL;
}

const MrPrinterProfile *
mr_printer_profile_set_find_model (const MrPrinterProfileSet *self, const char *name)
{
  g_auto (GStrv) words = g_strsplit (name, " ", -1);

  for (guint i = 0; i < self->profiles->len; i++)
    {
      const MrPrinterProfile *profile = mr_printer_profile_set_get (self, i);

      for (guint j = 0; profile->model != NULL && words[j] != NULL; j++)
        if (g_ascii_strcasecmp (words[j], profile->model) == 0)
          return profile;
    }
  return NULL;
}

const GPtrArray *
mr_printer_profile_set_get_problems (const MrPrinterProfileSet *self)
{
  return self->problems;
}

static const MrPrinterProfileSet *
get_built_in (void)
{
  static MrPrinterProfileSet *built_in;

  if (g_once_init_enter (&built_in))
    g_once_init_leave (&built_in, mr_printer_profile_set_new (NULL));
  return built_in;
}

const MrPrinterProfile *
mr_printer_profile_find (const char *id)
{
  return mr_printer_profile_set_find (get_built_in (), id);
}

const MrPrinterProfile *
mr_printer_profile_for_paper (int paper_mm)
{
  return mr_printer_profile_find (paper_mm == 80 ? "generic-80" : "generic-58");
}
