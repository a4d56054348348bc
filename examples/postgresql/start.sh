#!/bin/sh
# Makes a database where there is none, and becomes PostgreSQL: start.sh SETTING=VALUE...
#
# PostgreSQL refuses to run as root, so that root becomes the user that Debian's package has made.
set -eu
cd "$(dirname "$0")"
bin=/usr/lib/postgresql/15/bin
data=${SERVO_EXAMPLE_DATA:-/tmp/servo-example-postgresql}
as=
[ "$(id -u)" != 0 ] || as='setpriv --reuid=postgres --regid=postgres --init-groups'
if [ ! -f "$data/filled" ]; then
  rm -rf "$data"
  $as mkdir -p "$data"
  $as "$bin/initdb" -D "$data/cluster" --auth=trust --username=servo --no-sync > /dev/null
  $as "$bin/pg_ctl" -D "$data/cluster" -w -s -l "$data/log" -o '-p 7433 -c listen_addresses=127.0.0.1 -c unix_socket_directories=' start
  $as "$bin/pgbench" -h 127.0.0.1 -p 7433 -U servo -i -q -s 20 postgres
  $as "$bin/pg_ctl" -D "$data/cluster" -w -s -m fast stop
  $as touch "$data/filled"
fi
options=
for setting in "$@"; do options="$options -c $setting"; done
# Words are meant to be split: each is one.
# shellcheck disable=SC2086
exec $as "$bin/postgres" -D "$data/cluster" -p 7432 -c listen_addresses=127.0.0.1 -c unix_socket_directories= $options
