#!/bin/sh
# The same number each time: what is looked at is the Deployment.
case "$1" in
describe) echo '{"contract": 1, "application": {"components": {}}, "measurement": {"metrics": {"throughput": {"unit": "rps"}}}}' ;;
measure) sleep "$SERVO_DURATION_SECONDS"; echo '{"contract": 1, "readings": [{"metric": "throughput", "value": 100}]}' ;;
esac
