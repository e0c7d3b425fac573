# bash completion of dynrun, as `dynrun completions bash` prints it.

# What may stand after the verb: its options, those of them that take the next word, and what the option or the
# place at hand is completed to.
_dynrun_scope() {
    offer=''
    case $verb in
        '')
            options='--service --image --name --name-prefix -d --detach -i --interactive -t --tty -a --attach --detach-keys --sig-proxy --entrypoint -w --workdir --domainname -u --user --group-add --reset --framework --target --mount-workspace --workspace --hf-home --hf-cache --hf-target --use-nixl-gds --network --net -p --publish --port -P --publish-all --publish-service --allow-dead-publish --publish-ip --port-policy --expose --create-network --fix-network -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --link-local-ip --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --mount --tmpfs --volumes-from --volume-driver --storage-opt --shm-size -m --memory --memory-reservation --memory-swap --memory-swappiness --kernel-memory --oom-kill-disable --oom-score-adj --cpus -c --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpuset-cpus --cpuset-mems --pids-limit --ulimit --blkio-weight --blkio-weight-device --device-read-bps --device-write-bps --device-read-iops --device-write-iops --cgroup-parent --cpu-count --cpu-percent --io-maxbandwidth --io-maxiops --gpus --runtime --privileged --cap-add --cap-drop --device --device-cgroup-rule --read-only --sysctl --cgroupns --ipc --pid --userns --uts --isolation --security-opt --use-api-socket --disable-content-trust --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout --no-healthcheck --log-driver --log-opt --rm --restart --init --stop-signal --stop-timeout --time-limit --wait --ready --if-exists --pull --build-on-missing -q --quiet --platform --cidfile -l --label --label-file --annotation --config --profile --context --host --log-level --trust --dry-run --preflight --skip --format --report --help -V --version'
            valued=' --service --image --name --name-prefix -a --attach --detach-keys --entrypoint -w --workdir --domainname -u --user --group-add --reset --framework --target --workspace --hf-home --hf-cache --hf-target --network --net -p --publish --port --publish-ip --port-policy --expose -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --link-local-ip --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --mount --tmpfs --volumes-from --volume-driver --storage-opt --shm-size -m --memory --memory-reservation --memory-swap --memory-swappiness --kernel-memory --oom-score-adj --cpus -c --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpuset-cpus --cpuset-mems --pids-limit --ulimit --blkio-weight --blkio-weight-device --device-read-bps --device-write-bps --device-read-iops --device-write-iops --cgroup-parent --cpu-count --cpu-percent --io-maxbandwidth --io-maxiops --gpus --runtime --cap-add --cap-drop --device --device-cgroup-rule --sysctl --cgroupns --ipc --pid --userns --uts --isolation --security-opt --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout --log-driver --log-opt --restart --stop-signal --stop-timeout --time-limit --ready --if-exists --pull --build-on-missing --platform --cidfile -l --label --label-file --annotation --config --profile --context --host --log-level --preflight --skip --format --report '
            case $option:$place in
                --service:*) offer='elrar etcd frontend gateway inference kuscia-autonomy kuscia-lite kuscia-master model-compose mysql nats nebula-bff nebula-gateway nebula-node nebula-router nebula-scheduler xtrace' ;;
                -d:* | --detach:*) offer='true false' ;;
                -i:* | --interactive:*) offer='true false auto' ;;
                -t:* | --tty:*) offer='true false auto' ;;
                -a:* | --attach:*) offer='stdin stdout stderr' ;;
                --sig-proxy:*) offer='true false' ;;
                --reset:*) offer='service image name name-prefix detach interactive tty attach detach-keys sig-proxy entrypoint workdir domainname user group-add reset framework target mount-workspace workspace hf-home hf-target use-nixl-gds network publish publish-all publish-service allow-dead-publish publish-ip port-policy expose create-network fix-network hostname add-host dns dns-option dns-search ip ip6 link-local-ip network-alias link mac-address env env-file volume mount tmpfs volumes-from volume-driver storage-opt shm-size memory memory-reservation memory-swap memory-swappiness kernel-memory oom-kill-disable oom-score-adj cpus cpu-shares cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpuset-cpus cpuset-mems pids-limit ulimit blkio-weight blkio-weight-device device-read-bps device-write-bps device-read-iops device-write-iops cgroup-parent cpu-count cpu-percent io-maxbandwidth io-maxiops gpus runtime privileged cap-add cap-drop device device-cgroup-rule read-only sysctl cgroupns ipc pid userns uts isolation security-opt use-api-socket disable-content-trust health-cmd health-interval health-retries health-start-interval health-start-period health-timeout no-healthcheck log-driver log-opt rm restart init stop-signal stop-timeout time-limit wait ready if-exists pull build-on-missing quiet platform cidfile label label-file annotation' ;;
                --framework:*) offer='vllm trtllm sglang none' ;;
                --mount-workspace:*) offer='true false' ;;
                --hf-home:* | --hf-cache:*) offer='none' ;;
                --use-nixl-gds:*) offer='true false' ;;
                --network:* | --net:*) offer='host bridge none container:' ;;
                -P:* | --publish-all:*) offer='true false' ;;
                --publish-service:*) offer='true false' ;;
                --allow-dead-publish:*) offer='true false' ;;
                --port-policy:*) offer='fail next' ;;
                --create-network:*) offer='true false' ;;
                --fix-network:*) offer='true false' ;;
                --env-file:*) offer='@files' ;;
                -v:* | --volume:*) offer='@files' ;;
                --oom-kill-disable:*) offer='true false' ;;
                --blkio-weight-device:*) offer='@files' ;;
                --device-read-bps:*) offer='@files' ;;
                --device-write-bps:*) offer='@files' ;;
                --device-read-iops:*) offer='@files' ;;
                --device-write-iops:*) offer='@files' ;;
                --gpus:*) offer='all none auto' ;;
                --privileged:*) offer='true false' ;;
                --cap-add:*) offer='CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL' ;;
                --cap-drop:*) offer='CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL' ;;
                --device:*) offer='@files' ;;
                --read-only:*) offer='true false' ;;
                --cgroupns:*) offer='private host' ;;
                --ipc:*) offer='none private shareable host container:' ;;
                --pid:*) offer='host container:' ;;
                --userns:*) offer='host' ;;
                --uts:*) offer='host' ;;
                --isolation:*) offer='default' ;;
                --security-opt:*) offer='no-new-privileges' ;;
                --use-api-socket:*) offer='true false' ;;
                --disable-content-trust:*) offer='true' ;;
                --no-healthcheck:*) offer='true false' ;;
                --rm:*) offer='true false' ;;
                --restart:*) offer='no always unless-stopped on-failure' ;;
                --init:*) offer='true false' ;;
                --wait:*) offer='true false' ;;
                --ready:*) offer='tcp: udp: http: log: nats: etcd: health command:' ;;
                --if-exists:*) offer='fail reuse replace' ;;
                --pull:*) offer='always missing newer never' ;;
                --build-on-missing:*) offer='@folders' ;;
                -q:* | --quiet:*) offer='true false' ;;
                --cidfile:*) offer='@files' ;;
                --label-file:*) offer='@files' ;;
                --config:*) offer='@files' ;;
                --profile:*) offer='bare ci dev prod run-sh' ;;
                --log-level:*) offer='error warn info debug trace' ;;
                --dry-run:*) offer='offline engine' ;;
                --preflight:*) offer='enforce warn off' ;;
                --format:*) offer='text json' ;;
                --report:*) offer='@files' ;;
                :*) offer='run shell check doctor config ports ps logs inspect stop gc probe import export explain completions state-gateway' ;;
            esac
            ;;
        run)
            options='--service --image --name --name-prefix -d --detach -i --interactive -t --tty -a --attach --detach-keys --sig-proxy --entrypoint -w --workdir --domainname -u --user --group-add --reset --framework --target --mount-workspace --workspace --hf-home --hf-cache --hf-target --use-nixl-gds --network --net -p --publish --port -P --publish-all --publish-service --allow-dead-publish --publish-ip --port-policy --expose --create-network --fix-network -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --link-local-ip --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --mount --tmpfs --volumes-from --volume-driver --storage-opt --shm-size -m --memory --memory-reservation --memory-swap --memory-swappiness --kernel-memory --oom-kill-disable --oom-score-adj --cpus -c --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpuset-cpus --cpuset-mems --pids-limit --ulimit --blkio-weight --blkio-weight-device --device-read-bps --device-write-bps --device-read-iops --device-write-iops --cgroup-parent --cpu-count --cpu-percent --io-maxbandwidth --io-maxiops --gpus --runtime --privileged --cap-add --cap-drop --device --device-cgroup-rule --read-only --sysctl --cgroupns --ipc --pid --userns --uts --isolation --security-opt --use-api-socket --disable-content-trust --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout --no-healthcheck --log-driver --log-opt --rm --restart --init --stop-signal --stop-timeout --time-limit --wait --ready --if-exists --pull --build-on-missing -q --quiet --platform --cidfile -l --label --label-file --annotation --config --profile --context --host --log-level --trust --dry-run --preflight --skip --format --report --help'
            valued=' --service --image --name --name-prefix -a --attach --detach-keys --entrypoint -w --workdir --domainname -u --user --group-add --reset --framework --target --workspace --hf-home --hf-cache --hf-target --network --net -p --publish --port --publish-ip --port-policy --expose -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --link-local-ip --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --mount --tmpfs --volumes-from --volume-driver --storage-opt --shm-size -m --memory --memory-reservation --memory-swap --memory-swappiness --kernel-memory --oom-score-adj --cpus -c --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpuset-cpus --cpuset-mems --pids-limit --ulimit --blkio-weight --blkio-weight-device --device-read-bps --device-write-bps --device-read-iops --device-write-iops --cgroup-parent --cpu-count --cpu-percent --io-maxbandwidth --io-maxiops --gpus --runtime --cap-add --cap-drop --device --device-cgroup-rule --sysctl --cgroupns --ipc --pid --userns --uts --isolation --security-opt --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout --log-driver --log-opt --restart --stop-signal --stop-timeout --time-limit --ready --if-exists --pull --build-on-missing --platform --cidfile -l --label --label-file --annotation --config --profile --context --host --log-level --preflight --skip --format --report '
            case $option:$place in
                --service:*) offer='elrar etcd frontend gateway inference kuscia-autonomy kuscia-lite kuscia-master model-compose mysql nats nebula-bff nebula-gateway nebula-node nebula-router nebula-scheduler xtrace' ;;
                -d:* | --detach:*) offer='true false' ;;
                -i:* | --interactive:*) offer='true false auto' ;;
                -t:* | --tty:*) offer='true false auto' ;;
                -a:* | --attach:*) offer='stdin stdout stderr' ;;
                --sig-proxy:*) offer='true false' ;;
                --reset:*) offer='service image name name-prefix detach interactive tty attach detach-keys sig-proxy entrypoint workdir domainname user group-add reset framework target mount-workspace workspace hf-home hf-target use-nixl-gds network publish publish-all publish-service allow-dead-publish publish-ip port-policy expose create-network fix-network hostname add-host dns dns-option dns-search ip ip6 link-local-ip network-alias link mac-address env env-file volume mount tmpfs volumes-from volume-driver storage-opt shm-size memory memory-reservation memory-swap memory-swappiness kernel-memory oom-kill-disable oom-score-adj cpus cpu-shares cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpuset-cpus cpuset-mems pids-limit ulimit blkio-weight blkio-weight-device device-read-bps device-write-bps device-read-iops device-write-iops cgroup-parent cpu-count cpu-percent io-maxbandwidth io-maxiops gpus runtime privileged cap-add cap-drop device device-cgroup-rule read-only sysctl cgroupns ipc pid userns uts isolation security-opt use-api-socket disable-content-trust health-cmd health-interval health-retries health-start-interval health-start-period health-timeout no-healthcheck log-driver log-opt rm restart init stop-signal stop-timeout time-limit wait ready if-exists pull build-on-missing quiet platform cidfile label label-file annotation' ;;
                --framework:*) offer='vllm trtllm sglang none' ;;
                --mount-workspace:*) offer='true false' ;;
                --hf-home:* | --hf-cache:*) offer='none' ;;
                --use-nixl-gds:*) offer='true false' ;;
                --network:* | --net:*) offer='host bridge none container:' ;;
                -P:* | --publish-all:*) offer='true false' ;;
                --publish-service:*) offer='true false' ;;
                --allow-dead-publish:*) offer='true false' ;;
                --port-policy:*) offer='fail next' ;;
                --create-network:*) offer='true false' ;;
                --fix-network:*) offer='true false' ;;
                --env-file:*) offer='@files' ;;
                -v:* | --volume:*) offer='@files' ;;
                --oom-kill-disable:*) offer='true false' ;;
                --blkio-weight-device:*) offer='@files' ;;
                --device-read-bps:*) offer='@files' ;;
                --device-write-bps:*) offer='@files' ;;
                --device-read-iops:*) offer='@files' ;;
                --device-write-iops:*) offer='@files' ;;
                --gpus:*) offer='all none auto' ;;
                --privileged:*) offer='true false' ;;
                --cap-add:*) offer='CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL' ;;
                --cap-drop:*) offer='CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL' ;;
                --device:*) offer='@files' ;;
                --read-only:*) offer='true false' ;;
                --cgroupns:*) offer='private host' ;;
                --ipc:*) offer='none private shareable host container:' ;;
                --pid:*) offer='host container:' ;;
                --userns:*) offer='host' ;;
                --uts:*) offer='host' ;;
                --isolation:*) offer='default' ;;
                --security-opt:*) offer='no-new-privileges' ;;
                --use-api-socket:*) offer='true false' ;;
                --disable-content-trust:*) offer='true' ;;
                --no-healthcheck:*) offer='true false' ;;
                --rm:*) offer='true false' ;;
                --restart:*) offer='no always unless-stopped on-failure' ;;
                --init:*) offer='true false' ;;
                --wait:*) offer='true false' ;;
                --ready:*) offer='tcp: udp: http: log: nats: etcd: health command:' ;;
                --if-exists:*) offer='fail reuse replace' ;;
                --pull:*) offer='always missing newer never' ;;
                --build-on-missing:*) offer='@folders' ;;
                -q:* | --quiet:*) offer='true false' ;;
                --cidfile:*) offer='@files' ;;
                --label-file:*) offer='@files' ;;
                --config:*) offer='@files' ;;
                --profile:*) offer='bare ci dev prod run-sh' ;;
                --log-level:*) offer='error warn info debug trace' ;;
                --dry-run:*) offer='offline engine' ;;
                --preflight:*) offer='enforce warn off' ;;
                --format:*) offer='text json' ;;
                --report:*) offer='@files' ;;
                :0) offer='elrar etcd frontend gateway inference kuscia-autonomy kuscia-lite kuscia-master model-compose mysql nats nebula-bff nebula-gateway nebula-node nebula-router nebula-scheduler xtrace' ;;
            esac
            ;;
        shell)
            options='--service --image --name --name-prefix -d --detach -i --interactive -t --tty -a --attach --detach-keys --sig-proxy --entrypoint -w --workdir --domainname -u --user --group-add --reset --framework --target --mount-workspace --workspace --hf-home --hf-cache --hf-target --use-nixl-gds --network --net -p --publish --port -P --publish-all --publish-service --allow-dead-publish --publish-ip --port-policy --expose --create-network --fix-network -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --link-local-ip --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --mount --tmpfs --volumes-from --volume-driver --storage-opt --shm-size -m --memory --memory-reservation --memory-swap --memory-swappiness --kernel-memory --oom-kill-disable --oom-score-adj --cpus -c --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpuset-cpus --cpuset-mems --pids-limit --ulimit --blkio-weight --blkio-weight-device --device-read-bps --device-write-bps --device-read-iops --device-write-iops --cgroup-parent --cpu-count --cpu-percent --io-maxbandwidth --io-maxiops --gpus --runtime --privileged --cap-add --cap-drop --device --device-cgroup-rule --read-only --sysctl --cgroupns --ipc --pid --userns --uts --isolation --security-opt --use-api-socket --disable-content-trust --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout --no-healthcheck --log-driver --log-opt --rm --restart --init --stop-signal --stop-timeout --time-limit --wait --ready --if-exists --pull --build-on-missing -q --quiet --platform --cidfile -l --label --label-file --annotation --config --profile --context --host --log-level --trust --dry-run --preflight --skip --format --report --new --help'
            valued=' --service --image --name --name-prefix -a --attach --detach-keys --entrypoint -w --workdir --domainname -u --user --group-add --reset --framework --target --workspace --hf-home --hf-cache --hf-target --network --net -p --publish --port --publish-ip --port-policy --expose -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --link-local-ip --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --mount --tmpfs --volumes-from --volume-driver --storage-opt --shm-size -m --memory --memory-reservation --memory-swap --memory-swappiness --kernel-memory --oom-score-adj --cpus -c --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpuset-cpus --cpuset-mems --pids-limit --ulimit --blkio-weight --blkio-weight-device --device-read-bps --device-write-bps --device-read-iops --device-write-iops --cgroup-parent --cpu-count --cpu-percent --io-maxbandwidth --io-maxiops --gpus --runtime --cap-add --cap-drop --device --device-cgroup-rule --sysctl --cgroupns --ipc --pid --userns --uts --isolation --security-opt --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout --log-driver --log-opt --restart --stop-signal --stop-timeout --time-limit --ready --if-exists --pull --build-on-missing --platform --cidfile -l --label --label-file --annotation --config --profile --context --host --log-level --preflight --skip --format --report '
            case $option:$place in
                --service:*) offer='elrar etcd frontend gateway inference kuscia-autonomy kuscia-lite kuscia-master model-compose mysql nats nebula-bff nebula-gateway nebula-node nebula-router nebula-scheduler xtrace' ;;
                -d:* | --detach:*) offer='true false' ;;
                -i:* | --interactive:*) offer='true false auto' ;;
                -t:* | --tty:*) offer='true false auto' ;;
                -a:* | --attach:*) offer='stdin stdout stderr' ;;
                --sig-proxy:*) offer='true false' ;;
                --reset:*) offer='service image name name-prefix detach interactive tty attach detach-keys sig-proxy entrypoint workdir domainname user group-add reset framework target mount-workspace workspace hf-home hf-target use-nixl-gds network publish publish-all publish-service allow-dead-publish publish-ip port-policy expose create-network fix-network hostname add-host dns dns-option dns-search ip ip6 link-local-ip network-alias link mac-address env env-file volume mount tmpfs volumes-from volume-driver storage-opt shm-size memory memory-reservation memory-swap memory-swappiness kernel-memory oom-kill-disable oom-score-adj cpus cpu-shares cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpuset-cpus cpuset-mems pids-limit ulimit blkio-weight blkio-weight-device device-read-bps device-write-bps device-read-iops device-write-iops cgroup-parent cpu-count cpu-percent io-maxbandwidth io-maxiops gpus runtime privileged cap-add cap-drop device device-cgroup-rule read-only sysctl cgroupns ipc pid userns uts isolation security-opt use-api-socket disable-content-trust health-cmd health-interval health-retries health-start-interval health-start-period health-timeout no-healthcheck log-driver log-opt rm restart init stop-signal stop-timeout time-limit wait ready if-exists pull build-on-missing quiet platform cidfile label label-file annotation' ;;
                --framework:*) offer='vllm trtllm sglang none' ;;
                --mount-workspace:*) offer='true false' ;;
                --hf-home:* | --hf-cache:*) offer='none' ;;
                --use-nixl-gds:*) offer='true false' ;;
                --network:* | --net:*) offer='host bridge none container:' ;;
                -P:* | --publish-all:*) offer='true false' ;;
                --publish-service:*) offer='true false' ;;
                --allow-dead-publish:*) offer='true false' ;;
                --port-policy:*) offer='fail next' ;;
                --create-network:*) offer='true false' ;;
                --fix-network:*) offer='true false' ;;
                --env-file:*) offer='@files' ;;
                -v:* | --volume:*) offer='@files' ;;
                --oom-kill-disable:*) offer='true false' ;;
                --blkio-weight-device:*) offer='@files' ;;
                --device-read-bps:*) offer='@files' ;;
                --device-write-bps:*) offer='@files' ;;
                --device-read-iops:*) offer='@files' ;;
                --device-write-iops:*) offer='@files' ;;
                --gpus:*) offer='all none auto' ;;
                --privileged:*) offer='true false' ;;
                --cap-add:*) offer='CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL' ;;
                --cap-drop:*) offer='CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL' ;;
                --device:*) offer='@files' ;;
                --read-only:*) offer='true false' ;;
                --cgroupns:*) offer='private host' ;;
                --ipc:*) offer='none private shareable host container:' ;;
                --pid:*) offer='host container:' ;;
                --userns:*) offer='host' ;;
                --uts:*) offer='host' ;;
                --isolation:*) offer='default' ;;
                --security-opt:*) offer='no-new-privileges' ;;
                --use-api-socket:*) offer='true false' ;;
                --disable-content-trust:*) offer='true' ;;
                --no-healthcheck:*) offer='true false' ;;
                --rm:*) offer='true false' ;;
                --restart:*) offer='no always unless-stopped on-failure' ;;
                --init:*) offer='true false' ;;
                --wait:*) offer='true false' ;;
                --ready:*) offer='tcp: udp: http: log: nats: etcd: health command:' ;;
                --if-exists:*) offer='fail reuse replace' ;;
                --pull:*) offer='always missing newer never' ;;
                --build-on-missing:*) offer='@folders' ;;
                -q:* | --quiet:*) offer='true false' ;;
                --cidfile:*) offer='@files' ;;
                --label-file:*) offer='@files' ;;
                --config:*) offer='@files' ;;
                --profile:*) offer='bare ci dev prod run-sh' ;;
                --log-level:*) offer='error warn info debug trace' ;;
                --dry-run:*) offer='offline engine' ;;
                --preflight:*) offer='enforce warn off' ;;
                --format:*) offer='text json' ;;
                --report:*) offer='@files' ;;
                :0) offer='elrar etcd frontend gateway inference kuscia-autonomy kuscia-lite kuscia-master model-compose mysql nats nebula-bff nebula-gateway nebula-node nebula-router nebula-scheduler xtrace' ;;
            esac
            ;;
        check)
            options='--service --image --name --name-prefix -d --detach -i --interactive -t --tty -a --attach --detach-keys --sig-proxy --entrypoint -w --workdir --domainname -u --user --group-add --reset --framework --target --mount-workspace --workspace --hf-home --hf-cache --hf-target --use-nixl-gds --network --net -p --publish --port -P --publish-all --publish-service --allow-dead-publish --publish-ip --port-policy --expose --create-network --fix-network -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --link-local-ip --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --mount --tmpfs --volumes-from --volume-driver --storage-opt --shm-size -m --memory --memory-reservation --memory-swap --memory-swappiness --kernel-memory --oom-kill-disable --oom-score-adj --cpus -c --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpuset-cpus --cpuset-mems --pids-limit --ulimit --blkio-weight --blkio-weight-device --device-read-bps --device-write-bps --device-read-iops --device-write-iops --cgroup-parent --cpu-count --cpu-percent --io-maxbandwidth --io-maxiops --gpus --runtime --privileged --cap-add --cap-drop --device --device-cgroup-rule --read-only --sysctl --cgroupns --ipc --pid --userns --uts --isolation --security-opt --use-api-socket --disable-content-trust --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout --no-healthcheck --log-driver --log-opt --rm --restart --init --stop-signal --stop-timeout --time-limit --wait --ready --if-exists --pull --build-on-missing -q --quiet --platform --cidfile -l --label --label-file --annotation --config --profile --context --host --log-level --trust --dry-run --preflight --skip --format --report --list --help'
            valued=' --service --image --name --name-prefix -a --attach --detach-keys --entrypoint -w --workdir --domainname -u --user --group-add --reset --framework --target --workspace --hf-home --hf-cache --hf-target --network --net -p --publish --port --publish-ip --port-policy --expose -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --link-local-ip --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --mount --tmpfs --volumes-from --volume-driver --storage-opt --shm-size -m --memory --memory-reservation --memory-swap --memory-swappiness --kernel-memory --oom-score-adj --cpus -c --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpuset-cpus --cpuset-mems --pids-limit --ulimit --blkio-weight --blkio-weight-device --device-read-bps --device-write-bps --device-read-iops --device-write-iops --cgroup-parent --cpu-count --cpu-percent --io-maxbandwidth --io-maxiops --gpus --runtime --cap-add --cap-drop --device --device-cgroup-rule --sysctl --cgroupns --ipc --pid --userns --uts --isolation --security-opt --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout --log-driver --log-opt --restart --stop-signal --stop-timeout --time-limit --ready --if-exists --pull --build-on-missing --platform --cidfile -l --label --label-file --annotation --config --profile --context --host --log-level --preflight --skip --format --report '
            case $option:$place in
                --service:*) offer='elrar etcd frontend gateway inference kuscia-autonomy kuscia-lite kuscia-master model-compose mysql nats nebula-bff nebula-gateway nebula-node nebula-router nebula-scheduler xtrace' ;;
                -d:* | --detach:*) offer='true false' ;;
                -i:* | --interactive:*) offer='true false auto' ;;
                -t:* | --tty:*) offer='true false auto' ;;
                -a:* | --attach:*) offer='stdin stdout stderr' ;;
                --sig-proxy:*) offer='true false' ;;
                --reset:*) offer='service image name name-prefix detach interactive tty attach detach-keys sig-proxy entrypoint workdir domainname user group-add reset framework target mount-workspace workspace hf-home hf-target use-nixl-gds network publish publish-all publish-service allow-dead-publish publish-ip port-policy expose create-network fix-network hostname add-host dns dns-option dns-search ip ip6 link-local-ip network-alias link mac-address env env-file volume mount tmpfs volumes-from volume-driver storage-opt shm-size memory memory-reservation memory-swap memory-swappiness kernel-memory oom-kill-disable oom-score-adj cpus cpu-shares cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpuset-cpus cpuset-mems pids-limit ulimit blkio-weight blkio-weight-device device-read-bps device-write-bps device-read-iops device-write-iops cgroup-parent cpu-count cpu-percent io-maxbandwidth io-maxiops gpus runtime privileged cap-add cap-drop device device-cgroup-rule read-only sysctl cgroupns ipc pid userns uts isolation security-opt use-api-socket disable-content-trust health-cmd health-interval health-retries health-start-interval health-start-period health-timeout no-healthcheck log-driver log-opt rm restart init stop-signal stop-timeout time-limit wait ready if-exists pull build-on-missing quiet platform cidfile label label-file annotation' ;;
                --framework:*) offer='vllm trtllm sglang none' ;;
                --mount-workspace:*) offer='true false' ;;
                --hf-home:* | --hf-cache:*) offer='none' ;;
                --use-nixl-gds:*) offer='true false' ;;
                --network:* | --net:*) offer='host bridge none container:' ;;
                -P:* | --publish-all:*) offer='true false' ;;
                --publish-service:*) offer='true false' ;;
                --allow-dead-publish:*) offer='true false' ;;
                --port-policy:*) offer='fail next' ;;
                --create-network:*) offer='true false' ;;
                --fix-network:*) offer='true false' ;;
                --env-file:*) offer='@files' ;;
                -v:* | --volume:*) offer='@files' ;;
                --oom-kill-disable:*) offer='true false' ;;
                --blkio-weight-device:*) offer='@files' ;;
                --device-read-bps:*) offer='@files' ;;
                --device-write-bps:*) offer='@files' ;;
                --device-read-iops:*) offer='@files' ;;
                --device-write-iops:*) offer='@files' ;;
                --gpus:*) offer='all none auto' ;;
                --privileged:*) offer='true false' ;;
                --cap-add:*) offer='CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL' ;;
                --cap-drop:*) offer='CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL' ;;
                --device:*) offer='@files' ;;
                --read-only:*) offer='true false' ;;
                --cgroupns:*) offer='private host' ;;
                --ipc:*) offer='none private shareable host container:' ;;
                --pid:*) offer='host container:' ;;
                --userns:*) offer='host' ;;
                --uts:*) offer='host' ;;
                --isolation:*) offer='default' ;;
                --security-opt:*) offer='no-new-privileges' ;;
                --use-api-socket:*) offer='true false' ;;
                --disable-content-trust:*) offer='true' ;;
                --no-healthcheck:*) offer='true false' ;;
                --rm:*) offer='true false' ;;
                --restart:*) offer='no always unless-stopped on-failure' ;;
                --init:*) offer='true false' ;;
                --wait:*) offer='true false' ;;
                --ready:*) offer='tcp: udp: http: log: nats: etcd: health command:' ;;
                --if-exists:*) offer='fail reuse replace' ;;
                --pull:*) offer='always missing newer never' ;;
                --build-on-missing:*) offer='@folders' ;;
                -q:* | --quiet:*) offer='true false' ;;
                --cidfile:*) offer='@files' ;;
                --label-file:*) offer='@files' ;;
                --config:*) offer='@files' ;;
                --profile:*) offer='bare ci dev prod run-sh' ;;
                --log-level:*) offer='error warn info debug trace' ;;
                --dry-run:*) offer='offline engine' ;;
                --preflight:*) offer='enforce warn off' ;;
                --format:*) offer='text json' ;;
                --report:*) offer='@files' ;;
                :0) offer='elrar etcd frontend gateway inference kuscia-autonomy kuscia-lite kuscia-master model-compose mysql nats nebula-bff nebula-gateway nebula-node nebula-router nebula-scheduler xtrace' ;;
            esac
            ;;
        doctor)
            options='--config --profile --context --host --log-level --format --help'
            valued=' --config --profile --context --host --log-level --format '
            case $option:$place in
                --config:*) offer='@files' ;;
                --profile:*) offer='bare ci dev prod run-sh' ;;
                --log-level:*) offer='error warn info debug trace' ;;
                --format:*) offer='text json' ;;
            esac
            ;;
        config)
            options='--service --image --name --name-prefix -d --detach -i --interactive -t --tty -a --attach --detach-keys --sig-proxy --entrypoint -w --workdir --domainname -u --user --group-add --reset --framework --target --mount-workspace --workspace --hf-home --hf-cache --hf-target --use-nixl-gds --network --net -p --publish --port -P --publish-all --publish-service --allow-dead-publish --publish-ip --port-policy --expose --create-network --fix-network -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --link-local-ip --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --mount --tmpfs --volumes-from --volume-driver --storage-opt --shm-size -m --memory --memory-reservation --memory-swap --memory-swappiness --kernel-memory --oom-kill-disable --oom-score-adj --cpus -c --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpuset-cpus --cpuset-mems --pids-limit --ulimit --blkio-weight --blkio-weight-device --device-read-bps --device-write-bps --device-read-iops --device-write-iops --cgroup-parent --cpu-count --cpu-percent --io-maxbandwidth --io-maxiops --gpus --runtime --privileged --cap-add --cap-drop --device --device-cgroup-rule --read-only --sysctl --cgroupns --ipc --pid --userns --uts --isolation --security-opt --use-api-socket --disable-content-trust --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout --no-healthcheck --log-driver --log-opt --rm --restart --init --stop-signal --stop-timeout --time-limit --wait --ready --if-exists --pull --build-on-missing -q --quiet --platform --cidfile -l --label --label-file --annotation --config --profile --context --host --log-level --trust --dry-run --preflight --skip --format --report --origin --help'
            valued=' --service --image --name --name-prefix -a --attach --detach-keys --entrypoint -w --workdir --domainname -u --user --group-add --reset --framework --target --workspace --hf-home --hf-cache --hf-target --network --net -p --publish --port --publish-ip --port-policy --expose -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --link-local-ip --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --mount --tmpfs --volumes-from --volume-driver --storage-opt --shm-size -m --memory --memory-reservation --memory-swap --memory-swappiness --kernel-memory --oom-score-adj --cpus -c --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpuset-cpus --cpuset-mems --pids-limit --ulimit --blkio-weight --blkio-weight-device --device-read-bps --device-write-bps --device-read-iops --device-write-iops --cgroup-parent --cpu-count --cpu-percent --io-maxbandwidth --io-maxiops --gpus --runtime --cap-add --cap-drop --device --device-cgroup-rule --sysctl --cgroupns --ipc --pid --userns --uts --isolation --security-opt --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout --log-driver --log-opt --restart --stop-signal --stop-timeout --time-limit --ready --if-exists --pull --build-on-missing --platform --cidfile -l --label --label-file --annotation --config --profile --context --host --log-level --preflight --skip --format --report '
            case $option:$place in
                --service:*) offer='elrar etcd frontend gateway inference kuscia-autonomy kuscia-lite kuscia-master model-compose mysql nats nebula-bff nebula-gateway nebula-node nebula-router nebula-scheduler xtrace' ;;
                -d:* | --detach:*) offer='true false' ;;
                -i:* | --interactive:*) offer='true false auto' ;;
                -t:* | --tty:*) offer='true false auto' ;;
                -a:* | --attach:*) offer='stdin stdout stderr' ;;
                --sig-proxy:*) offer='true false' ;;
                --reset:*) offer='service image name name-prefix detach interactive tty attach detach-keys sig-proxy entrypoint workdir domainname user group-add reset framework target mount-workspace workspace hf-home hf-target use-nixl-gds network publish publish-all publish-service allow-dead-publish publish-ip port-policy expose create-network fix-network hostname add-host dns dns-option dns-search ip ip6 link-local-ip network-alias link mac-address env env-file volume mount tmpfs volumes-from volume-driver storage-opt shm-size memory memory-reservation memory-swap memory-swappiness kernel-memory oom-kill-disable oom-score-adj cpus cpu-shares cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpuset-cpus cpuset-mems pids-limit ulimit blkio-weight blkio-weight-device device-read-bps device-write-bps device-read-iops device-write-iops cgroup-parent cpu-count cpu-percent io-maxbandwidth io-maxiops gpus runtime privileged cap-add cap-drop device device-cgroup-rule read-only sysctl cgroupns ipc pid userns uts isolation security-opt use-api-socket disable-content-trust health-cmd health-interval health-retries health-start-interval health-start-period health-timeout no-healthcheck log-driver log-opt rm restart init stop-signal stop-timeout time-limit wait ready if-exists pull build-on-missing quiet platform cidfile label label-file annotation' ;;
                --framework:*) offer='vllm trtllm sglang none' ;;
                --mount-workspace:*) offer='true false' ;;
                --hf-home:* | --hf-cache:*) offer='none' ;;
                --use-nixl-gds:*) offer='true false' ;;
                --network:* | --net:*) offer='host bridge none container:' ;;
                -P:* | --publish-all:*) offer='true false' ;;
                --publish-service:*) offer='true false' ;;
                --allow-dead-publish:*) offer='true false' ;;
                --port-policy:*) offer='fail next' ;;
                --create-network:*) offer='true false' ;;
                --fix-network:*) offer='true false' ;;
                --env-file:*) offer='@files' ;;
                -v:* | --volume:*) offer='@files' ;;
                --oom-kill-disable:*) offer='true false' ;;
                --blkio-weight-device:*) offer='@files' ;;
                --device-read-bps:*) offer='@files' ;;
                --device-write-bps:*) offer='@files' ;;
                --device-read-iops:*) offer='@files' ;;
                --device-write-iops:*) offer='@files' ;;
                --gpus:*) offer='all none auto' ;;
                --privileged:*) offer='true false' ;;
                --cap-add:*) offer='CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL' ;;
                --cap-drop:*) offer='CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL' ;;
                --device:*) offer='@files' ;;
                --read-only:*) offer='true false' ;;
                --cgroupns:*) offer='private host' ;;
                --ipc:*) offer='none private shareable host container:' ;;
                --pid:*) offer='host container:' ;;
                --userns:*) offer='host' ;;
                --uts:*) offer='host' ;;
                --isolation:*) offer='default' ;;
                --security-opt:*) offer='no-new-privileges' ;;
                --use-api-socket:*) offer='true false' ;;
                --disable-content-trust:*) offer='true' ;;
                --no-healthcheck:*) offer='true false' ;;
                --rm:*) offer='true false' ;;
                --restart:*) offer='no always unless-stopped on-failure' ;;
                --init:*) offer='true false' ;;
                --wait:*) offer='true false' ;;
                --ready:*) offer='tcp: udp: http: log: nats: etcd: health command:' ;;
                --if-exists:*) offer='fail reuse replace' ;;
                --pull:*) offer='always missing newer never' ;;
                --build-on-missing:*) offer='@folders' ;;
                -q:* | --quiet:*) offer='true false' ;;
                --cidfile:*) offer='@files' ;;
                --label-file:*) offer='@files' ;;
                --config:*) offer='@files' ;;
                --profile:*) offer='bare ci dev prod run-sh' ;;
                --log-level:*) offer='error warn info debug trace' ;;
                --dry-run:*) offer='offline engine' ;;
                --preflight:*) offer='enforce warn off' ;;
                --format:*) offer='text json' ;;
                --report:*) offer='@files' ;;
                :0) offer='elrar etcd frontend gateway inference kuscia-autonomy kuscia-lite kuscia-master model-compose mysql nats nebula-bff nebula-gateway nebula-node nebula-router nebula-scheduler xtrace' ;;
                :1) offer='service image name name-prefix detach interactive tty attach detach-keys sig-proxy entrypoint workdir domainname user group-add reset framework target mount-workspace workspace hf-home hf-target use-nixl-gds network publish publish-all publish-service allow-dead-publish publish-ip port-policy expose create-network fix-network hostname add-host dns dns-option dns-search ip ip6 link-local-ip network-alias link mac-address env env-file volume mount tmpfs volumes-from volume-driver storage-opt shm-size memory memory-reservation memory-swap memory-swappiness kernel-memory oom-kill-disable oom-score-adj cpus cpu-shares cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpuset-cpus cpuset-mems pids-limit ulimit blkio-weight blkio-weight-device device-read-bps device-write-bps device-read-iops device-write-iops cgroup-parent cpu-count cpu-percent io-maxbandwidth io-maxiops gpus runtime privileged cap-add cap-drop device device-cgroup-rule read-only sysctl cgroupns ipc pid userns uts isolation security-opt use-api-socket disable-content-trust health-cmd health-interval health-retries health-start-interval health-start-period health-timeout no-healthcheck log-driver log-opt rm restart init stop-signal stop-timeout time-limit wait ready if-exists pull build-on-missing quiet platform cidfile label label-file annotation' ;;
            esac
            ;;
        ports)
            options='--tcp --udp --config --profile --context --host --log-level --format --help'
            valued=' --config --profile --context --host --log-level --format '
            case $option:$place in
                --config:*) offer='@files' ;;
                --profile:*) offer='bare ci dev prod run-sh' ;;
                --log-level:*) offer='error warn info debug trace' ;;
                --format:*) offer='text json' ;;
            esac
            ;;
        ps)
            options='-a --all -q --quiet --config --profile --context --host --log-level --format --help'
            valued=' --config --profile --context --host --log-level --format '
            case $option:$place in
                --config:*) offer='@files' ;;
                --profile:*) offer='bare ci dev prod run-sh' ;;
                --log-level:*) offer='error warn info debug trace' ;;
                --format:*) offer='text json' ;;
            esac
            ;;
        logs)
            options='-f --follow -t --timestamps -n --tail --since --until --config --profile --context --host --log-level --format --help'
            valued=' -n --tail --since --until --config --profile --context --host --log-level --format '
            case $option:$place in
                --config:*) offer='@files' ;;
                --profile:*) offer='bare ci dev prod run-sh' ;;
                --log-level:*) offer='error warn info debug trace' ;;
                --format:*) offer='text json' ;;
            esac
            ;;
        inspect)
            options='--config --profile --context --host --log-level --format --help'
            valued=' --config --profile --context --host --log-level --format '
            case $option:$place in
                --config:*) offer='@files' ;;
                --profile:*) offer='bare ci dev prod run-sh' ;;
                --log-level:*) offer='error warn info debug trace' ;;
                --format:*) offer='text json' ;;
            esac
            ;;
        stop)
            options='-t --time --config --profile --context --host --log-level --format --help'
            valued=' -t --time --config --profile --context --host --log-level --format '
            case $option:$place in
                --config:*) offer='@files' ;;
                --profile:*) offer='bare ci dev prod run-sh' ;;
                --log-level:*) offer='error warn info debug trace' ;;
                --format:*) offer='text json' ;;
            esac
            ;;
        gc)
            options='--dry-run --config --profile --context --host --log-level --format --help'
            valued=' --config --profile --context --host --log-level --format '
            case $option:$place in
                --config:*) offer='@files' ;;
                --profile:*) offer='bare ci dev prod run-sh' ;;
                --log-level:*) offer='error warn info debug trace' ;;
                --format:*) offer='text json' ;;
            esac
            ;;
        probe)
            options='--engine-id --timeout --config --profile --context --host --log-level --format --help'
            valued=' --engine-id --timeout --config --profile --context --host --log-level --format '
            case $option:$place in
                --config:*) offer='@files' ;;
                --profile:*) offer='bare ci dev prod run-sh' ;;
                --log-level:*) offer='error warn info debug trace' ;;
                --format:*) offer='text json' ;;
                :0) offer='gateway' ;;
            esac
            ;;
        import)
            options='--service --inspect --container --compose --profile --context --host --log-level --help'
            valued=' --service --inspect --container --compose --profile --context --host --log-level '
            case $option:$place in
                --service:*) offer='elrar etcd frontend gateway inference kuscia-autonomy kuscia-lite kuscia-master model-compose mysql nats nebula-bff nebula-gateway nebula-node nebula-router nebula-scheduler xtrace' ;;
                --inspect:*) offer='@files' ;;
                --compose:*) offer='@files' ;;
                --profile:*) offer='bare ci dev prod run-sh' ;;
                --log-level:*) offer='error warn info debug trace' ;;
            esac
            ;;
        export)
            options='--service --image --name --name-prefix -d --detach -i --interactive -t --tty -a --attach --detach-keys --sig-proxy --entrypoint -w --workdir --domainname -u --user --group-add --reset --framework --target --mount-workspace --workspace --hf-home --hf-cache --hf-target --use-nixl-gds --network --net -p --publish --port -P --publish-all --publish-service --allow-dead-publish --publish-ip --port-policy --expose --create-network --fix-network -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --link-local-ip --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --mount --tmpfs --volumes-from --volume-driver --storage-opt --shm-size -m --memory --memory-reservation --memory-swap --memory-swappiness --kernel-memory --oom-kill-disable --oom-score-adj --cpus -c --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpuset-cpus --cpuset-mems --pids-limit --ulimit --blkio-weight --blkio-weight-device --device-read-bps --device-write-bps --device-read-iops --device-write-iops --cgroup-parent --cpu-count --cpu-percent --io-maxbandwidth --io-maxiops --gpus --runtime --privileged --cap-add --cap-drop --device --device-cgroup-rule --read-only --sysctl --cgroupns --ipc --pid --userns --uts --isolation --security-opt --use-api-socket --disable-content-trust --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout --no-healthcheck --log-driver --log-opt --rm --restart --init --stop-signal --stop-timeout --time-limit --wait --ready --if-exists --pull --build-on-missing -q --quiet --platform --cidfile -l --label --label-file --annotation --config --profile --context --host --log-level --trust --preflight --skip --help'
            valued=' --service --image --name --name-prefix -a --attach --detach-keys --entrypoint -w --workdir --domainname -u --user --group-add --reset --framework --target --workspace --hf-home --hf-cache --hf-target --network --net -p --publish --port --publish-ip --port-policy --expose -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --link-local-ip --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --mount --tmpfs --volumes-from --volume-driver --storage-opt --shm-size -m --memory --memory-reservation --memory-swap --memory-swappiness --kernel-memory --oom-score-adj --cpus -c --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpuset-cpus --cpuset-mems --pids-limit --ulimit --blkio-weight --blkio-weight-device --device-read-bps --device-write-bps --device-read-iops --device-write-iops --cgroup-parent --cpu-count --cpu-percent --io-maxbandwidth --io-maxiops --gpus --runtime --cap-add --cap-drop --device --device-cgroup-rule --sysctl --cgroupns --ipc --pid --userns --uts --isolation --security-opt --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout --log-driver --log-opt --restart --stop-signal --stop-timeout --time-limit --ready --if-exists --pull --build-on-missing --platform --cidfile -l --label --label-file --annotation --config --profile --context --host --log-level --preflight --skip '
            case $option:$place in
                --service:*) offer='elrar etcd frontend gateway inference kuscia-autonomy kuscia-lite kuscia-master model-compose mysql nats nebula-bff nebula-gateway nebula-node nebula-router nebula-scheduler xtrace' ;;
                -d:* | --detach:*) offer='true false' ;;
                -i:* | --interactive:*) offer='true false auto' ;;
                -t:* | --tty:*) offer='true false auto' ;;
                -a:* | --attach:*) offer='stdin stdout stderr' ;;
                --sig-proxy:*) offer='true false' ;;
                --reset:*) offer='service image name name-prefix detach interactive tty attach detach-keys sig-proxy entrypoint workdir domainname user group-add reset framework target mount-workspace workspace hf-home hf-target use-nixl-gds network publish publish-all publish-service allow-dead-publish publish-ip port-policy expose create-network fix-network hostname add-host dns dns-option dns-search ip ip6 link-local-ip network-alias link mac-address env env-file volume mount tmpfs volumes-from volume-driver storage-opt shm-size memory memory-reservation memory-swap memory-swappiness kernel-memory oom-kill-disable oom-score-adj cpus cpu-shares cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpuset-cpus cpuset-mems pids-limit ulimit blkio-weight blkio-weight-device device-read-bps device-write-bps device-read-iops device-write-iops cgroup-parent cpu-count cpu-percent io-maxbandwidth io-maxiops gpus runtime privileged cap-add cap-drop device device-cgroup-rule read-only sysctl cgroupns ipc pid userns uts isolation security-opt use-api-socket disable-content-trust health-cmd health-interval health-retries health-start-interval health-start-period health-timeout no-healthcheck log-driver log-opt rm restart init stop-signal stop-timeout time-limit wait ready if-exists pull build-on-missing quiet platform cidfile label label-file annotation' ;;
                --framework:*) offer='vllm trtllm sglang none' ;;
                --mount-workspace:*) offer='true false' ;;
                --hf-home:* | --hf-cache:*) offer='none' ;;
                --use-nixl-gds:*) offer='true false' ;;
                --network:* | --net:*) offer='host bridge none container:' ;;
                -P:* | --publish-all:*) offer='true false' ;;
                --publish-service:*) offer='true false' ;;
                --allow-dead-publish:*) offer='true false' ;;
                --port-policy:*) offer='fail next' ;;
                --create-network:*) offer='true false' ;;
                --fix-network:*) offer='true false' ;;
                --env-file:*) offer='@files' ;;
                -v:* | --volume:*) offer='@files' ;;
                --oom-kill-disable:*) offer='true false' ;;
                --blkio-weight-device:*) offer='@files' ;;
                --device-read-bps:*) offer='@files' ;;
                --device-write-bps:*) offer='@files' ;;
                --device-read-iops:*) offer='@files' ;;
                --device-write-iops:*) offer='@files' ;;
                --gpus:*) offer='all none auto' ;;
                --privileged:*) offer='true false' ;;
                --cap-add:*) offer='CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL' ;;
                --cap-drop:*) offer='CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL' ;;
                --device:*) offer='@files' ;;
                --read-only:*) offer='true false' ;;
                --cgroupns:*) offer='private host' ;;
                --ipc:*) offer='none private shareable host container:' ;;
                --pid:*) offer='host container:' ;;
                --userns:*) offer='host' ;;
                --uts:*) offer='host' ;;
                --isolation:*) offer='default' ;;
                --security-opt:*) offer='no-new-privileges' ;;
                --use-api-socket:*) offer='true false' ;;
                --disable-content-trust:*) offer='true' ;;
                --no-healthcheck:*) offer='true false' ;;
                --rm:*) offer='true false' ;;
                --restart:*) offer='no always unless-stopped on-failure' ;;
                --init:*) offer='true false' ;;
                --wait:*) offer='true false' ;;
                --ready:*) offer='tcp: udp: http: log: nats: etcd: health command:' ;;
                --if-exists:*) offer='fail reuse replace' ;;
                --pull:*) offer='always missing newer never' ;;
                --build-on-missing:*) offer='@folders' ;;
                -q:* | --quiet:*) offer='true false' ;;
                --cidfile:*) offer='@files' ;;
                --label-file:*) offer='@files' ;;
                --config:*) offer='@files' ;;
                --profile:*) offer='bare ci dev prod run-sh' ;;
                --log-level:*) offer='error warn info debug trace' ;;
                --preflight:*) offer='enforce warn off' ;;
                :0) offer='docker compose kubernetes' ;;
                :1) offer='elrar etcd frontend gateway inference kuscia-autonomy kuscia-lite kuscia-master model-compose mysql nats nebula-bff nebula-gateway nebula-node nebula-router nebula-scheduler xtrace' ;;
            esac
            ;;
        explain)
            options='--help'
            valued='  '
            case $option:$place in
                :0) offer='usage unknown-verb unknown-option bad-value toml-syntax not-carried-over not-understood nothing-imported unknown-check unknown-key wrong-type interpolation secret-exposed config-unreadable config-ignored untrusted unknown-variable variable-unset env-file seccomp-profile unknown-service unknown-profile profile-cycle when-cycle not-yet not-a-terminal attach-detached no-image no-command dead-publish network-option hf-home hf-cache-unseen limits-conflict mount-twice mount-source-missing mount-source-kind mount-owner mount-as-found mount-access mount-root-owned volume-or-folder selinux-label selinux-relabel set-for-host health-conflict socket-missing shm-ignored hostname-case restart-removed unknown-rule variable-value variable-missing variable-normalised variable-ignored bind-address loopback-url bridge-name advertised-address values-differ data-lost other-network internal-port listen-twice health-port development-value broadcast-network log-lost publish-protocol publish-mismatch not-published privileged-port rootless-host limit-ignored waived privileged capability host-network host-ipc host-namespace device engine-socket host-path unconfined new-privileges user-root memory-limit cpus-limit pids-limit image-latest secret-literal publish-everywhere engine-address engine-context engine-unreachable engine-not-listening not-a-socket not-an-engine engine-tls plain-tcp engine-remote podman engine-ssh engine-denied engine-silent plugin-denied engine-version engine-too-new newer-than-engine cid-file engine-error ulimit-refused rights-refused engine-warning engine-lost image-missing image-kept image-platform registry-denied registry-unreachable pull-failed build-context build-failed binary-not-static architecture port-twice publish-limit image-pulled address-taken name-taken port-taken port-moved port-reused disk-low forwarding-off processes-hidden port-wanted-back port-ephemeral need-missing firewall udp-ports-differ many-addresses interface-missing port-unknown network-missing network-unknown network-differs network-not-attachable no-overlay subnet-overlap subnet-public network-target network-target-restarts name-unseen no-network runtime-missing gpus-chosen gpu-unknown gpu-device-missing gpu-driver-missing gpu-toolkit-missing gpu-runtime-missing gpu-not-found mig-not-found gpu-in-mig-mode cdi-missing cdi-device-missing gpu-driver-too-old gpu-driver-mismatch gpu-unseen gpu-memory-held gpu-orphan gpu-lost-on-reload shm-small command-not-found command-not-invocable output-closed output-lost cleanup-failed interrupted time-limit limit-not-held log-option log-driver-missing not-running already-running out-of-reach if-exists reused replaced not-ready ended-early wait-attached ready-unheard no-container probe-failed report-file gateway-settings internal' ;;
            esac
            ;;
        completions)
            options='--help'
            valued='  '
            case $option:$place in
                :0) offer='bash zsh fish elvish powershell' ;;
            esac
            ;;
        state-gateway)
            options='--help'
            valued='  '
            case $option:$place in
            esac
            ;;
        *) options='' valued='' ;;
    esac
}

