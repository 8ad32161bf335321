#!/bin/sh
# Has systemd itself read the units; the programs they name need not be installed for that.
set -eu
command -v systemd-analyze >/dev/null || { echo "systemd-analyze is not installed"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for unit; do
  sed 's|^ExecStart=[^ ]*|ExecStart=/bin/true|' "$unit" >"$folder/$(basename "$unit")"
done
said=$(systemd-analyze verify --man=no --recursive-errors=no "$folder"/* 2>&1) || {
  echo "$said"
  exit 1
}
# Misspelt settings are only warned of; here they fail.
if echo "$said" | grep -F "$folder"; then exit 1; fi
echo "systemd reads the units without a word"
