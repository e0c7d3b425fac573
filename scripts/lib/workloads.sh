# shellcheck shell=bash
# Real workloads for the tests: NATS, etcd and an image registry out of Debian's packages. They are unpacked beside the build and not
# installed: an installed one would start on this machine, and take the ports that its developer needs.

readonly WORKLOADS=target/workloads
readonly WORKLOAD_PACKAGES=(nats-server etcd-server docker-registry)
readonly WORKLOAD_PROGRAMS=(usr/sbin/nats-server usr/bin/etcd usr/bin/docker-registry)

# workloads_missing: the programs that are not there, one a line.
workloads_missing() {
  local program
  for program in "${WORKLOAD_PROGRAMS[@]}"; do [[ -x $WORKLOADS/$program ]] || echo "${program##*/}"; done
}

# workloads_fetch: brings them; fails where they cannot be had.
workloads_fetch() {
  local folder package
  mkdir -p "$WORKLOADS"
  folder=$(mktemp -d)
  chmod 755 "$folder"
  say "+ apt-get download ${WORKLOAD_PACKAGES[*]}"
  if (cd "$folder" && attend apt-get download -qq "${WORKLOAD_PACKAGES[@]}" 2>/dev/null); then
    for package in "$folder"/*.deb; do dpkg-deb --extract "$package" "$WORKLOADS"; done
  fi
  rm -rf "$folder"
  [[ -z $(workloads_missing) ]]
}
