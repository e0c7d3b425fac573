# shellcheck shell=bash
# A real sshd for the tests, out of Debian's packages. It is unpacked beside the build and not installed: an installed one
# would start on this machine.

readonly SSHD=target/sshd
readonly SSHD_PACKAGES=(openssh-server libwrap0 libnsl2 libtirpc3)

# sshd_missing: what is not there, one a line.
sshd_missing() {
  [[ -x $SSHD/usr/sbin/sshd ]] || echo sshd
  missing ssh ssh-keygen
}

# sshd_fetch: brings it; fails where it cannot be had.
sshd_fetch() {
  local folder package
  mkdir -p "$SSHD"
  folder=$(mktemp -d)
  chmod 755 "$folder"
  say "+ apt-get download ${SSHD_PACKAGES[*]}"
  if (cd "$folder" && attend apt-get download -qq "${SSHD_PACKAGES[@]}" 2>/dev/null); then
    for package in "$folder"/*.deb; do dpkg-deb --extract "$package" "$SSHD"; done
  fi
  rm -rf "$folder"
  [[ -z $(sshd_missing) ]]
}
