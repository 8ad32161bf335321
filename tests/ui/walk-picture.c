/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "walk.h"

#include <math.h>
#include <string.h>

#define LEAST_CONTRAST 4.5
#define LEAST_CONTRAST_LARGE 3.0 /* letters of 24 px and bold, signs, the ring of the focus */
#define LARGE_PX 24
/* Drawn larger for measuring, so that strokes have pixels of their full colour. */
#define SCALE 2
/* So many pixels of a colour are no accident of smoothing. */
#define MOST_TRIES 100
#define ENOUGH_PIXELS 4

typedef struct
{
  guint32 *pixels; /* (owned): 0xAARRGGBB, premultiplied */
  int width;
  int height;
} Picture;

static void
picture_free (Picture *self)
{
  g_free (self->pixels);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Picture, picture_free)

static GdkTexture *
draw (GtkWidget *widget, int scale)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GskRenderer *renderer = gtk_native_get_renderer (gtk_widget_get_native (widget));
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  g_autoptr (GskRenderNode) node = NULL;

  gdk_paintable_snapshot (paintable, snapshot, width * scale, height * scale);
  node = gtk_snapshot_free_to_node (snapshot);
  if (node == NULL)
    return NULL;
  return gsk_renderer_render_texture (renderer, node,
                                      &GRAPHENE_RECT_INIT (0, 0, (float) (width * scale),
                                                           (float) (height * scale)));
}

/* On a busy machine a window can be asked for before its first frame at a new size: then nothing is drawn. */
static void
await_drawing (Walk *self, GtkWidget *widget)
{
  for (guint i = 0; i < MOST_TRIES; i++)
    {
      g_autoptr (GdkTexture) texture = draw (widget, 1);
      if (texture != NULL)
        return;
      walk_settle (self);
    }
  g_error ("%s: the window is never drawn", self->state);
}

static Picture *
take (GtkWidget *widget, int scale)
{
  g_autoptr (GdkTexture) texture = draw (widget, scale);
  Picture *self = g_new0 (Picture, 1);
  if (texture == NULL)
    return self;
  self->width = gdk_texture_get_width (texture);
  self->height = gdk_texture_get_height (texture);
  self->pixels = g_new0 (guint32, (gsize) self->width * (gsize) self->height);
  gdk_texture_download (texture, (guchar *) self->pixels, (gsize) self->width * 4);
  return self;
}

/* --- contrast, as WCAG 2 defines it --- */

static double
get_channel (guint32 colour, int shift)
{
  double value = (double) ((colour >> shift) & 0xff) / 255.0;
  return value <= 0.04045 ? value / 12.92 : pow ((value + 0.055) / 1.055, 2.4);
}

static double
get_luminance (guint32 colour)
{
  return 0.2126 * get_channel (colour, 16) + 0.7152 * get_channel (colour, 8) +
         0.0722 * get_channel (colour, 0);
}

static double
get_contrast (guint32 a, guint32 b)
{
  double one = get_luminance (a);
  double other = get_luminance (b);
  return (fmax (one, other) + 0.05) / (fmin (one, other) + 0.05);
}

static void
count (GHashTable *counts, guint32 colour, guint n)
{
  gpointer key = GUINT_TO_POINTER (colour);
  guint before = GPOINTER_TO_UINT (g_hash_table_lookup (counts, key));
  g_hash_table_insert (counts, key, GUINT_TO_POINTER (before + n));
}

/* Colours of a part of a picture and how often each is there. (element-type guint32 guint) */
static GHashTable *
count_colours (const Picture *picture, int left, int top, int right, int bottom)
{
  GHashTable *counts = g_hash_table_new (NULL, NULL);
  guint32 colour = 0;
  guint n = 0;
  for (int y = MAX (top, 0); y < MIN (bottom, picture->height); y++)
    for (int x = MAX (left, 0); x < MIN (right, picture->width); x++)
      {
        guint32 here = picture->pixels[y * picture->width + x] & 0xffffff;
        /* Most pixels are like the one before. */
        if (here != colour && n > 0)
          {
            count (counts, colour, n);
            n = 0;
          }
        colour = here;
        n++;
      }
  if (n > 0)
    count (counts, colour, n);
  return counts;
}

