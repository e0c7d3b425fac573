# shellcheck shell=bash
# The validator of Kubernetes' manifests, with Kubernetes' own schemas: a package of Python's, below target. For
# scripts/test to source, from the repository's root.

readonly SCHEMAS_FOLDER=target/kubernetes-validate SCHEMAS_VERSION=1.37.0
PATH=$PATH:$PWD/$SCHEMAS_FOLDER/bin

# schemas_missing: the validator, if it is not there.
schemas_missing() { command -v kubernetes-validate >/dev/null || echo kubernetes-validate; }

# schemas_fetch: brings it; fails where it cannot be had.
schemas_fetch() {
  python3 -m venv "$SCHEMAS_FOLDER" &&
    "$SCHEMAS_FOLDER/bin/pip" install --quiet "kubernetes-validate==$SCHEMAS_VERSION" pyyaml
}