_dynrun() {
    local words=() word rest=${COMP_LINE:0:COMP_POINT} i place=0 verb='' option=''
    local options='' valued='' offer=''
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        local blanks=${rest%%[![:blank:]]*}
        rest=${rest#"$blanks"}
        ((i < COMP_CWORD)) || word=$rest
        rest=${rest#"$word"}
        if [[ $blanks || $i == 0 ]]; then words+=("$word"); else words[-1]+=$word; fi
    done
    COMPREPLY=()

    local last=$((${#words[@]} - 1))
    local current=${words[last]} before='' value
    value=$current
    _dynrun_scope
    for ((i = 1; i < last; i++)); do
        word=${words[i]}
        if [[ $word == -- ]]; then
            _dynrun_command
            return
        elif [[ $option ]]; then
            option=''
        elif [[ $word == --* ]]; then
            [[ $valued != *" $word "* ]] || option=$word
        elif [[ $word == -?* ]]; then
            _dynrun_cluster
        elif [[ ! $verb ]]; then
            verb=$word
            _dynrun_scope
        else
            ((place += 1))
        fi
    done

    if [[ ! $option && $current == --*=* ]]; then
        option=${current%%=*} value=${current#*=} before=$option=
    fi
    if [[ ! $option && $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
        return
    fi
    _dynrun_scope
    case $offer in
        @files)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$value")
            ;;
        @folders)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -d -- "$value")
            ;;
        *) mapfile -t COMPREPLY < <(compgen -W "$offer" -- "$value") ;;
    esac
    _dynrun_cut
}

# A cluster of short options: one that takes a value takes the cluster's rest, or else the next word.
_dynrun_cluster() {
    local letters=${word#-}
    while [[ $letters ]]; do
        if [[ $valued == *" -${letters:0:1} "* ]]; then
            [[ ${#letters} != 1 ]] || option=-$letters
            return
        fi
        letters=${letters:1}
    done
}

# After `--`: a command, then files, as on a line of its own.
_dynrun_command() {
    compopt -o default 2>/dev/null
    ((i + 1 < last)) || mapfile -t COMPREPLY < <(compgen -c -- "$current" | sort -u)
}

# Takes away what readline keeps of the current word: all up to its last = or :, where these break words.
_dynrun_cut() {
    local kept=$current end candidate cut=()
    while [[ $kept ]]; do
        end=${kept: -1}
        if [[ $end == [=:] && $COMP_WORDBREAKS == *"$end"* ]]; then break; fi
        kept=${kept%?}
    done
    for candidate in "${COMPREPLY[@]}"; do
        [[ $candidate == "$value" && $candidate == *[=:] ]] || cut+=("${before}${candidate}")
    done
    COMPREPLY=("${cut[@]#"$kept"}")
    # A word that ends so is only begun.
    if [[ ${#cut[@]} == 1 && ${cut[0]} == *[=:] ]]; then compopt -o nospace 2>/dev/null; fi
}

complete -F _dynrun dynrun