/* The contrast of what is written to what it is written on: the commonest colour, and the one that
 * stands out most from it. 0 = there is one colour only. */
static double
measure (GHashTable *counts, guint32 *ground, guint32 *ink)
{
  GHashTableIter iter;
  gpointer colour;
  gpointer n;
  guint most = 0;
  double best = 0;

  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &colour, &n))
    if (GPOINTER_TO_UINT (n) > most)
      {
        most = GPOINTER_TO_UINT (n);
        *ground = GPOINTER_TO_UINT (colour);
      }
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &colour, &n))
    {
      guint32 candidate = GPOINTER_TO_UINT (colour);
      double contrast;
      if (candidate == *ground || GPOINTER_TO_UINT (n) < ENOUGH_PIXELS)
        continue;
      contrast = get_contrast (candidate, *ground);
      if (contrast > best)
        {
          best = contrast;
          *ink = candidate;
        }
    }
  return best;
}

typedef struct
{
  Walk *walk; /* (unowned) */
  GtkWidget *root; /* (unowned) */
  Picture *picture; /* (unowned) */
} Measuring;

static gboolean
is_large (GtkWidget *label)
{
  PangoLayout *layout = gtk_label_get_layout (GTK_LABEL (label));
  const PangoFontDescription *font = pango_layout_get_font_description (layout);
  if (font == NULL)
    font = pango_context_get_font_description (pango_layout_get_context (layout));
  /* Pango's absolute sizes are pixels here. */
  return pango_font_description_get_size (font) / PANGO_SCALE >=
             (pango_font_description_get_size_is_absolute (font) ? LARGE_PX : LARGE_PX * 3 / 4) &&
         pango_font_description_get_weight (font) >= PANGO_WEIGHT_BOLD;
}

/* Whole in sight: of what is scrolled away half a line may be left. */
static gboolean
is_in_sight (GtkWidget *widget, GtkWidget *root, const graphene_rect_t *bounds)
{
  GtkWidget *scroller = gtk_widget_get_ancestor (widget, GTK_TYPE_SCROLLED_WINDOW);
  graphene_rect_t within;
  if (scroller == NULL)
    return TRUE;
  return gtk_widget_compute_bounds (scroller, root, &within) &&
         graphene_rect_contains_rect (&within, bounds);
}

static gboolean
measure_widget (GtkWidget *widget, gpointer user_data)
{
  Measuring *measuring = user_data;
  graphene_rect_t bounds;
  double least = LEAST_CONTRAST_LARGE;
  guint32 ground = 0;
  guint32 ink = 0;
  double contrast;

  if (GTK_IS_LABEL (widget))
    {
      if (gtk_label_get_text (GTK_LABEL (widget))[0] == '\0')
        return TRUE;
      least = is_large (widget) ? LEAST_CONTRAST_LARGE : LEAST_CONTRAST;
    }
  else if (!GTK_IS_IMAGE (widget))
    return TRUE;
  if (!gtk_widget_compute_bounds (widget, measuring->root, &bounds) ||
      !is_in_sight (widget, measuring->root, &bounds))
    return TRUE;
  g_autoptr (GHashTable) counts =
      count_colours (measuring->picture, (int) (bounds.origin.x * SCALE),
                     (int) (bounds.origin.y * SCALE),
                     (int) ((bounds.origin.x + bounds.size.width) * SCALE),
                     (int) ((bounds.origin.y + bounds.size.height) * SCALE));
  contrast = measure (counts, &ground, &ink);
  if (contrast < least)
    walk_find (measuring->walk, "%s \"%s\": contrast %.2f (#%06x on #%06x)",
               G_OBJECT_TYPE_NAME (widget), walk_name (widget), contrast, ink, ground);
  return TRUE;
}

