#!/bin/sh
# Writes nginx' configuration and becomes nginx: start.sh WORKERS GZIP KEEPALIVE FILES
set -eu
cd "$(dirname "$0")"
work=.servo/nginx
mkdir -p "$work/tmp"
[ "$4" = 0 ] && files=off || files="max=$4 inactive=60s"
sed -e "s/@workers@/$1/" -e "s/@gzip@/$2/" -e "s/@keepalive@/$3/" -e "s/@files@/$files/" nginx.conf.in > "$work/nginx.conf"
exec /usr/sbin/nginx -p "$PWD/$work" -c nginx.conf -e stderr -g 'daemon off;'
