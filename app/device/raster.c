/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "device/raster.h"

#include <qrencode.h>
#include <string.h>

struct _MrRaster
{
  gatomicrefcount ref_count;
  int width;
  int height;
  gsize stride;
  guint8 *dots; /* (owned) */
};

/* ISO/IEC 18004: four light modules on each side. */
#define QR_QUIET_MODULES 4

MrRaster *
mr_raster_new (int width, int height)
{
  MrRaster *self;

  if (width < 1 || width > MR_RASTER_MAX_WIDTH || height < 1 || height > MR_RASTER_MAX_HEIGHT)
    return NULL;
  self = g_new0 (MrRaster, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->width = width;
  self->height = height;
  self->stride = (gsize) (width + 7) / 8;
  self->dots = g_malloc0 (self->stride * (gsize) height);
  return self;
}

MrRaster *
mr_raster_ref (MrRaster *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
mr_raster_unref (MrRaster *self)
{
  if (g_atomic_ref_count_dec (&self->ref_count))
    {
      g_free (self->dots);
      g_free (self);
    }
}

MrRaster *
mr_raster_new_from_ink (const guint8 *ink, int width, int height, gsize stride, guint8 threshold)
{
  MrRaster *self = mr_raster_new (width, height);

  if (self == NULL)
    return NULL;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      if (ink[(gsize) y * stride + (gsize) x] >= threshold)
        mr_raster_set_dot (self, x, y, TRUE);
  return self;
}

/* What is left of a bitmap file. */
typedef struct
{
  const guint8 *next;
  const guint8 *end;
} PbmReader;

/* White space and comments stand between the words of the header. */
static void
skip_space (PbmReader *reader)
{
  while (reader->next < reader->end)
    {
      if (*reader->next == '#')
        while (reader->next < reader->end && *reader->next != '\n')
          reader->next++;
      else if (g_ascii_isspace ((char) *reader->next))
        reader->next++;
      else
        break;
    }
}

/* −1 when there is no number up to 99999. */
static int
read_number (PbmReader *reader)
{
  int value = -1;

  skip_space (reader);
  while (reader->next < reader->end && g_ascii_isdigit ((char) *reader->next))
    {
      value = MAX (value, 0) * 10 + g_ascii_digit_value ((char) *reader->next);
      if (value > 99999)
        return -1;
      reader->next++;
    }
  return value;
}

static gboolean
read_plain_dots (PbmReader *reader, MrRaster *raster)
{
  for (int y = 0; y < raster->height; y++)
    for (int x = 0; x < raster->width; x++)
      {
        skip_space (reader);
        if (reader->next == reader->end || (*reader->next != '0' && *reader->next != '1'))
          return FALSE;
        mr_raster_set_dot (raster, x, y, *reader->next == '1');
        reader->next++;
      }
  return TRUE;
}

static gboolean
read_packed_dots (PbmReader *reader, MrRaster *raster)
{
  gsize length = raster->stride * (gsize) raster->height;
  guint8 used = (guint8) (0xFF << ((8 - raster->width % 8) % 8));

  /* One white space byte, then the dots. */
  if (reader->end - reader->next < 1 || (gsize) (reader->end - reader->next - 1) < length)
    return FALSE;
  memcpy (raster->dots, reader->next + 1, length);
  for (int y = 0; y < raster->height; y++)
    raster->dots[(gsize) (y + 1) * raster->stride - 1] &= used;
  return TRUE;
}

MrRaster *
mr_raster_new_from_pbm (GBytes *bytes, GError **error)
{
  g_autoptr (MrRaster) self = NULL;
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  PbmReader reader = { NULL };
  int width;
  int height;
  gboolean whole;

  if (data == NULL || length < 3 || data[0] != 'P' || (data[1] != '1' && data[1] != '4'))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "not a portable bitmap");
      return NULL;
    }
  reader.next = data + 2;
  reader.end = data + length;
  width = read_number (&reader);
  height = read_number (&reader);
  self = mr_raster_new (width, height);
  if (self == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "bitmap size is not within 1 × 1 and %d × %d", MR_RASTER_MAX_WIDTH,
                   MR_RASTER_MAX_HEIGHT);
      return NULL;
    }
  whole = data[1] == '1' ? read_plain_dots (&reader, self) : read_packed_dots (&reader, self);
  if (!whole)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "bitmap ends too early");
      return NULL;
    }
  return g_steal_pointer (&self);
}

MrRaster *
mr_raster_new_from_pbm_file (const char *path, GError **error)
{
  g_autofree char *content = NULL;
  g_autoptr (GBytes) bytes = NULL;
  MrRaster *self;
  gsize length;

  if (!g_file_get_contents (path, &content, &length, error))
    return NULL;
  bytes = g_bytes_new_take (g_steal_pointer (&content), length);
  self = mr_raster_new_from_pbm (bytes, error);
  if (self == NULL)
    g_prefix_error (error, "%s: ", path);
  return self;
}

static QRcode *
encode_qr (const char *text)
{
  return QRcode_encodeData ((int) strlen (text), (const unsigned char *) text, 0, QR_ECLEVEL_M);
}

int
mr_raster_measure_qr (const char *text)
{
  QRcode *code = encode_qr (text);
  int width = 0;

  if (code != NULL)
    width = code->width;
  QRcode_free (code);
  return width;
}

static void
fill_module (MrRaster *self, int column, int row, int module_dots)
{
  for (int y = 0; y < module_dots; y++)
    for (int x = 0; x < module_dots; x++)
      mr_raster_set_dot (self, column * module_dots + x, row * module_dots + y, TRUE);
}

MrRaster *
mr_raster_new_qr (const char *text, int max_width, int max_module_dots)
{
  QRcode *code = encode_qr (text);
  MrRaster *self = NULL;
  int module_dots = 0;

  if (code != NULL)
    module_dots = MIN (max_module_dots, max_width / (code->width + 2 * QR_QUIET_MODULES));
  if (module_dots >= 1)
    {
      int side = (code->width + 2 * QR_QUIET_MODULES) * module_dots;

      self = mr_raster_new (side, side);
      for (int row = 0; self != NULL && row < code->width; row++)
        for (int column = 0; column < code->width; column++)
          if (code->data[row * code->width + column] & 1)
            fill_module (self, column + QR_QUIET_MODULES, row + QR_QUIET_MODULES, module_dots);
    }
  QRcode_free (code);
  return self;
}

int
mr_raster_get_width (const MrRaster *self)
{
  return self->width;
}

int
mr_raster_get_height (const MrRaster *self)
{
  return self->height;
}

gsize
mr_raster_get_stride (const MrRaster *self)
{
  return self->stride;
}

const guint8 *
mr_raster_get_row (const MrRaster *self, int y)
{
  g_assert (y >= 0 && y < self->height);
  return self->dots + (gsize) y * self->stride;
}

gboolean
mr_raster_get_dot (const MrRaster *self, int x, int y)
{
  g_assert (x >= 0 && x < self->width);
  return (mr_raster_get_row (self, y)[x / 8] & (0x80 >> (x % 8))) != 0;
}

void
mr_raster_set_dot (MrRaster *self, int x, int y, gboolean black)
{
  guint8 *byte;
  guint8 mask = (guint8) (0x80 >> (x % 8));

  g_assert (x >= 0 && x < self->width && y >= 0 && y < self->height);
  byte = self->dots + (gsize) y * self->stride + x / 8;
  if (black)
    *byte |= mask;
  else
    *byte &= (guint8) ~mask;
}
