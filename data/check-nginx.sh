#!/bin/sh
# Has nginx itself read the example inside a minimal configuration, with a certificate made for it.
set -eu
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || { echo "nginx is not installed"; exit 77; }
PATH=$PATH:/usr/sbin
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=center.example \
  -keyout "$folder/key.pem" -out "$folder/cert.pem" 2>/dev/null
sed -e "s|/etc/ssl/certs/ssl-cert-snakeoil.pem|$folder/cert.pem|" \
  -e "s|/etc/ssl/private/ssl-cert-snakeoil.key|$folder/key.pem|" \
  -e 's|listen 80;|listen 127.0.0.1:18080;|; s|listen 443 ssl|listen 127.0.0.1:18443 ssl|' \
  -e '/listen \[::\]/d' "$1" >"$folder/site.conf"
cat >"$folder/nginx.conf" <<CONF
pid $folder/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path $folder/body;
  proxy_temp_path $folder/proxy;
  fastcgi_temp_path $folder/fastcgi;
  uwsgi_temp_path $folder/uwsgi;
  scgi_temp_path $folder/scgi;
  include $folder/site.conf;
}
CONF
nginx -t -q -p "$folder" -c "$folder/nginx.conf"
echo "nginx reads the example without a word"
