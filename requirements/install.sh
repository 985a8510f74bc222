#!/usr/bin/env bash
# Brings a virtual environment to a level and says nothing if it stands there already.
#
#   requirements/install.sh core|test|bench [FOLDER]        FOLDER is .venv unless told
#
# The stamp is written last and taken away first: an environment without one is half-made and is
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

find_python() {
  local candidate
  if [ -n "${PYTHON:-}" ]; then
    command -v "$PYTHON" >/dev/null || fail "PYTHON=$PYTHON is not an interpreter on this machine."
    "$PYTHON" -c "$supported" 2>/dev/null ||
      fail "PYTHON=$PYTHON is $("$PYTHON" --version 2>&1); keepout needs Python 3.11, 3.12 or 3.13."
    echo "$PYTHON"
    return
  fi
  for candidate in python3.11 python3.12 python3.13 python3 python; do
    if "$candidate" -c "$supported" 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  fail "no Python 3.11, 3.12 or 3.13 was found; install one, or name it: make install PYTHON=/path/to/python"
}

# What an environment was made from; the folder counts, for an environment cannot be moved.
made_from() {
  { pwd; "$1" --version; cat requirements/*.txt pyproject.toml; } | sha256sum | cut -c1-16
}

levels_up_to() {
  case $1 in
    core) echo core ;;
    test) echo core test ;;
    bench) echo core test bench ;;
    *) fail "unknown level $1: core, test or bench" ;;
  esac
}

wanted=$(levels_up_to "$level")
if [ -z "${PYTHON:-}" ] && [ -f "$stamp" ] && [ -x "$venv/bin/python" ]; then
  python=$venv/bin/python # what stands there was good enough when it was made
else
  python=$(find_python)
fi
key=$(made_from "$python")
read -r old_key have <<<"$(cat "$stamp" 2>/dev/null || true)" || true
[ "${old_key:-}" = "$key" ] || have=
case " $have " in *" $level "*) exit 0 ;; esac
rm -f "$stamp"

if [ -z "$have" ]; then
  [ "$python" != "$venv/bin/python" ] || python=$(find_python)
  rm -rf "$venv"
  echo "keepout: making $venv with $("$python" --version)" >&2
  "$python" -m venv "$venv" >/dev/null 2>&1 || {
    rm -rf "$venv"
    fail "$python cannot make a virtual environment; on Debian and Ubuntu install python3-venv."
  }
fi
pip() {
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile "$@"
}
for step in $wanted; do
  case " $have " in *" $step "*) continue ;; esac
  echo "keepout: installing requirements/$step.txt" >&2
  pip --require-hashes --no-deps -r "requirements/$step.txt"
done
pip --no-deps --no-build-isolation --editable .
echo "$key $wanted" >"$stamp.new"
mv "$stamp.new" "$stamp"
