#!/usr/bin/env bash
# Builds the API server of the tests of kubectl's actions, once, into the cache: about three minutes on two cores.
# `build.sh path` says where it is, or would be.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
digest=$(cat go.mod go.sum main.go | sha256sum | cut -c1-16)
binary=${MUSTER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/muster}/kube-server/$digest/kube-server
if [ "${1:-}" = path ]; then
  echo "$binary"
elif [ ! -x "$binary" ]; then
  mkdir -p "$(dirname "$binary")"
  version=$(sed -n 's|^\tk8s.io/kubernetes ||p' go.mod)
  CGO_ENABLED=0 go build -trimpath -mod=readonly -gcflags=all=-dwarf=false \
    -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=$version" -o "$binary.$$" .
  mv "$binary.$$" "$binary"
fi
