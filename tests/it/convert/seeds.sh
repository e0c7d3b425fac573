# Ten launches as people write them down.

docker run -d \
  --name elrar-state-gateway \
  --network host \
  -e VLLM_STATE_GATEWAY_NETWORK_MODE=unicast \
  -e VLLM_STATE_GATEWAY_UDP_PORT=9999 \
  -e VLLM_STATE_GATEWAY_BIND_ADDRESS=0.0.0.0 \
  -e VLLM_STATE_GATEWAY_STALE_THRESHOLD=2000 \
  -e VLLM_STATE_GATEWAY_ENABLE_LOG=true \
  -e VLLM_STATE_GATEWAY_LOG_FILE=/data/engine_states.jsonl \
  -v /tmp/elrar:/data \
  elrar/state-gateway:latest

docker run -d \
  --name elrar-state-gateway \
  --network bridge \
  -p 9999:9999/udp \
  -e VLLM_STATE_GATEWAY_NETWORK_MODE=unicast \
  -e VLLM_STATE_GATEWAY_BIND_ADDRESS=0.0.0.0 \
  -v /tmp/elrar:/data \
  elrar/state-gateway:latest

# 创建自定义网络
docker network create elrar-network

# 运行容器
docker run -d \
  --name elrar-state-gateway \
  --network elrar-network \
  -p 9999:9999/udp \
  -e VLLM_STATE_GATEWAY_NETWORK_MODE=unicast \
  elrar/state-gateway:latest

docker run -d \
  --name elrar-state-gateway \
  --network host \
  --memory="256m" \
  --cpus="0.5" \
  -e VLLM_STATE_GATEWAY_NETWORK_MODE=unicast \
  elrar/state-gateway:latest

sudo docker run ...

docker pull $KUSCIA_IMAGE && docker run --rm $KUSCIA_IMAGE cat /home/kuscia/scripts/deploy/kuscia.sh > kuscia.sh && chmod u+x kuscia.sh

docker run -d --name alice-mysql -p 3306:3306 -e MYSQL_ROOT_PASSWORD=password -e MYSQL_DATABASE=kine mysql:8

docker run -it --rm ${KUSCIA_IMAGE} kuscia init --mode autonomy --domain "alice" --runtime "runp" --datastore-endpoint "mysql://root:password@tcp(xx.xx.xx.xx:3306)/kine" > autonomy_alice.yaml

docker run --rm nginx:latest cat /etc/nginx/nginx.conf > ./nginx.conf

docker run -it -d --name lb-nginx -p 8080:80 -v /path/to/nginx.conf:/etc/nginx/nginx.conf nginx

docker run -d --name etcd \
  -p 2379:2379 -p 2380:2380 \
  quay.io/coreos/etcd:v3.5.0 \
  /usr/local/bin/etcd \
  --name s1 \
  --data-dir /etcd-data

./container/run.sh --framework vllm --network bridge --port 8000:8000 -it --mount-workspace -- python3 -m dynamo.frontend
