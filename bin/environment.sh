# Sourced by the commands beside it: what they need of the system, and .venv as the pins say.
# A missing thing is installed where that is allowed; otherwise one line says what to do, with exit status 1.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
venv=$root/.venv
export PYTHONPATH="$root" PIP_DISABLE_PIP_VERSION_CHECK=1

stop() {
    printf 'bin/%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# need_packages WHY PACKAGE...: installs Debian packages, as root.
need_packages() {
    why=$1
    shift
    command -v apt-get >/dev/null || stop "$why missing: install what Debian calls $*, and start again."
    [ "$(id -u)" = 0 ] || stop "$why missing: run  sudo apt-get install -y $*  and start again."
    echo "Installing $* ..."
    log=$(mktemp)
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } \
        >"$log" 2>&1 </dev/null || stop "apt-get could not install $*: see $log, mend it, and start again."
    rm -f "$log"
}

has_libraries() {
    python3 -c 'import ctypes, sys; [ctypes.CDLL(name) for name in sys.argv[1:]]' "$@" 2>/dev/null
}

need_python() {
    command -v python3 >/dev/null || stop "python3 is missing: install Python 3.11 or newer, and start again."
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        stop "$(python3 --version) is too old: install Python 3.11 or newer, and start again."
    python3 -c 'import ensurepip, venv' 2>/dev/null || need_packages "Python's venv is" python3-venv
}

need_pango() {
    has_libraries libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz-subset.so.0 ||
        need_packages "Pango, which sets labels and PDF, is" libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
}

need_zbar() {
    has_libraries libzbar.so.0 || need_packages "ZBar, which reads printed codes a second time, is" libzbar0
}

need_browser() {
    { [ -x /usr/bin/chromium ] && has_libraries libatomic.so.1; } ||
        need_packages "Chromium, or what drives it, is" chromium libatomic1
}

digest_of() {
    { python3 --version; cat "$root/$1"; } | sha256sum | cut -d ' ' -f 1
}

is_installed() {
    [ -x "$venv/bin/python" ] && [ "$(cat "$venv/.$1" 2>/dev/null)" = "$(digest_of "$1")" ]
}

# install PINS: every package of the file in .venv, by its hash; the mark is written last, so a broken try is redone.
install() {
    echo "Installing what $1 pins (once, about a minute) ..."
    log=$(mktemp)
    "$venv/bin/python" -m pip install --no-input --require-hashes --only-binary=:all: -r "$root/$1" >"$log" 2>&1 ||
        stop "pip could not install what $1 pins: see $log, mend it, and start again."
    rm -f "$log"
    digest_of "$1" >"$venv/.$1"
}

# need_pins [MORE]: .venv holds requirements.txt, made anew when that has changed, and what MORE adds.
need_pins() {
    exec 9<"$root/requirements.txt"
    flock 9 # of two commands started at once, one installs and the other waits
    if ! is_installed requirements.txt; then
        python3 -m venv --clear "$venv" || stop "$venv cannot be made: give this user the right to write there."
        install requirements.txt
    fi
    for more; do
        is_installed "$more" || install "$more"
    done
    exec 9<&-
}
