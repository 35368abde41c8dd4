#!/bin/sh
# Makes sure that PostgreSQL's programs are there: installs Debian's where they are missing and may be installed.
set -eu

for programs in /usr/lib/postgresql/*/bin; do
    if [ -x "$programs/initdb" ]; then
        exit 0
    fi
done
if command -v pg_ctl >/dev/null 2>&1; then
    exit 0
fi

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing PostgreSQL ..." >&2
    # Debian makes and starts a server of its own with the package, unless it is told not to; ours start when asked.
    mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.d/no-main.conf
    if apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >&2; then
        exit 0
    fi
    echo "PostgreSQL could not be installed: see the messages above" >&2
    exit 1
fi

echo "no PostgreSQL found: 'sudo apt-get install postgresql' enables make servers and the tests of it" >&2
