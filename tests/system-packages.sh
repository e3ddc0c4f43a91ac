#!/bin/sh
# Installs what the tests need beyond Python, where that may be done: as root on Debian. Elsewhere the tests that need it
# are skipped, and pytest names them at the end; in CI they fail.
set -eu
missing=""
command -v virtuoso-t >/dev/null 2>&1 || missing="virtuoso-opensource-7"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing $missing"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "NOT INSTALLED: $missing; the tests that need it will be skipped"
fi