static void
keep (Walk *self, GtkWidget *root)
{
  g_autofree char *folder = g_strdup_printf ("%s/%s-%s", self->folder, self->size, self->variant);
  g_autofree char *path = g_strdup_printf ("%s/%s.png", folder, self->state);
  g_autoptr (GdkTexture) texture = draw (root, 1);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_true (gdk_texture_save_to_png (texture, path));
}

void
walk_check_picture (Walk *self, GtkWidget *root)
{
  await_drawing (self, root);
  g_autoptr (Picture) picture = take (root, SCALE);
  Measuring measuring = { self, root, picture };
  keep (self, root);
  walk_each (root, measure_widget, &measuring);
}

/* --- the ring of the focus --- */

/* Whatever looks the same has its focus looked at once. (transfer full) */
static char *
describe (Walk *self, GtkWidget *widget)
{
  g_auto (GStrv) classes = gtk_widget_get_css_classes (widget);
  g_auto (GStrv) parent_classes = gtk_widget_get_css_classes (gtk_widget_get_parent (widget));
  g_autofree char *own = g_strjoinv (".", classes);
  g_autofree char *above = g_strjoinv (".", parent_classes);
  return g_strdup_printf ("%s.%s < %s.%s", G_OBJECT_TYPE_NAME (widget), own,
                          G_OBJECT_TYPE_NAME (gtk_widget_get_parent (widget)), above);
}

/* How much the clearest change stands out from what was there before. */
static double
compare (const Picture *before, const Picture *after)
{
  double best = 0;
  guint n_clear = 0;
  if (before->width != after->width || before->height != after->height)
    return 21;
  for (int i = 0; i < before->width * before->height; i++)
    {
      double contrast;
      if (before->pixels[i] == after->pixels[i])
        continue;
      contrast = get_contrast (before->pixels[i], after->pixels[i]);
      if (contrast >= LEAST_CONTRAST_LARGE)
        n_clear++;
      best = fmax (best, contrast);
    }
  return n_clear >= ENOUGH_PIXELS ? best : fmin (best, LEAST_CONTRAST_LARGE - 0.01);
}

static gboolean
collect_target (GtkWidget *widget, gpointer user_data)
{
  if (walk_is_target (widget) && gtk_widget_is_sensitive (widget))
    g_ptr_array_add (user_data, widget);
  return TRUE;
}

static void
check_focus_of (Walk *self, GtkWidget *root, GtkWidget *target)
{
  g_autoptr (Picture) before = NULL;
  g_autoptr (Picture) after = NULL;
  double contrast;

  gtk_window_set_focus (self->window, NULL);
  walk_settle (self);
  if (!gtk_widget_get_mapped (target))
    return;
  before = take (root, 1);
  if (!gtk_widget_grab_focus (target))
    {
      walk_find (self, "%s \"%s\" does not take the focus", G_OBJECT_TYPE_NAME (target),
                 walk_name (target));
      return;
    }
  gtk_window_set_focus_visible (self->window, TRUE);
  walk_settle (self);
  after = take (root, 1);
  contrast = compare (before, after);
  if (contrast < LEAST_CONTRAST_LARGE)
    walk_find (self, "%s \"%s\": the focus cannot be seen (%.2f)", G_OBJECT_TYPE_NAME (target),
               walk_name (target), contrast);
}

void
walk_check_focus (Walk *self, GtkWidget *root)
{
  g_autoptr (GPtrArray) targets = g_ptr_array_new ();
  walk_each (root, collect_target, targets);
  for (guint i = 0; i < targets->len; i++)
    {
      GtkWidget *target = g_ptr_array_index (targets, i);
      g_autofree char *kind = describe (self, target);
      if (g_hash_table_add (self->focused, g_steal_pointer (&kind)))
        check_focus_of (self, root, target);
    }
  gtk_window_set_focus (self->window, NULL);
  gtk_window_set_focus_visible (self->window, FALSE);
}
