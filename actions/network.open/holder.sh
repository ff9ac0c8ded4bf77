#!/bin/sh
# Holds a private network: brings its loopback up, hides places, says that it is ready, and waits to be ended.
# Usage: holder.sh READY-FILE [PLACE-TO-HIDE…]    Runs in the new network and mount namespace.
set -eu
ready=$1
shift

ip link set lo up

# A Unix socket in a shared directory crosses a network namespace. Where servers put theirs by default, what
# runs in this network finds an empty directory of its own.
for place in /run/postgresql /run/mysqld; do
  if [ -d "$place" ]; then mount -t tmpfs -o mode=1777 muster "$place"; fi
done
for socket in /tmp/.s.PGSQL.* /run/docker.sock /run/containerd/containerd.sock; do
  if [ -S "$socket" ]; then mount --bind /dev/null "$socket"; fi
done

for place; do
  if [ -d "$place" ]; then
    mount -t tmpfs -o ro,mode=0555,size=4k muster "$place"
  elif [ -e "$place" ]; then
    mount --bind /dev/null "$place"
  fi
done

: >"$ready"
exec sleep infinity
