#!/usr/bin/env bash
# Makes the three locks again: core (to run), test (core, tests, lint, docs), bench (the peers).
#
#   requirements/lock.sh              the newest versions that fit together
#   requirements/lock.sh --keep       only what pyproject.toml now asks for; versions stay
#
# Needs uv, a tool of the maintainer alone: nobody who installs keepout needs it. One version of a
# package serves all Pythons where that can be had ("fewest"), so that 3.11 and 3.12 compute alike.
set -euo pipefail
cd "$(dirname "$0")/.."

upgrade=--upgrade
[ "${1:-}" = --keep ] && upgrade=--no-upgrade

compile() {
  local name=$1
  shift
  echo "requirements/$name.txt"
  "${UV:-uv}" pip compile pyproject.toml requirements/build.in "$@" \
    --universal --python-version 3.11 --fork-strategy fewest \
    --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
    $upgrade --quiet --output-file "requirements/$name.txt" >/dev/null
}

compile core
compile test --extra test --extra lint --extra docs --constraint requirements/core.txt
compile bench --extra bench --constraint requirements/test.txt

if grep -nE '://|index-url|find-links|^-e|^/|@ ' requirements/*.txt; then
  echo "a lock holds an address or a path (above)" >&2
  exit 1
fi
