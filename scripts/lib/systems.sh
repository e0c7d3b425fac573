# shellcheck shell=bash
# The images of the real systems that docs/systems shows: NVIDIA's Dynamo and model-compose out of their Python packages, NATS, etcd,
# nginx and MariaDB out of Debian's, each under the name that its guide or its makers give it. What they are made of lies beside the
# build and is kept for the next run; nothing of it is installed on this machine, and no image registry is asked.

readonly SYSTEMS=target/systems
# Debian 12, for its Python is 3.11, for which the packages below are brought.
readonly SYSTEMS_DEBIAN=(python3 python-is-python3 python3-pytest curl nats-server etcd-server nginx-light mariadb-server ca-certificates)
# Each is a folder of its own there, and a version: the images are known to work with it.
readonly SYSTEMS_PYTHON=(ai-dynamo==1.4.2 model-compose==0.4.120)
# shellcheck disable=SC2034 # scripts/systems reads it
readonly SYSTEMS_NEEDS=(debootstrap debian-archive-keyring python3.11 pip)

# systems_missing: what is not there, one a line.
systems_missing() {
  local package
  [[ -x $SYSTEMS/debian/usr/sbin/nginx ]] || echo 'Debian 12'
  for package in "${SYSTEMS_PYTHON[@]}"; do [[ -d $SYSTEMS/$package ]] || echo "$package"; done
}

# systems_fetch: brings what is missing; fails where it cannot be had.
systems_fetch() {
  local package new
  mkdir -p "$SYSTEMS"
  if [[ ! -x $SYSTEMS/debian/usr/sbin/nginx ]]; then
    new=$PWD/$SYSTEMS/debian.new
    rm -rf --one-file-system "$new" # of a run that was killed
    announce unshare --mount debootstrap --force-check-gpg --variant=minbase \
      --include="$(IFS=, && echo "${SYSTEMS_DEBIAN[*]}")" bookworm "$new" >/dev/null || return 1
    chroot "$new" apt-get clean
    mv -T "$new" "$SYSTEMS/debian"
  fi
  for package in "${SYSTEMS_PYTHON[@]}"; do
    [[ ! -d $SYSTEMS/$package ]] || continue
    new=$SYSTEMS/$package.new
    rm -rf "$new"
    # What is installed on this machine has no say in it, and is not warned of.
    announce python3.11 -m pip install --quiet --no-warn-conflicts --root-user-action ignore --target "$new" "$package" ||
      return 1
    mv -T "$new" "$SYSTEMS/$package"
  done
}

# systems_images: gives the private engine the images.
systems_images() {
  local program ENGINE_PATIENCE=300
  say 'the images of docs/systems are made'
  tar -C "$SYSTEMS/debian" --exclude='./proc/*' --exclude='./sys/*' --exclude='./dev/*' -c . |
    engine_docker import - dynrun-test/debian:12 >/dev/null
  systems_image elrar/state-gateway:latest <<'IMAGE'
FROM dynrun-test/busybox:1
COPY dynrun /bin/
ENTRYPOINT ["dynrun", "state-gateway"]
IMAGE
  for program in nebula-{scheduler,node,router,gateway,bff} xtrace; do
    systems_image "${program/#xtrace/lipish/xtrace}:latest" <<IMAGE
FROM dynrun-test/busybox:1
COPY nebula /bin/$program
CMD ["$program"]
IMAGE
  done
  systems_image secretflow/kuscia:0.14.0b0 <<'IMAGE'
FROM dynrun-test/busybox:1
COPY kuscia /home/kuscia/bin/kuscia
COPY kuscia.sh /home/kuscia/scripts/deploy/kuscia.sh
ENV PATH=/home/kuscia/bin:/bin
WORKDIR /home/kuscia
IMAGE
  systems_image nats:2.11 <<'IMAGE'
FROM dynrun-test/debian:12
ENTRYPOINT ["nats-server"]
IMAGE
  # Its settings are variables, as those of the image that the guide names.
  systems_image bitnamilegacy/etcd:3.6 <<'IMAGE'
FROM dynrun-test/debian:12
ENV ETCD_DATA_DIR=/var/lib/etcd/data
ENTRYPOINT ["etcd"]
IMAGE
  systems_image nginx:1.27 <<'IMAGE'
FROM dynrun-test/debian:12
ENTRYPOINT ["nginx", "-g", "daemon off;"]
IMAGE
  systems_image mysql:8 <<'IMAGE'
FROM dynrun-test/debian:12
COPY mysql /usr/local/bin/mysql-entrypoint
ENTRYPOINT ["mysql-entrypoint"]
CMD ["mysqld"]
IMAGE
  systems_image dynamo:latest-vllm "ai-dynamo==*" <<'IMAGE'
FROM dynrun-test/debian:12
COPY packages /opt/dynamo
COPY tiny_model.py /tmp/
ENV PYTHONPATH=/opt/dynamo HF_HUB_OFFLINE=1
RUN useradd --create-home dynamo && mkdir /workspace && chown dynamo /workspace && python3 /tmp/tiny_model.py /models/tiny
USER dynamo
WORKDIR /workspace
IMAGE
  systems_image model-compose:latest "model-compose==*" <<'IMAGE'
FROM dynrun-test/debian:12
COPY packages /opt/model-compose
# It was installed beside another Python.
RUN sed -i '1s|^#!.*|#!/usr/bin/python3|' /opt/model-compose/bin/*
ENV PYTHONPATH=/opt/model-compose PYTHONUNBUFFERED=1 PATH=/opt/model-compose/bin:/usr/local/bin:/usr/bin:/bin
WORKDIR /app
COPY model-compose.yml /app/
CMD ["model-compose", "up"]
IMAGE
}

# systems_image NAME [PACKAGES]: makes an image by the Dockerfile on standard input, in whose context are dynrun, what tests/systems
# holds, and the Python packages of that folder.
systems_image() {
  local said context=$ENGINE_DIR/context
  mkdir -p "$context"
  cp -r tests/systems/image/. "${CARGO_TARGET_DIR:-target}/$(rustc -vV | sed -n 's/^host: //p')/debug/dynrun" "$context"
  # shellcheck disable=SC2086 # the version is not written twice
  [[ -z ${2-} ]] || cp -r --reflink=auto $SYSTEMS/$2 "$context/packages"
  cat >"$context/Dockerfile"
  said=$(DOCKER_BUILDKIT=0 engine_docker build --quiet --tag "$1" "$context" 2>&1) ||
    { say "$said" && return 1; }
  rm -rf "$context"
}
