#!/bin/sh
# Measures every configuration of the example, one after another, and lists them by what they cost: more than an hour.
#
# Needs what `cargo xtask example local-web` has built. The table goes to the file named, or to sweep.csv.
set -eu
cd "$(dirname "$0")"
out=${1:-sweep.csv}
servo=../../target/release/servo
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cp prometheus.yml targets.txt "$work"
root=$(cd ../.. && pwd)

# The values of a setting, as servo.yaml has them.
values() { sed -n "s/^    $1: {values: \[\(.*\)\], value: .*/\1/p" servo.yaml | tr -d ,; }

echo workers,cache,compression,batch,cost,latency_95th,error_rate,page_weight,cpu,memory > "$out"
for workers in $(values workers); do
  for cache in $(values cache); do
    for compression in $(values compression); do
      for batch in $(values batch); do
        rm -rf "$work/.servo"
        sed -e "s|../../target/|$root/target/|" \
          -e "s/^\(    workers: .*\), value: .*/\1, value: $workers}/" \
          -e "s/^\(    cache: .*\), value: .*/\1, value: $cache}/" \
          -e "s/^\(    compression: .*\), value: .*/\1, value: $compression}/" \
          -e "s/^\(    batch: .*\), value: .*/\1, value: $batch}/" servo.yaml > "$work/servo.yaml"
        "$servo" -c "$work/servo.yaml" measure --warmup 3s --duration 8s --format json > "$work/measured.json"
        SETTINGS="$workers,$cache,$compression,$batch" python3 - "$work/measured.json" >> "$out" <<'PYTHON'
import json, os, sys

def mean(name):
    series = [it["time_series"] for connector in measured.values() for it in connector["readings"]]
    values = [value for it in series if it["metric"]["name"] == name for _, value in it["points"]]
    return sum(values) / len(values)

measured = json.load(open(sys.argv[1]))
cpu, memory = mean("cpu"), mean("memory")
figures = [0.003 * cpu + 0.007 * memory, mean("latency_95th"), mean("error_rate"), mean("page_weight"), cpu, memory]
print(os.environ["SETTINGS"], *(f"{figure:.6g}" for figure in figures), sep=",")
PYTHON
        tail -n 1 "$out" >&2
      done
    done
  done
done

echo "The cheapest that hold the objectives:"
head -n 1 "$out"
awk -F, 'NR > 1 && $6 < 20 && $7 < 0.1 && $8 < 9.1' "$out" | sort -t, -k5 -g | head -n 8
