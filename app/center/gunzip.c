/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "center/gunzip.h"

struct _MrGunzip
{
  GObject parent_instance;
  GConverter *member; /* (owned) */
  gboolean between; /* a member has ended; the next may begin */
};

static void mr_gunzip_converter_init (GConverterIface *iface);

G_DEFINE_TYPE_WITH_CODE (MrGunzip, mr_gunzip, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (G_TYPE_CONVERTER, mr_gunzip_converter_init))

static GConverterResult
mr_gunzip_convert (GConverter *converter, const void *in, gsize in_size, void *out, gsize out_size,
                   GConverterFlags flags, gsize *bytes_read, gsize *bytes_written, GError **error)
{
  MrGunzip *self = MR_GUNZIP (converter);
  GConverterResult result;

  if (self->between && in_size == 0 && (flags & G_CONVERTER_INPUT_AT_END) != 0)
    {
      *bytes_read = 0;
      *bytes_written = 0;
      return G_CONVERTER_FINISHED;
    }
  result = g_converter_convert (self->member, in, in_size, out, out_size, flags, bytes_read,
                                bytes_written, error);
  if (result == G_CONVERTER_ERROR)
    g_prefix_error (error, "the gzip file is damaged or not whole, fetch or pack it again: ");
  self->between = result == G_CONVERTER_FINISHED;
  if (!self->between || (*bytes_read == in_size && (flags & G_CONVERTER_INPUT_AT_END) != 0))
    return result;
  g_converter_reset (self->member);
  return G_CONVERTER_CONVERTED;
}

static void
mr_gunzip_reset (GConverter *converter)
{
  MrGunzip *self = MR_GUNZIP (converter);

  self->between = FALSE;
  g_converter_reset (self->member);
}

static void
mr_gunzip_finalize (GObject *object)
{
  g_clear_object (&MR_GUNZIP (object)->member);
  G_OBJECT_CLASS (mr_gunzip_parent_class)->finalize (object);
}

static void
mr_gunzip_converter_init (GConverterIface *iface)
{
  iface->convert = mr_gunzip_convert;
  iface->reset = mr_gunzip_reset;
}

static void
mr_gunzip_class_init (MrGunzipClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mr_gunzip_finalize;
}

static void
mr_gunzip_init (MrGunzip *self)
{
  self->member = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
}

GConverter *
mr_gunzip_new (void)
{
  return g_object_new (MR_TYPE_GUNZIP, NULL);
}
