#!/bin/sh
# Asks for every text once, compressed, and answers with what it weighs on average.
set -eu
cd "$(dirname "$0")"
sed -n 's/^GET //p' targets.txt | while read -r url; do
  curl --fail --silent --show-error --output /dev/null --header 'Accept-Encoding: gzip' --write-out '%{size_download}\n' "$url"
done | awk -v now="$(date +%s)" '
  { bytes += $1 }
  END {
    if (NR == 0) { print "no text was sent" > "/dev/stderr"; exit 1 }
    printf "{\"contract\": 1, \"readings\": [{\"metric\": \"weight\", \"points\": [[%d, %.4f]]}]}\n", now, bytes / NR / 1000
  }'
