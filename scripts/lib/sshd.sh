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
  unpack "$SSHD" "${SSHD_PACKAGES[@]}"
  [[ -z $(sshd_missing) ]]
}
