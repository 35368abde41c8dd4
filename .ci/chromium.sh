#!/bin/sh
# Makes sure that the browser tests find a chromium: installs Debian's where it is missing and may be installed.
set -eu

for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing chromium for the browser tests ..." >&2
    if apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >&2; then
        exit 0
    fi
    echo "chromium could not be installed: see the messages above" >&2
    exit 1
fi

echo "no chromium found: 'sudo apt-get install chromium' enables the browser tests" >&2
