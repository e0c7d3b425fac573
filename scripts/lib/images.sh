# shellcheck shell=bash
# The images that tests launch, made of what Debian ships: no registry is asked.

# What they take, in install.sh's words.
# shellcheck disable=SC2034 # scripts/test reads it
readonly IMAGE_NEEDS=(busybox)

# busybox_image: gives the private engine dynrun-test/busybox:1, all of busybox's commands in /bin.
busybox_image() {
  local root=$ENGINE_DIR/busybox applet
  mkdir -p "$root"/{bin,etc,root,tmp}
  chmod 1777 "$root/tmp"
  cp "$(command -v busybox)" "$root/bin/busybox"
  for applet in $(busybox --list); do
    ln -s busybox "$root/bin/$applet" 2>/dev/null || true # busybox itself is among them
  done
  printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' 'nobody:x:65534:65534:nobody:/:/bin/false' >"$root/etc/passwd"
  printf '%s\n' 'root:x:0:' 'nogroup:x:65534:' >"$root/etc/group"
  tar -C "$root" -c . | engine_docker import --change 'ENV PATH=/bin' --change 'CMD ["sh"]' - dynrun-test/busybox:1
}
