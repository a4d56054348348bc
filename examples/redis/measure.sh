#!/bin/sh
# Fills Redis where it is empty, lets redis-benchmark ask it for as long as Servo's control says, and answers with what came of it.
set -eu
ask() { redis-cli -h 127.0.0.1 -p 7480 "$@"; }
bench() { redis-benchmark -h 127.0.0.1 -p 7480 -r 1000 -c 16 --csv "$@"; }
# A thousand users with some 450 fields each.
[ "$(ask dbsize)" != 0 ] || bench -n 600000 -P 32 hset user:__rand_int__ field:__rand_int__ value:__rand_int__ > /dev/null
now=$(date +%s)
begin=$((now + ${SERVO_WARMUP_SECONDS%.*}))
end=$((begin + ${SERVO_DURATION_SECONDS%.*}))
while [ "$now" -lt "$end" ]; do
  line=$(bench -n 50000 hget user:__rand_int__ field:__rand_int__ | tail -n 1)
  [ "$now" -lt "$begin" ] || echo "$line"
  now=$(date +%s)
done | tr -d '"' | awk -F, -v now="$end" -v bytes="$(ask info memory | sed -n 's/^used_memory:\([0-9]*\).*/\1/p')" '
  { rate += $2; p95 += $6 }
  END {
    if (NR == 0) { print "redis-benchmark said nothing" > "/dev/stderr"; exit 1 }
    form = "{\"metric\": \"%s\", \"points\": [[%d, %.4f]]}"
    printf "{\"contract\": 1, \"readings\": ["
    printf form ", ", "requests", now, rate / NR
    printf form ", ", "latency_95th", now, p95 / NR
    printf form "]}\n", "used_memory", now, bytes / 1048576
  }'
