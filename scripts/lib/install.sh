# shellcheck shell=bash
# What this machine lacks, and how it gets it. A need is a command, or one of the words that `has` knows besides.

# Built without optimisation and self-update it takes two minutes of two cores, else six.
readonly NEXTEST=(cargo install cargo-nextest --locked --debug --no-default-features --features default-no-update)

# has NEED: whether this machine has it.
has() {
  case $1 in
    libc.a) [[ -f $(cc -print-file-name=libc.a 2>/dev/null) ]] ;;
    cargo-nextest) cargo nextest --version &>/dev/null ;;
    cgroups) [[ -e /sys/fs/cgroup/cgroup.controllers || -d /sys/fs/cgroup/devices ]] ;;
    # Tests put it into an image without a C library.
    busybox) command -v busybox >/dev/null && ! ldd "$(command -v busybox)" &>/dev/null ;;
    pip) python3.11 -m pip --version &>/dev/null ;;
    debian-archive-keyring) [[ -f /usr/share/keyrings/debian-archive-keyring.gpg ]] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# package NEED: its Debian package.
package() {
  case $1 in
    cc) echo gcc ;;
    libc.a) echo libc6-dev ;;
    dockerd) echo docker.io ;;
    # A package of its own from Debian 13 on.
    docker) if apt-cache show docker-cli &>/dev/null; then echo docker-cli; else echo docker.io; fi ;;
    ip | ss) echo iproute2 ;;
    nsenter | unshare | mountpoint) echo util-linux ;;
    busybox) echo busybox-static ;;
    ssh | ssh-keygen) echo openssh-client ;;
    cgroups) echo cgroupfs-mount ;;
    pip) echo python3-pip ;;
    *) echo "$1" ;;
  esac
}

# remedy NEED: the line that brings it.
remedy() {
  case $1 in
    cargo) echo 'see https://www.rust-lang.org/tools/install' ;;
    cargo-nextest) echo "${NEXTEST[*]}" ;;
    cgroups) echo 'apt-get install cgroupfs-mount && cgroupfs-mount' ;;
    *) echo "apt-get install $(package "$1")" ;;
  esac
}

# missing NEED...: those that this machine lacks, one a line.
missing() {
  local need
  for need; do has "$need" || echo "$need"; done
}

# say_missing NEED...: each with the line that brings it.
say_missing() {
  local need
  for need; do say "missing: $need ($(remedy "$need"))"; done
}

# apt_lacks: why packages cannot be installed here; nothing where they can.
apt_lacks() {
  if ! command -v apt-get >/dev/null; then
    echo 'only Debian and Ubuntu are installed to'
  elif ((EUID != 0)); then
    echo 'only root can install packages'
  fi
}

# announce COMMAND...: runs a command that changes this machine, and says so first.
announce() {
  say "+ $*"
  attend "$@" >&2
}

# install_missing NEED...: brings what is missing of them; ends the script where that cannot be done.
install_missing() {
  local need reason needs=() packages=()
  mapfile -t needs < <(missing "$@")
  for need in "${needs[@]}"; do
    case $need in
      cargo) die "missing: cargo ($(remedy cargo))" ;;
      cargo-nextest) ;;
      *) packages+=("$need") ;;
    esac
  done
  if ((${#packages[@]})); then
    reason=$(apt_lacks)
    if [[ $reason ]]; then
      say_missing "${packages[@]}"
      die "$reason"
    fi
    announce apt-get update -qq
    mapfile -t packages < <(for need in "${packages[@]}"; do package "$need"; done | sort -u)
    DEBIAN_FRONTEND=noninteractive announce apt-get install -y -qq --no-install-recommends "${packages[@]}"
  fi
  for need in "${needs[@]}"; do
    case $need in
      cgroups) announce cgroupfs-mount ;;
      cargo-nextest) announce "${NEXTEST[@]}" ;;
    esac
  done
}

# unpack FOLDER PACKAGE...: unpacks Debian packages into the folder, and installs nothing. What could not be had is missing
# there afterwards.
unpack() {
  local into=$1 folder package
  mkdir -p "$into"
  folder=$(mktemp -d)
  chmod 755 "$folder"
  say "+ apt-get download ${*:2}"
  if (cd "$folder" && attend apt-get download -qq "${@:2}" 2>/dev/null); then
    for package in "$folder"/*.deb; do dpkg-deb --extract "$package" "$into"; done
  fi
  rm -rf "$folder"
}
