/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "till/printer-kinds-private.h"

#define FOLDER "printers"

struct _MrPrinterKinds
{
  MrGround *ground; /* (unowned) */
  MrPrinterProfileSet *set; /* (owned) (nullable): read when it is first needed */
  GPtrArray *order; /* (owned) (nullable) (element-type MrPrinterProfile): as shown */
};

MrPrinterKinds *
mr_printer_kinds_new (MrGround *ground)
{
  MrPrinterKinds *self = g_new0 (MrPrinterKinds, 1);

  self->ground = ground;
  return self;
}

void
mr_printer_kinds_free (MrPrinterKinds *self)
{
  g_clear_pointer (&self->set, mr_printer_profile_set_free);
  g_clear_pointer (&self->order, g_ptr_array_unref);
  g_free (self);
}

static gboolean
is_generic (const MrPrinterProfile *profile)
{
  return g_str_has_prefix (profile->id, "generic-") || g_str_has_prefix (profile->id, "picture-");
}

static void
add_in_order (MrPrinterKinds *self, gboolean generic)
{
  for (guint i = 0; i < mr_printer_profile_set_get_n (self->set); i++)
    {
      const MrPrinterProfile *profile = mr_printer_profile_set_get (self->set, i);

      if (is_generic (profile) == generic)
        g_ptr_array_add (self->order, (gpointer) profile);
    }
}

static void
read_kinds (MrPrinterKinds *self)
{
  g_autofree char *folder = NULL;
  g_autofree char *problems = NULL;

  if (self->set != NULL)
    return;
  folder = g_build_filename (self->ground->dir, FOLDER, NULL);
  self->set = mr_printer_profile_set_new (folder);
  self->order = g_ptr_array_new ();
  add_in_order (self, TRUE);
  add_in_order (self, FALSE);
  problems = mr_printer_kinds_dup_problems (self);
  if (*problems != '\0')
    g_message ("kinds of printers left out: %s", problems);
}

static const char *
get_setting (MrPrinterKinds *self)
{
  return mr_settings_get (self->ground->settings, MR_SETTING_PRINTER_PROFILE);
}

static const char *
get_model (MrPrinterKinds *self)
{
  return mr_settings_get (self->ground->settings, MR_SETTING_PRINTER_MODEL);
}

void
mr_printer_kinds_note_model (MrPrinterKinds *self, const char *name)
{
  if (!g_str_equal (name, get_model (self)))
    mr_settings_set_async (self->ground->settings, MR_SETTING_PRINTER_MODEL, name, NULL, NULL);
}

const MrPrinterProfile *
mr_printer_kinds_get_profile (MrPrinterKinds *self)
{
  const MrPrinterProfile *profile;

  read_kinds (self);
  profile = mr_printer_profile_set_find (self->set, get_setting (self));
  if (profile == NULL)
    profile = mr_printer_profile_set_find_model (self->set, get_model (self));
  return profile != NULL
             ? profile
             : mr_printer_profile_for_paper (mr_settings_get_paper_mm (self->ground->settings));
}

guint
mr_printer_kinds_get_n (MrPrinterKinds *self)
{
  read_kinds (self);
  return self->order->len;
}

static MrPrinterKind
describe (const MrPrinterProfile *profile)
{
  return (MrPrinterKind){ profile->id, profile->name, profile->paper_mm, is_generic (profile) };
}

MrPrinterKind
mr_printer_kinds_get (MrPrinterKinds *self, guint index)
{
  read_kinds (self);
  return describe (g_ptr_array_index (self->order, index));
}

MrPrinterKind
mr_printer_kinds_get_chosen (MrPrinterKinds *self)
{
  return describe (mr_printer_kinds_get_profile (self));
}

gboolean
mr_printer_kinds_is_chosen_missing (MrPrinterKinds *self)
{
  const char *setting = get_setting (self);

  read_kinds (self);
  return *setting != '\0' && mr_printer_profile_set_find (self->set, setting) == NULL;
}

char *
mr_printer_kinds_dup_problems (MrPrinterKinds *self)
{
  const GPtrArray *problems;
  GString *text = g_string_new (NULL);

  read_kinds (self);
  problems = mr_printer_profile_set_get_problems (self->set);
  for (guint i = 0; i < problems->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "",
                            (const char *) g_ptr_array_index (problems, i));
  return g_string_free (text, FALSE);
}

gboolean
mr_printer_kinds_has_drawer (MrPrinterKinds *self)
{
  return mr_printer_kinds_get_profile (self)->drawer;
}

int
mr_printer_kinds_get_columns (MrPrinterKinds *self)
{
  return mr_printer_kinds_get_profile (self)->columns;
}
