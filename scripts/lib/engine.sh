# shellcheck shell=bash
# A private Docker Engine for the tests: a network namespace, a containerd and a folder of its own, so that no test
# can meet another engine's containers, ports or images. An engine is named for the process of the script it serves.

readonly ENGINE_PREFIX=dynrun-test- ENGINE_HOME=/var/lib
ENGINE_MORE=()   # what else dockerd is started with
ENGINE_PLACES=() # folders that this names
ENGINE_DISK=${ENGINE_DISK-} # the size of a disk of its own for its data, in tmpfs's words; that of this machine where none is said

# What a private engine takes, in install.sh's words.
# shellcheck disable=SC2034 # scripts/test reads it
readonly ENGINE_NEEDS=(dockerd containerd docker ip iptables nsenter cgroups)

# engine_lacks: why this user cannot have a private engine, whatever is installed; nothing where one can be had.
engine_lacks() {
  if ((EUID != 0)); then
    echo 'not root'
  elif ! unshare --net --mount true 2>/dev/null; then
    echo 'this root may make no namespaces'
  fi
}

# engine_name PID: sets the names of the engine that serves that process.
engine_name() {
  ENGINE=$ENGINE_PREFIX$1
  ENGINE_DIR=$ENGINE_HOME/$ENGINE
  ENGINE_HOST=unix://$ENGINE_DIR/docker.sock
  # Puts a command into the engine's network. `ip netns exec` would hide the cgroups from it.
  IN_ENGINE=(nsenter --net="/var/run/netns/$ENGINE")
}

# engine_start LOG [ROOT]: starts an engine, ENGINE_PID, that answers at ENGINE_HOST, from the system in the folder ROOT
# if named; or fails, with the end of its log.
engine_start() {
  engine_sweep
  engine_name $$
  mkdir -m 700 "$ENGINE_DIR"
  if [[ $ENGINE_DISK ]]; then mount --mkdir -t tmpfs -o "size=$ENGINE_DISK" none "$ENGINE_DIR/data"; fi
  ip netns add "$ENGINE"
  ip -n "$ENGINE" link set lo up
  engine_configure
  : >"$1"
  # What a launch takes of Go's programs lives for milliseconds, and spends a good part of them on its garbage.
  export GOGC=400
  ENGINE_ENTER=("${IN_ENGINE[@]}")
  if [[ ${2-} ]]; then
    engine_mount "$2" >>"$1" 2>&1
    ENGINE_ENTER+=(--mount="/proc/$ENGINE_MOUNTS/ns/mnt")
    IN_ENGINE=("${ENGINE_ENTER[@]}" chroot /mnt env --chdir="$PWD")
  fi
  # Left to itself, dockerd takes the machine's containerd where one runs, and meets the machine's containers there.
  "${ENGINE_ENTER[@]}" setsid containerd --config "$ENGINE_DIR/containerd.toml" >>"$1" 2>&1 </dev/null &
  engine_dockerd "$1"
}

# engine_dockerd LOG: starts dockerd, the first time or again, and waits until it answers; or fails, with the end of the
# log.
engine_dockerd() {
  "${ENGINE_ENTER[@]}" setsid dockerd --config-file "$ENGINE_DIR/daemon.json" --containerd "$ENGINE_DIR/containerd.sock" \
    --data-root "$ENGINE_DIR/data" --exec-root "$ENGINE_DIR/run" --pidfile "$ENGINE_DIR/docker.pid" \
    --host "$ENGINE_HOST" "${ENGINE_MORE[@]}" --bip 172.29.0.1/16 >>"$1" 2>&1 </dev/null &
  ENGINE_PID=$!
  wait_until 30 engine_settled || true
  engine_docker version &>/dev/null && return
  say "the private engine does not answer; the end of $1:"
  tail -n 10 "$1" >&2
  return 1
}

# engine_mount ROOT: makes a mount namespace, that of the process ENGINE_MOUNTS, whose root is the system in that folder
# and which has, each at its place, what the tests speak of; this machine's root is its /mnt. The tests join it there,
# as an engine in another namespace proves no path. With its last process it is gone.
#
# A chroot will not do: what is started in a container that runs would find itself at the root of this machine.
engine_mount() {
  local mounted=$ENGINE_DIR/mounted
  # shellcheck disable=SC2016 # the inner shell's own
  "${IN_ENGINE[@]}" setsid unshare --mount bash -euc '
    root=$1 mounted=$2
    mount --bind "$root" "$root" # a root has to be a mount
    mount -t tmpfs none "$root/run"
    for place in "${@:3}"; do
      mkdir -p "$root$place"
      mount --rbind "$place" "$root$place"
    done
    cd "$root"
    pivot_root . mnt
    touch "$mounted"
    exec sleep infinity' - "$1" "$mounted" /proc /sys /dev "${TMPDIR:-/tmp}" "$PWD/tests" "$ENGINE_DIR" \
    "${ENGINE_PLACES[@]}" </dev/null &
  ENGINE_MOUNTS=$!
  wait_until 10 test -e "$mounted"
}

