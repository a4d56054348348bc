#!/bin/sh
# Writes start.order anew: the functions that an idle servo has run, as valgrind sees them.
#
# Needs the release build of servo and servo-bench (`cargo xtask bench` makes them) and Debian's valgrind.
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp target/release/servo-bench target/release/servo-bench-points "$work"
cat > "$work/servo" <<END
#!/bin/sh
exec valgrind --tool=callgrind --demangle=no --callgrind-out-file=$work/run.%p $PWD/target/release/servo "\$@" 2> /dev/null
END
chmod +x "$work/servo"
# What it measures is of no interest: valgrind's memory is not the servo's.
"$work/servo-bench" --only one > "$work/bench.log" 2>&1 &
bench=$!
# It is idle by then.
sleep 15
callgrind_control --dump > /dev/null 2>&1 || true
wait "$bench" || true
plain='s/17h[0-9a-f]{16}E/17hE/; s/\.llvm\.[0-9]+//; s/\.[0-9]+$//; s/Cs[0-9A-Za-z]+_/C_/g'
nm --defined-only --format=posix target/release/servo | awk '$2 ~ /^[tTW]$/ { print $1 }' | sed -E "$plain" | sort -u > "$work/there"
sed -nE "s/^c?fn=\([0-9]+\) ([^']+).*/\1/p" "$work"/run.* 2> /dev/null | sed -E "$plain" | sort -u > "$work/run"
comm -12 "$work/there" "$work/run" > "$work/order"
if [ ! -s "$work/order" ]; then
  echo "nothing was seen to run; start.order is as it was" >&2
  cat "$work/bench.log" >&2
  exit 1
fi
cp "$work/order" xtask/link/start.order
wc -l xtask/link/start.order
