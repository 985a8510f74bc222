#!/usr/bin/env bash
# Brings a virtual environment to a level, and says nothing if it stands there already.
#
#   requirements/install.sh core|test|bench [FOLDER]        FOLDER is .venv unless told
#
# The stamp is taken away first and written last: an environment without one is half-made and is
# made again. PYTHON names the interpreter; without it the first of 3.11, 3.12, 3.13 that runs.
set -euo pipefail
cd "$(dirname "$0")/.."

level=$1
venv=${2:-.venv}
stamp=$venv/keepout-stamp
supported='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))'

fail() {
  echo "keepout: $*" >&2
  exit 1
}

case $level in
  core) wanted="core" ;;
  test) wanted="core test" ;;
  bench) wanted="core test bench" ;;
  *) fail "unknown level $level: core, test or bench" ;;
esac

find_python() {
  local candidate
  if [ -n "${PYTHON:-}" ]; then
    "$PYTHON" -c pass 2>/dev/null || fail "PYTHON=$PYTHON is no interpreter that runs here."
    "$PYTHON" -c "$supported" || fail "$("$PYTHON" --version) is not Python 3.11, 3.12 or 3.13."
    echo "$PYTHON"
    return
  fi
  for candidate in python3.11 python3.12 python3.13 python3 python; do
    if "$candidate" -c "$supported" 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  fail "found no Python 3.11, 3.12 or 3.13; install one, or name it: make PYTHON=/path/to/python"
}

# What an environment is made from. The folder counts: an environment cannot be moved.
made_from() {
  { pwd; "$1" --version; cat requirements/*.txt; } | sha256sum | cut -c1-16
}

python=$venv/bin/python
if [ -n "${PYTHON:-}" ] || [ ! -f "$stamp" ] || ! "$python" -c "$supported" 2>/dev/null; then
  python=$(find_python)
fi
key=$(made_from "$python")
project=$(sha256sum pyproject.toml | cut -c1-16)
old_key= old_project= have=
[ ! -f "$stamp" ] || read -r old_key old_project have <"$stamp"
[ "$old_key" = "$key" ] || have=
missing=
for step in $wanted; do
  case " $have " in *" $step "*) ;; *) missing="$missing $step" ;; esac
done
[ -n "$missing" ] || [ "$old_project" != "$project" ] || exit 0

rm -f "$stamp"
if [ -z "$have" ]; then
  [ "$python" != "$venv/bin/python" ] || python=$(find_python)
  key=$(made_from "$python")
  rm -rf "$venv"
  echo "keepout: making $venv with $("$python" --version)" >&2
  "$python" -m venv "$venv" >/dev/null 2>&1 || {
    rm -rf "$venv"
    fail "$python cannot make a virtual environment; on Debian and Ubuntu install python3-venv."
  }
fi
pip() {
  "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-compile "$@"
}
for step in $missing; do
  echo "keepout: installing requirements/$step.txt" >&2
  pip --require-hashes --no-deps -r "requirements/$step.txt"
done
pip --no-deps --no-build-isolation --editable .
have="$have$missing"
echo "$key $project ${have# }" >"$stamp.new"
mv "$stamp.new" "$stamp"
