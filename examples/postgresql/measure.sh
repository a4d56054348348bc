#!/bin/sh
# Lets pgbench put load on PostgreSQL at a constant rate, and answers with what clients saw.
#
# The durations are those of Servo's control. pgbench counts latency from the moment a transaction was due.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bench() {
  /usr/lib/postgresql/15/bin/pgbench -n -h 127.0.0.1 -p 7432 -U servo -f mix.sql -c 8 -j 1 -R 200 -T "${1%.*}" \
    --log --log-prefix="$work/$2" postgres > "$work/$2.out" 2>&1 || { cat "$work/$2.out" >&2; exit 1; }
}
[ "${SERVO_WARMUP_SECONDS%.*}" = 0 ] || bench "$SERVO_WARMUP_SECONDS" warmup
bench "$SERVO_DURATION_SECONDS" measured
# A line of the log: client, number, latency in microseconds, and when.
sort -n -k3,3 "$work"/measured.[0-9]* | awk -v now="$(date +%s)" -v seconds="$SERVO_DURATION_SECONDS" '
  { latency[NR] = $3 / 1000 }
  function at(share) { i = int(share * NR); return latency[i < 1 ? 1 : i] }
  END {
    if (NR == 0) { print "no transaction was made" > "/dev/stderr"; exit 1 }
    form = "{\"metric\": \"%s\", \"points\": [[%d, %.4f]]}"
    printf "{\"contract\": 1, \"readings\": ["
    printf form ", ", "transactions", now, NR / seconds
    printf form "]}\n", "latency_99th", now, at(0.99)
  }'
