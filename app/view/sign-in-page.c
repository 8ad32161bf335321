/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/sign-in-page.h"

#include "view/digit-field.h"
#include "view/number-pad.h"
#include "view/words.h"

#include <glib/gi18n.h>

struct _MrSignInPage
{
  GtkBox parent_instance;

  MrTill *till; /* (owned) (nullable) */
  gboolean in_pin; /* which of the two is typed into */
  gboolean busy; /* a PIN is being checked */
  MrDigitField *number;
  GtkLabel *name;
  MrDigitField *pin;
  GtkLabel *message;
  MrNumberPad *pad;
};

G_DEFINE_FINAL_TYPE (MrSignInPage, mr_sign_in_page, GTK_TYPE_BOX)

static void
go_to_pin (MrSignInPage *self, gboolean in_pin)
{
  self->in_pin = in_pin;
  mr_digit_field_set_current (self->number, !in_pin);
  mr_digit_field_set_current (self->pin, in_pin);
  mr_number_pad_set_enter_caption (self->pad, in_pin ? _ ("Sign in") : _ ("Next"));
}

static gint64
get_number (MrSignInPage *self)
{
  return g_ascii_strtoll (mr_digit_field_get_text (self->number), NULL, 10);
}

static void
show_name (MrSignInPage *self)
{
  g_autoptr (GPtrArray) people = mr_session_list_people (mr_till_get_session (self->till));
  gint64 number = get_number (self);
  const char *name = "";
  for (guint i = 0; i < people->len; i++)
    {
      const MrPerson *person = g_ptr_array_index (people, i);
      if (person->number == number && mr_digit_field_get_text (self->number)[0] != '\0')
        name = person->name;
    }
  gtk_label_set_text (self->name, name);
}

static char *
refusal_words (MrSignInPage *self, const GError *error)
{
  gint64 wait_ms = mr_session_get_wait_ms (mr_till_get_session (self->till), get_number (self));
  if (g_error_matches (error, MR_SESSION_ERROR, MR_SESSION_ERROR_LOCKED) && wait_ms > 0)
    {
      int seconds = (int) ((wait_ms + 999) / 1000);
      return g_strdup_printf (ngettext ("Too many wrong PINs. Wait %d second, then try again.",
                                        "Too many wrong PINs. Wait %d seconds, then try again.",
                                        (gulong) seconds),
                              seconds);
    }
  return mr_words_error (error);
}

static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MrSignInPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = mr_session_sign_in_finish (MR_SESSION (source), result, &error);
  self->busy = FALSE;
  mr_digit_field_clear (self->pin);
  if (!ok)
    {
      g_autofree char *words = refusal_words (self, error);
      gtk_label_set_text (self->message, words);
      return;
    }
  gtk_label_set_text (self->message, "");
  mr_digit_field_clear (self->number);
  show_name (self);
  go_to_pin (self, FALSE);
}

static void
enter (MrSignInPage *self)
{
  if (!self->in_pin)
    {
      if (mr_digit_field_get_text (self->number)[0] != '\0')
        go_to_pin (self, TRUE);
      return;
    }
  if (self->busy)
    return;
  self->busy = TRUE;
  gtk_label_set_text (self->message, "");
  mr_session_sign_in_async (mr_till_get_session (self->till), get_number (self),
                            mr_digit_field_get_text (self->pin), on_signed_in, g_object_ref (self));
}

gboolean
mr_sign_in_page_press (MrSignInPage *self, MrKey key, gunichar character)
{
  MrDigitField *field = self->in_pin ? self->pin : self->number;
  if (key == MR_KEY_ENTER)
    {
      enter (self);
      return TRUE;
    }
  if (key == MR_KEY_ESCAPE)
    {
      mr_digit_field_clear (self->pin);
      go_to_pin (self, FALSE);
      return TRUE;
    }
  if (!mr_digit_field_press (field, key, character))
    return FALSE;
  gtk_label_set_text (self->message, "");
  show_name (self);
  return TRUE;
}

static void
on_pad (MrSignInPage *self, int key, guint character)
{
  mr_sign_in_page_press (self, (MrKey) key, character);
}

static void
on_number_clicked (MrSignInPage *self)
{
  go_to_pin (self, FALSE);
}

static void
on_pin_clicked (MrSignInPage *self)
{
  go_to_pin (self, TRUE);
}

void
mr_sign_in_page_take_scan (MrSignInPage *self, const char *code)
{
  mr_digit_field_clear (self->number);
  mr_digit_field_clear (self->pin);
  for (const char *digit = code; *digit != '\0'; digit++)
    mr_digit_field_press (self->number, MR_KEY_CHARACTER, (guchar) *digit);
  show_name (self);
  go_to_pin (self, mr_digit_field_get_text (self->number)[0] != '\0');
}

void
mr_sign_in_page_set_till (MrSignInPage *self, MrTill *till)
{
  g_set_object (&self->till, till);
}

static void
mr_sign_in_page_dispose (GObject *object)
{
  MrSignInPage *self = MR_SIGN_IN_PAGE (object);
  g_clear_object (&self->till);
  G_OBJECT_CLASS (mr_sign_in_page_parent_class)->dispose (object);
}

static void
mr_sign_in_page_class_init (MrSignInPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (MR_TYPE_DIGIT_FIELD);
  g_type_ensure (MR_TYPE_NUMBER_PAD);
  G_OBJECT_CLASS (klass)->dispose = mr_sign_in_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/millrace/Till/ui/sign-in-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MrSignInPage, number);
  gtk_widget_class_bind_template_child (widget_class, MrSignInPage, name);
  gtk_widget_class_bind_template_child (widget_class, MrSignInPage, pin);
  gtk_widget_class_bind_template_child (widget_class, MrSignInPage, message);
  gtk_widget_class_bind_template_child (widget_class, MrSignInPage, pad);
  gtk_widget_class_bind_template_callback (widget_class, on_number_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_pin_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_pad);
}

static void
mr_sign_in_page_init (MrSignInPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  go_to_pin (self, FALSE);
}
