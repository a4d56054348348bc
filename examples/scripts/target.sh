#!/bin/sh
# An application for trial: one setting, kept in the file `threads`, and what follows from it.
set -eu
threads=$(cat threads 2>/dev/null || echo 4)
case "$1" in
describe)
    echo "{\"contract\": 1,
      \"application\": {\"components\": {\"web\": {\"settings\": {\"threads\":
        {\"type\": \"range\", \"min\": 1, \"max\": 16, \"step\": 1, \"value\": $threads}}}}},
      \"measurement\": {\"metrics\": {\"throughput\": {\"unit\": \"rps\"}, \"latency\": {\"unit\": \"ms\"}}}}" ;;
measure)
    echo "servo:progress 10 measuring for $SERVO_DURATION_SECONDS s" >&2
    sleep "$SERVO_DURATION_SECONDS"
    for metric in $SERVO_METRICS; do
        case "$metric" in
        throughput) value=$((threads * 100 - threads * threads * 4)) ;;
        latency) value=$((20 + 80 / threads)) ;;
        esac
        readings="${readings:+$readings, }{\"metric\": \"$metric\", \"value\": $value}"
    done
    echo "{\"contract\": 1, \"readings\": [$readings]}" ;;
adjust)
    for adjustment in $SERVO_ADJUSTMENTS; do
        case "$adjustment" in web.threads=*) echo "${adjustment#*=}" > threads ;; esac
    done ;;
esac
