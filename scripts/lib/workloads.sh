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
  unpack "$WORKLOADS" "${WORKLOAD_PACKAGES[@]}"
  [[ -z $(workloads_missing) ]]
}
