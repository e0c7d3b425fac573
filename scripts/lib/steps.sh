# shellcheck shell=bash
# How a script speaks and runs its steps. For every script to source, from the repository's root.

PATH=$PATH:/usr/sbin:/sbin # where Debian keeps ip, iptables and dockerd, off other users' PATH

# It would take the place of the flags in .cargo/config.toml.
[[ -z ${RUSTFLAGS-} ]] || RUSTFLAGS+=' -C target-feature=+crt-static'

# say TEXT: one line on stderr, as stdout is for results.
say() { printf '%s\n' "$*" >&2; }

# die TEXT: says it and ends the script.
die() {
  say "$@"
  exit 1
}

# usage: prints the comment that opens the script.
usage() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; }

# wait_until SECONDS COMMAND...: tries the command until it succeeds; fails once the time is up.
wait_until() {
  local end=$((SECONDS + $1))
  until "${@:2}"; do
    ((SECONDS < end)) || return 1
    sleep 0.2
  done
}

ATTENDED= # the process group of the command that attend runs

# attend COMMAND...: runs it where a signal to this script can end it; bash alone would wait for its end first.
attend() {
  local status=0
  set -m # a process group of its own
  "$@" &
  ATTENDED=$!
  set +m
  wait "$ATTENDED" || status=$?
  ATTENDED=
  return "$status"
}

# finally COMMAND: runs it on every way out, once and to its end, after the attended command has gone.
finally() {
  # shellcheck disable=SC2064 # the command is known now
  trap "finish $1" EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

finish() {
  local status=$?
  trap - EXIT
  trap '' HUP INT TERM
  if [[ $ATTENDED ]]; then
    kill -TERM -- "-$ATTENDED" 2>/dev/null || true
    wait "$ATTENDED" 2>/dev/null || true
  fi
  "$1" || status=1
  exit "$status"
}
