/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "walk.h"

#include <math.h>

#define TARGET_PX 48
#define APART_PX 8
/* Fractions of a pixel are nobody's fault. */
#define SLACK_PX 0.6

typedef struct
{
  Walk *walk; /* (unowned) */
  GtkWidget *root; /* (unowned) */
  GPtrArray *targets; /* (owned) (element-type GtkWidget) */
} Looking;

static graphene_rect_t
get_bounds (GtkWidget *widget, GtkWidget *root)
{
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, 0, 0);
  g_assert_true (gtk_widget_compute_bounds (widget, root, &bounds));
  return bounds;
}

/* --- words --- */

/* A good's name has two lines and then an ellipsis; it is whole on a tap and to the screen reader. So
 * are names that people gave: of shops, of baskets. */
static gboolean
may_be_shortened (GtkWidget *label)
{
  return gtk_widget_has_css_class (label, "name") || gtk_widget_has_css_class (label, "shop");
}

static void
check_label (Looking *looking, GtkWidget *widget)
{
  GtkLabel *label = GTK_LABEL (widget);
  PangoLayout *layout = gtk_label_get_layout (label);
  int width;
  int height;

  if (gtk_label_get_text (label)[0] == '\0')
    return;
  if (pango_layout_is_ellipsized (layout) && !may_be_shortened (widget))
    walk_find (looking->walk, "label \"%s\" is shortened", gtk_label_get_text (label));
  pango_layout_get_pixel_size (layout, &width, &height);
  if (width > gtk_widget_get_width (widget) + 1 || height > gtk_widget_get_height (widget) + 1)
    walk_find (looking->walk, "label \"%s\" needs %d x %d and has %d x %d",
               gtk_label_get_text (label), width, height, gtk_widget_get_width (widget),
               gtk_widget_get_height (widget));
  if (pango_layout_get_unknown_glyphs_count (layout) > 0)
    walk_find (looking->walk, "label \"%s\" has characters no font here shows",
               gtk_label_get_text (label));
}

/* --- places --- */

/* What may be scrolled to need not be in sight; but it must lie within what scrolls, sideways. */
static void
check_place (Looking *looking, GtkWidget *widget)
{
  graphene_rect_t bounds = get_bounds (widget, looking->root);
  GtkWidget *scroller = gtk_widget_get_ancestor (widget, GTK_TYPE_SCROLLED_WINDOW);
  graphene_rect_t within = get_bounds (looking->root, looking->root);
  gboolean above_or_below;
  gboolean beside;

  if (scroller != NULL && scroller != widget)
    within = get_bounds (scroller, looking->root);
  beside = bounds.origin.x < within.origin.x - SLACK_PX ||
           bounds.origin.x + bounds.size.width > within.origin.x + within.size.width + SLACK_PX;
  above_or_below =
      bounds.origin.y < within.origin.y - SLACK_PX ||
      bounds.origin.y + bounds.size.height > within.origin.y + within.size.height + SLACK_PX;
  if (beside || (above_or_below && (scroller == NULL || scroller == widget)))
    walk_find (looking->walk, "%s \"%s\" reaches outside: %.0f, %.0f, %.0f x %.0f",
               G_OBJECT_TYPE_NAME (widget), walk_name (widget), (double) bounds.origin.x,
               (double) bounds.origin.y, (double) bounds.size.width, (double) bounds.size.height);
}

static void
check_scroller (Looking *looking, GtkWidget *widget)
{
  GtkAdjustment *sideways = gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (widget));
  if (gtk_adjustment_get_upper (sideways) > gtk_adjustment_get_page_size (sideways) + 1)
    walk_find (looking->walk, "something scrolls sideways: %.0f of %.0f px",
               gtk_adjustment_get_upper (sideways), gtk_adjustment_get_page_size (sideways));
}

/* The line scanned last is always in sight, whatever bars come and go; unless somebody opened a line. */
static void
check_newest (Looking *looking, GtkWidget *widget)
{
  GtkWidget *scroller = gtk_widget_get_ancestor (widget, GTK_TYPE_SCROLLED_WINDOW);
  graphene_rect_t line = get_bounds (widget, looking->root);
  graphene_rect_t sight = get_bounds (scroller, looking->root);
  if (!g_str_has_suffix (looking->walk->state, "-end") && !walk_has (scroller, "GtkGrid") &&
      !graphene_rect_contains_rect (&sight, &line))
    walk_find (looking->walk, "the newest line \"%s\" is not in sight", walk_name (widget));
}

/* --- targets --- */

gboolean
walk_is_target (GtkWidget *widget)
{
  if (GTK_IS_LIST_BOX_ROW (widget))
    return gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (widget));
  return GTK_IS_BUTTON (widget) || GTK_IS_CHECK_BUTTON (widget) || GTK_IS_SWITCH (widget) ||
         GTK_IS_ENTRY (widget) || GTK_IS_SEARCH_ENTRY (widget) || GTK_IS_PASSWORD_ENTRY (widget) ||
         GTK_IS_MENU_BUTTON (widget) || GTK_IS_SCALE (widget);
}

