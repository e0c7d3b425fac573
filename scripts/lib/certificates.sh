# shellcheck shell=bash
# Certificates for the tests of TLS, made anew for every engine: its own, good for 127.0.0.1 alone, and its callers'.

# What they take, in install.sh's words.
# shellcheck disable=SC2034 # scripts/test reads it
readonly CERTIFICATE_NEEDS=(openssl)
# shellcheck disable=SC2034 # engine.sh's dockerd listens there, and with this, once there are certificates
readonly TLS_HOST=tcp://127.0.0.1:2376

# certificates FOLDER: makes them there: those of the engine itself, and what its callers have, in folders that
# DOCKER_CERT_PATH may name: own, nameless (no certificate), stranger (another's), misled (trusts another). ENGINE_MORE
# makes the engine listen with them.
certificates() {
  local folder=$1 caller
  mkdir -p "$folder"/{own,nameless,stranger,misled}
  certificate_authority "$folder/right"
  certificate_authority "$folder/wrong"
  certificate "$folder/right" "$folder/engine" 2 subjectAltName=IP:127.0.0.1
  certificate "$folder/right" "$folder/expired" -1 subjectAltName=IP:127.0.0.1
  certificate "$folder/right" "$folder/early" 2 subjectAltName=IP:127.0.0.1
  begin_late "$folder/right" "$folder/early"
  certificate "$folder/right" "$folder/own/" 2 extendedKeyUsage=clientAuth
  certificate "$folder/wrong" "$folder/stranger/" 2 extendedKeyUsage=clientAuth
  for caller in own nameless stranger; do cp "$folder/right.pem" "$folder/$caller/ca.pem"; done
  cp "$folder/wrong.pem" "$folder/misled/ca.pem"
  # shellcheck disable=SC2034 # engine.sh reads it
  ENGINE_PLACES=("$folder")
  # shellcheck disable=SC2034 # the same
  ENGINE_MORE=(--host "$TLS_HOST" --tlsverify --tlscacert "$folder/right.pem"
    --tlscert "$folder/engine-cert.pem" --tlskey "$folder/engine-key.pem")
}

# certificate_authority NAME: NAME.pem and NAME-key.pem, which sign.
certificate_authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=${1##*/}" \
    -keyout "$1-key.pem" -out "$1.pem" 2>/dev/null
}

# certificate SIGNER NAME DAYS EXTENSION: NAME-cert.pem and NAME-key.pem; in the folder where the name ends in /.
certificate() {
  local name=$2
  [[ $name == */ ]] || name+=-
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=dynrun-test \
    -keyout "${name}key.pem" -out "${name}request.pem" 2>/dev/null
  openssl x509 -req -in "${name}request.pem" -CA "$1.pem" -CAkey "$1-key.pem" -CAcreateserial -days "$3" \
    -extfile <(echo "$4") -out "${name}cert.pem" 2>/dev/null
}

# begin_late SIGNER NAME: NAME-cert.pem anew, good from 2099 on. Only `openssl ca` sets the day in every version.
begin_late() {
  local base=$2-ca
  : >"$base-index"
  openssl ca -batch -notext -md sha256 -cert "$1.pem" -keyfile "$1-key.pem" -in "$2-request.pem" \
    -out "$2-cert.pem" -startdate 20990101000000Z -enddate 20990201000000Z -extfile <(echo subjectAltName=IP:127.0.0.1) \
    -config <(printf '%s\n' '[ca]' 'default_ca=it' '[it]' "database=$base-index" "new_certs_dir=${base%/*}" rand_serial=yes \
      'policy=any' '[any]' 'commonName=supplied') 2>/dev/null
}
