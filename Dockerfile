# Images of nothing but dynrun's static binary. It is built outside, so that no stage asks a registry:
#
#   scripts/build && docker build --tag dynrun .
#   docker run --rm -v /var/run/docker.sock:/var/run/docker.sock dynrun run gateway -d
#
#   scripts/build && docker build --tag dynrun-gateway --target gateway .
#   docker run --rm -p 9999:9999/udp -e VLLM_STATE_GATEWAY_NETWORK_MODE=broadcast \
#     -e VLLM_STATE_GATEWAY_UDP_PORT=9999 dynrun-gateway
#
# A binary from elsewhere in this folder, or one of several: --build-arg BINARY=target/TRIPLE/release/dynrun.
ARG BINARY=target/*/release/dynrun

FROM scratch AS binary
ARG BINARY
COPY ${BINARY} /dynrun

# What dynrun makes for itself on the first launch of its gateway, but for the labels.
FROM binary AS gateway
EXPOSE 9999/udp
ENTRYPOINT ["/dynrun", "state-gateway"]

# dynrun itself, for an engine whose socket is mounted.
FROM binary AS dynrun
ENTRYPOINT ["/dynrun"]