static gboolean
is_named (GtkWidget *widget)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (widget);
  return gtk_test_accessible_has_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL) ||
         gtk_test_accessible_has_relation (accessible, GTK_ACCESSIBLE_RELATION_LABELLED_BY);
}

/* Itself, or the text or button that it is made of. */
static gboolean
takes_keys (GtkWidget *widget)
{
  if (gtk_widget_get_focusable (widget) || GTK_IS_TEXT (widget))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (takes_keys (child))
      return TRUE;
  return FALSE;
}

static void
check_target (Looking *looking, GtkWidget *widget)
{
  graphene_rect_t bounds = get_bounds (widget, looking->root);
  if (bounds.size.width < TARGET_PX - SLACK_PX || bounds.size.height < TARGET_PX - SLACK_PX)
    walk_find (looking->walk, "%s \"%s\" is %.0f x %.0f px", G_OBJECT_TYPE_NAME (widget),
               walk_name (widget), (double) bounds.size.width, (double) bounds.size.height);
  if (!is_named (widget))
    walk_find (looking->walk, "%s \"%s\" has no name for who cannot see it",
               G_OBJECT_TYPE_NAME (widget), walk_name (widget));
  if (!GTK_IS_LIST_BOX_ROW (widget) && !takes_keys (widget))
    walk_find (looking->walk, "%s \"%s\" cannot be reached by keys", G_OBJECT_TYPE_NAME (widget),
               walk_name (widget));
  g_ptr_array_add (looking->targets, widget);
}

/* How far apart along one axis; negative: they share some of it. */
static double
get_gap (double a, double a_length, double b, double b_length)
{
  return a < b ? b - (a + a_length) : a - (b + b_length);
}

/* Rows of a list and tabs of a bar lie side by side by nature: each is large, and a line parts them. */
static gboolean
lie_close_by_nature (GtkWidget *a, GtkWidget *b)
{
  GtkWidget *row_a = gtk_widget_get_ancestor (a, GTK_TYPE_LIST_BOX_ROW);
  GtkWidget *row_b = gtk_widget_get_ancestor (b, GTK_TYPE_LIST_BOX_ROW);
  GtkWidget *parent = gtk_widget_get_parent (a);
  if (row_a != NULL && row_b != NULL && row_a != row_b)
    return TRUE;
  return parent == gtk_widget_get_parent (b) && (gtk_widget_has_css_class (parent, "linked") ||
                                                 gtk_widget_has_css_class (parent, "status-bar"));
}

static void
check_apart (Looking *looking, GtkWidget *a, GtkWidget *b)
{
  graphene_rect_t one = get_bounds (a, looking->root);
  graphene_rect_t other = get_bounds (b, looking->root);
  double across = get_gap ((double) one.origin.x, (double) one.size.width, (double) other.origin.x,
                           (double) other.size.width);
  double down = get_gap ((double) one.origin.y, (double) one.size.height, (double) other.origin.y,
                         (double) other.size.height);
  double gap = fmax (across, down);

  if (gtk_widget_is_ancestor (a, b) || gtk_widget_is_ancestor (b, a) || lie_close_by_nature (a, b))
    return;
  if (gtk_widget_get_ancestor (a, GTK_TYPE_SCROLLED_WINDOW) !=
      gtk_widget_get_ancestor (b, GTK_TYPE_SCROLLED_WINDOW))
    return; /* where one of them lies depends on how far it is scrolled */
  if (gap < APART_PX - SLACK_PX)
    walk_find (looking->walk, "\"%s\" and \"%s\" are %.0f px apart", walk_name (a), walk_name (b),
               gap);
}

static gboolean
look_at (GtkWidget *widget, gpointer user_data)
{
  Looking *looking = user_data;
  if (GTK_IS_LABEL (widget))
    check_label (looking, widget);
  if (GTK_IS_LABEL (widget) || GTK_IS_IMAGE (widget) || walk_is_target (widget))
    check_place (looking, widget);
  if (gtk_widget_has_css_class (widget, "newest"))
    check_newest (looking, widget);
  if (GTK_IS_SCROLLED_WINDOW (widget))
    check_scroller (looking, widget);
  if (walk_is_target (widget))
    check_target (looking, widget);
  return TRUE;
}

void
walk_check_layout (Walk *self, GtkWidget *root)
{
  Looking looking = { self, root, g_ptr_array_new () };
  walk_each (root, look_at, &looking);
  for (guint i = 0; i < looking.targets->len; i++)
    for (guint j = i + 1; j < looking.targets->len; j++)
      check_apart (&looking, g_ptr_array_index (looking.targets, i),
                   g_ptr_array_index (looking.targets, j));
  g_ptr_array_unref (looking.targets);
}
