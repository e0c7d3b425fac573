# shellcheck shell=bash
# How a measurement that stands beside docker's client is run: on a private engine that is gone again at the end. For
# the scripts in benches/ to source, from the repository's root.

. scripts/lib/steps.sh
. scripts/lib/install.sh
. scripts/lib/engine.sh
. scripts/lib/images.sh

# measure_beside_docker PROGRAM ARGUMENT...: runs the Python program, given dynrun's path and the arguments, where
# DOCKER_HOST is a private engine that has the test image. Ends the script; `--help` prints the script's usage instead.
measure_beside_docker() {
  local reason lacks dynrun measure program=$PWD/$1
  case ${2-} in
    -h | --help) usage && exit ;;
  esac
  reason=$(engine_lacks)
  [[ -z $reason ]] || die "no private engine: $reason"
  mapfile -t lacks < <(missing cargo cc libc.a python3 "${ENGINE_NEEDS[@]}" "${IMAGE_NEEDS[@]}")
  say_missing "${lacks[@]}"
  ((${#lacks[@]} == 0)) || exit 1

  finally true
  attend scripts/build >/dev/null
  dynrun=$(scripts/build 2>/dev/null)
  finally engine_stop
  mkdir -p target
  engine_start target/bench-engine.log
  busybox_image >/dev/null
  # Nobody's settings but the engine's.
  measure=(env -i "PATH=$PATH" "HOME=$ENGINE_DIR" "DOCKER_CONFIG=$ENGINE_DIR" "DOCKER_HOST=$ENGINE_HOST")
  cd "$ENGINE_DIR" || exit
  attend "${IN_ENGINE[@]}" "${measure[@]}" python3 -B "$program" "$dynrun" "${@:2}"
}
