#!/bin/sh
# Has systemd itself read the unit; the program it names need not be installed for that.
set -eu
command -v systemd-analyze >/dev/null || { echo "systemd-analyze is not installed"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
sed 's|^ExecStart=[^ ]*|ExecStart=/bin/true|' "$1" >"$folder/millrace-center.service"
said=$(systemd-analyze verify --man=no --recursive-errors=no "$folder/millrace-center.service" 2>&1) || {
  echo "$said"
  exit 1
}
# Misspelt settings are only warned of; here they fail.
if echo "$said" | grep -F "millrace-center.service"; then exit 1; fi
echo "systemd reads the unit without a word"
