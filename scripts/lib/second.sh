# shellcheck shell=bash
# A second Docker Engine for the tests, the 26.1 of Debian 13, as one alone would shape what is written. Its system lies
# in a folder beside the build and is kept for the next run; nothing of it is installed on this machine.

readonly SECOND=target/docker-26
readonly SECOND_NAME='Docker 26.1'
# shellcheck disable=SC2034 # scripts/test reads it
readonly SECOND_NEEDS=(debootstrap debian-archive-keyring)
readonly SECOND_PACKAGES=(docker.io iptables ca-certificates iproute2 procps) # docker top runs ps

# second_missing: the engine's name where it is not there.
second_missing() { [[ -x $SECOND/usr/sbin/dockerd ]] || echo "$SECOND_NAME"; }

# second_fetch: brings it; fails where it cannot be had. What is mounted meanwhile goes with its namespace.
second_fetch() {
  local new=$PWD/$SECOND.new
  rm -rf --one-file-system "$new" # of a run that was killed
  announce unshare --mount debootstrap --force-check-gpg --variant=minbase trixie "$new" >/dev/null &&
    second_sleeps "$new" &&
    DEBIAN_FRONTEND=noninteractive announce unshare --mount chroot "$new" \
      apt-get install -y -qq --no-install-recommends "${SECOND_PACKAGES[@]}" &&
    chroot "$new" apt-get clean &&
    mv -T "$new" "$SECOND"
}

# second_sleeps ROOT: keeps what is installed there from starting.
second_sleeps() {
  printf '%s\n' '#!/bin/sh' 'exit 101' >"$1/usr/sbin/policy-rc.d"
  chmod 755 "$1/usr/sbin/policy-rc.d"
}