# engine_configure: writes what containerd and dockerd start with, in place of what /etc says; ENGINE_SETTINGS, if set, is
# dockerd's.
engine_configure() {
  local none='{}'
  echo "${ENGINE_SETTINGS:-$none}" >"$ENGINE_DIR/daemon.json"
  cat >"$ENGINE_DIR/containerd.toml" <<TOML
version = 2
root = "$ENGINE_DIR/containerd"
state = "$ENGINE_DIR/run/containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "$ENGINE_DIR/containerd.sock"
[plugins."io.containerd.internal.v1.opt"]
path = "$ENGINE_DIR/opt"
TOML
}

# engine_settled: whether the engine answers, or never will.
engine_settled() { engine_docker version &>/dev/null || ! kill -0 "$ENGINE_PID" 2>/dev/null; }

# engine_docker ARGUMENT...: docker's client, without the caller's settings, and bounded: to ENGINE_PATIENCE, in seconds.
engine_docker() { DOCKER_CONFIG=$ENGINE_DIR timeout "${ENGINE_PATIENCE:-30}" docker --host "$ENGINE_HOST" "$@"; }

# engine_pids [COMMAND]: the processes in the engine's network, or those of one command.
engine_pids() {
  local pid
  for pid in $(ip netns pids "$ENGINE" 2>/dev/null); do
    if [[ $# == 0 || $(cat "/proc/$pid/comm" 2>/dev/null) == "$1" ]]; then echo "$pid"; fi
  done
}

# engine_without [COMMAND]: whether there are none of these.
engine_without() { [[ -z $(engine_pids "$@") ]]; }

# engine_signal SIGNAL [COMMAND]: sends it to these.
engine_signal() {
  # shellcheck disable=SC2046 # a word is a process
  kill "-$1" $(engine_pids "${@:2}") 2>/dev/null || true
}

# engine_kill_containers: ends them. A container is a child of its shim, in a network of its own.
engine_kill_containers() {
  local shim
  for shim in $(engine_pids containerd-shim); do
    # shellcheck disable=SC2046 # a word is a process
    kill -KILL $(cat "/proc/$shim/task"/*/children) 2>/dev/null || true
  done
}

# engine_ended: ends the containers, for each of which dockerd would wait ten seconds; whether dockerd has ended, too.
engine_ended() {
  engine_kill_containers
  engine_without dockerd
}

# engine_stop: takes the engine down, in whatever state the tests have left it, with all that it made.
engine_stop() {
  engine_signal CONT dockerd
  engine_signal TERM dockerd
  wait_until 20 engine_ended || engine_signal KILL dockerd
  engine_signal TERM
  wait_until 5 engine_without || engine_signal KILL
  wait_until 5 engine_without || say "left behind: processes $(engine_pids | xargs)"
  engine_remove
}

# engine_remove: removes the mounts, cgroups, network and folder of an engine that has ended.
engine_remove() {
  local container
  cut -d' ' -f5 /proc/self/mountinfo | grep "^$ENGINE_DIR/" | tac | xargs --no-run-if-empty umount --lazy || true
  for container in "$ENGINE_DIR/data/containers"/*/; do # those of a dockerd that was killed
    [[ -d $container ]] || continue
    find /sys/fs/cgroup -depth -type d -name "*$(basename "$container")*" -exec rmdir {} + 2>/dev/null || true
  done
  if [[ -e /var/run/netns/$ENGINE ]]; then ip netns delete "$ENGINE"; fi
  rm -rf --one-file-system "$ENGINE_DIR"
}

# engine_sweep: stops the engines of scripts that were killed.
engine_sweep() {
  local dir pid
  for dir in "$ENGINE_HOME/$ENGINE_PREFIX"*; do
    pid=${dir##*-}
    if [[ -d $dir ]] && { ((pid == $$)) || [[ ! -d /proc/$pid ]]; }; then
      say "stopping an engine that an earlier run left behind: ${dir##*/}"
      engine_name "$pid"
      engine_stop
    fi
  done
}

engine_name $$
