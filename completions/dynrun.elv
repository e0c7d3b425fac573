# elvish completion of dynrun, as `dynrun completions elvish` prints it.

use str

# Of each verb, and of the place before one: its options, those of them that take the next word, and what the value of
# an option, and the words after the verb, are completed to. The last of `places` stands for all that follow.
var dynrun-scopes = [
    &''=[
        &verbs=[run check config ports stop probe explain completions state-gateway]
        &options=[--service --image --name --name-prefix -d --detach -i --interactive -t --tty -a --attach --detach-keys --sig-proxy --entrypoint -w --workdir --domainname -u --user --group-add --reset --framework --target --mount-workspace --workspace --hf-home --hf-cache --hf-target --use-nixl-gds --network --net -p --publish --port -P --publish-all --publish-service --allow-dead-publish --publish-ip --port-policy --expose --create-network -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --link-local-ip --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --mount --tmpfs --volumes-from --volume-driver --storage-opt --shm-size -m --memory --memory-reservation --memory-swap --memory-swappiness --kernel-memory --oom-kill-disable --oom-score-adj --cpus -c --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpuset-cpus --cpuset-mems --pids-limit --ulimit --blkio-weight --blkio-weight-device --device-read-bps --device-write-bps --device-read-iops --device-write-iops --cgroup-parent --cpu-count --cpu-percent --io-maxbandwidth --io-maxiops --gpus --runtime --privileged --cap-add --cap-drop --device --device-cgroup-rule --read-only --sysctl --cgroupns --ipc --pid --userns --uts --isolation --security-opt --use-api-socket --disable-content-trust --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout --no-healthcheck --log-driver --log-opt --rm --restart --init --stop-signal --stop-timeout --time-limit --pull -q --quiet --platform --cidfile -l --label --label-file --annotation --config --profile --context --host --log-level --trust --dry-run --preflight --format --report --help -V --version]
        &valued=[--service --image --name --name-prefix -a --attach --detach-keys --entrypoint -w --workdir --domainname -u --user --group-add --reset --framework --target --workspace --hf-home --hf-cache --hf-target --network --net -p --publish --port --publish-ip --port-policy --expose -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --link-local-ip --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --mount --tmpfs --volumes-from --volume-driver --storage-opt --shm-size -m --memory --memory-reservation --memory-swap --memory-swappiness --kernel-memory --oom-score-adj --cpus -c --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpuset-cpus --cpuset-mems --pids-limit --ulimit --blkio-weight --blkio-weight-device --device-read-bps --device-write-bps --device-read-iops --device-write-iops --cgroup-parent --cpu-count --cpu-percent --io-maxbandwidth --io-maxiops --gpus --runtime --cap-add --cap-drop --device --device-cgroup-rule --sysctl --cgroupns --ipc --pid --userns --uts --isolation --security-opt --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout --log-driver --log-opt --restart --stop-signal --stop-timeout --time-limit --pull --platform --cidfile -l --label --label-file --annotation --config --profile --context --host --log-level --preflight --format --report]
        &offers=[
            &--service=[elrar etcd frontend gateway inference nats]
            &--image=[]
            &--name=[]
            &--name-prefix=[]
            &-d=[true false]
            &--detach=[true false]
            &-i=[true false auto]
            &--interactive=[true false auto]
            &-t=[true false auto]
            &--tty=[true false auto]
            &-a=[stdin stdout stderr]
            &--attach=[stdin stdout stderr]
            &--detach-keys=[]
            &--sig-proxy=[true false]
            &--entrypoint=[]
            &-w=[]
            &--workdir=[]
            &--domainname=[]
            &-u=[]
            &--user=[]
            &--group-add=[]
            &--reset=[service image name name-prefix detach interactive tty attach detach-keys sig-proxy entrypoint workdir domainname user group-add reset framework target mount-workspace workspace hf-home hf-target use-nixl-gds network publish publish-all publish-service allow-dead-publish publish-ip port-policy expose create-network hostname add-host dns dns-option dns-search ip ip6 link-local-ip network-alias link mac-address env env-file volume mount tmpfs volumes-from volume-driver storage-opt shm-size memory memory-reservation memory-swap memory-swappiness kernel-memory oom-kill-disable oom-score-adj cpus cpu-shares cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpuset-cpus cpuset-mems pids-limit ulimit blkio-weight blkio-weight-device device-read-bps device-write-bps device-read-iops device-write-iops cgroup-parent cpu-count cpu-percent io-maxbandwidth io-maxiops gpus runtime privileged cap-add cap-drop device device-cgroup-rule read-only sysctl cgroupns ipc pid userns uts isolation security-opt use-api-socket disable-content-trust health-cmd health-interval health-retries health-start-interval health-start-period health-timeout no-healthcheck log-driver log-opt rm restart init stop-signal stop-timeout time-limit pull quiet platform cidfile label label-file annotation]
            &--framework=[vllm trtllm sglang none]
            &--target=[]
            &--mount-workspace=[true false]
            &--workspace=[]
            &--hf-home=[none]
            &--hf-cache=[none]
            &--hf-target=[]
            &--use-nixl-gds=[true false]
            &--network=[host bridge none container:]
            &--net=[host bridge none container:]
            &-p=[]
            &--publish=[]
            &--port=[]
            &-P=[true false]
            &--publish-all=[true false]
            &--publish-service=[true false]
            &--allow-dead-publish=[true false]
            &--publish-ip=[]
            &--port-policy=[fail next]
            &--expose=[]
            &--create-network=[true false]
            &-h=[]
            &--hostname=[]
            &--add-host=[]
            &--dns=[]
            &--dns-option=[]
            &--dns-opt=[]
            &--dns-search=[]
            &--ip=[]
            &--ip6=[]
            &--link-local-ip=[]
            &--network-alias=[]
            &--net-alias=[]
            &--link=[]
            &--mac-address=[]
            &-e=[]
            &--env=[]
            &--env-file=files
            &-v=files
            &--volume=files
            &--mount=[]
            &--tmpfs=[]
            &--volumes-from=[]
            &--volume-driver=[]
            &--storage-opt=[]
            &--shm-size=[]
            &-m=[]
            &--memory=[]
            &--memory-reservation=[]
            &--memory-swap=[]
            &--memory-swappiness=[]
            &--kernel-memory=[]
            &--oom-kill-disable=[true false]
            &--oom-score-adj=[]
            &--cpus=[]
            &-c=[]
            &--cpu-shares=[]
            &--cpu-period=[]
            &--cpu-quota=[]
            &--cpu-rt-period=[]
            &--cpu-rt-runtime=[]
            &--cpuset-cpus=[]
            &--cpuset-mems=[]
            &--pids-limit=[]
            &--ulimit=[]
            &--blkio-weight=[]
            &--blkio-weight-device=files
            &--device-read-bps=files
            &--device-write-bps=files
            &--device-read-iops=files
            &--device-write-iops=files
            &--cgroup-parent=[]
            &--cpu-count=[]
            &--cpu-percent=[]
            &--io-maxbandwidth=[]
            &--io-maxiops=[]
            &--gpus=[all none auto]
            &--runtime=[]
            &--privileged=[true false]
            &--cap-add=[CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL]
            &--cap-drop=[CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL]
            &--device=files
            &--device-cgroup-rule=[]
            &--read-only=[true false]
            &--sysctl=[]
            &--cgroupns=[private host]
            &--ipc=[none private shareable host container:]
            &--pid=[host container:]
            &--userns=[host]
            &--uts=[host]
            &--isolation=[default]
            &--security-opt=[no-new-privileges]
            &--use-api-socket=[true false]
            &--disable-content-trust=[true]
            &--health-cmd=[]
            &--health-interval=[]
            &--health-retries=[]
            &--health-start-interval=[]
            &--health-start-period=[]
            &--health-timeout=[]
            &--no-healthcheck=[true false]
            &--log-driver=[]
            &--log-opt=[]
            &--rm=[true false]
            &--restart=[no always unless-stopped on-failure]
            &--init=[true false]
            &--stop-signal=[]
            &--stop-timeout=[]
            &--time-limit=[]
            &--pull=[always missing never]
            &-q=[true false]
            &--quiet=[true false]
            &--platform=[]
            &--cidfile=files
            &-l=[]
            &--label=[]
            &--label-file=files
            &--annotation=[]
            &--config=files
            &--profile=[bare ci dev prod run-sh]
            &--context=[]
            &--host=[]
            &--log-level=[error warn info debug trace]
            &--dry-run=[offline engine]
            &--preflight=[on off]
            &--format=[text json]
            &--report=files
        ]
        &places=[]
        &many=$false
    ]
    &run=[
        &verbs=[]
        &options=[--service --image --name --name-prefix -d --detach -i --interactive -t --tty -a --attach --detach-keys --sig-proxy --entrypoint -w --workdir --domainname -u --user --group-add --reset --framework --target --mount-workspace --workspace --hf-home --hf-cache --hf-target --use-nixl-gds --network --net -p --publish --port -P --publish-all --publish-service --allow-dead-publish --publish-ip --port-policy --expose --create-network -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --link-local-ip --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --mount --tmpfs --volumes-from --volume-driver --storage-opt --shm-size -m --memory --memory-reservation --memory-swap --memory-swappiness --kernel-memory --oom-kill-disable --oom-score-adj --cpus -c --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpuset-cpus --cpuset-mems --pids-limit --ulimit --blkio-weight --blkio-weight-device --device-read-bps --device-write-bps --device-read-iops --device-write-iops --cgroup-parent --cpu-count --cpu-percent --io-maxbandwidth --io-maxiops --gpus --runtime --privileged --cap-add --cap-drop --device --device-cgroup-rule --read-only --sysctl --cgroupns --ipc --pid --userns --uts --isolation --security-opt --use-api-socket --disable-content-trust --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout --no-healthcheck --log-driver --log-opt --rm --restart --init --stop-signal --stop-timeout --time-limit --pull -q --quiet --platform --cidfile -l --label --label-file --annotation --config --profile --context --host --log-level --trust --dry-run --preflight --format --report --help]
        &valued=[--service --image --name --name-prefix -a --attach --detach-keys --entrypoint -w --workdir --domainname -u --user --group-add --reset --framework --target --workspace --hf-home --hf-cache --hf-target --network --net -p --publish --port --publish-ip --port-policy --expose -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --link-local-ip --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --mount --tmpfs --volumes-from --volume-driver --storage-opt --shm-size -m --memory --memory-reservation --memory-swap --memory-swappiness --kernel-memory --oom-score-adj --cpus -c --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpuset-cpus --cpuset-mems --pids-limit --ulimit --blkio-weight --blkio-weight-device --device-read-bps --device-write-bps --device-read-iops --device-write-iops --cgroup-parent --cpu-count --cpu-percent --io-maxbandwidth --io-maxiops --gpus --runtime --cap-add --cap-drop --device --device-cgroup-rule --sysctl --cgroupns --ipc --pid --userns --uts --isolation --security-opt --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout --log-driver --log-opt --restart --stop-signal --stop-timeout --time-limit --pull --platform --cidfile -l --label --label-file --annotation --config --profile --context --host --log-level --preflight --format --report]
        &offers=[
            &--service=[elrar etcd frontend gateway inference nats]
            &--image=[]
            &--name=[]
            &--name-prefix=[]
            &-d=[true false]
            &--detach=[true false]
            &-i=[true false auto]
            &--interactive=[true false auto]
            &-t=[true false auto]
            &--tty=[true false auto]
            &-a=[stdin stdout stderr]
            &--attach=[stdin stdout stderr]
            &--detach-keys=[]
            &--sig-proxy=[true false]
            &--entrypoint=[]
            &-w=[]
            &--workdir=[]
            &--domainname=[]
            &-u=[]
            &--user=[]
            &--group-add=[]
            &--reset=[service image name name-prefix detach interactive tty attach detach-keys sig-proxy entrypoint workdir domainname user group-add reset framework target mount-workspace workspace hf-home hf-target use-nixl-gds network publish publish-all publish-service allow-dead-publish publish-ip port-policy expose create-network hostname add-host dns dns-option dns-search ip ip6 link-local-ip network-alias link mac-address env env-file volume mount tmpfs volumes-from volume-driver storage-opt shm-size memory memory-reservation memory-swap memory-swappiness kernel-memory oom-kill-disable oom-score-adj cpus cpu-shares cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpuset-cpus cpuset-mems pids-limit ulimit blkio-weight blkio-weight-device device-read-bps device-write-bps device-read-iops device-write-iops cgroup-parent cpu-count cpu-percent io-maxbandwidth io-maxiops gpus runtime privileged cap-add cap-drop device device-cgroup-rule read-only sysctl cgroupns ipc pid userns uts isolation security-opt use-api-socket disable-content-trust health-cmd health-interval health-retries health-start-interval health-start-period health-timeout no-healthcheck log-driver log-opt rm restart init stop-signal stop-timeout time-limit pull quiet platform cidfile label label-file annotation]
            &--framework=[vllm trtllm sglang none]
            &--target=[]
            &--mount-workspace=[true false]
            &--workspace=[]
            &--hf-home=[none]
            &--hf-cache=[none]
            &--hf-target=[]
            &--use-nixl-gds=[true false]
            &--network=[host bridge none container:]
            &--net=[host bridge none container:]
            &-p=[]
            &--publish=[]
            &--port=[]
            &-P=[true false]
            &--publish-all=[true false]
            &--publish-service=[true false]
            &--allow-dead-publish=[true false]
            &--publish-ip=[]
            &--port-policy=[fail next]
            &--expose=[]
            &--create-network=[true false]
            &-h=[]
            &--hostname=[]
            &--add-host=[]
            &--dns=[]
            &--dns-option=[]
            &--dns-opt=[]
            &--dns-search=[]
            &--ip=[]
            &--ip6=[]
            &--link-local-ip=[]
            &--network-alias=[]
            &--net-alias=[]
            &--link=[]
            &--mac-address=[]
            &-e=[]
            &--env=[]
            &--env-file=files
            &-v=files
            &--volume=files
            &--mount=[]
            &--tmpfs=[]
            &--volumes-from=[]
            &--volume-driver=[]
            &--storage-opt=[]
            &--shm-size=[]
            &-m=[]
            &--memory=[]
            &--memory-reservation=[]
            &--memory-swap=[]
            &--memory-swappiness=[]
            &--kernel-memory=[]
            &--oom-kill-disable=[true false]
            &--oom-score-adj=[]
            &--cpus=[]
            &-c=[]
            &--cpu-shares=[]
            &--cpu-period=[]
            &--cpu-quota=[]
            &--cpu-rt-period=[]
            &--cpu-rt-runtime=[]
            &--cpuset-cpus=[]
            &--cpuset-mems=[]
            &--pids-limit=[]
            &--ulimit=[]
            &--blkio-weight=[]
            &--blkio-weight-device=files
            &--device-read-bps=files
            &--device-write-bps=files
            &--device-read-iops=files
            &--device-write-iops=files
            &--cgroup-parent=[]
            &--cpu-count=[]
            &--cpu-percent=[]
            &--io-maxbandwidth=[]
            &--io-maxiops=[]
            &--gpus=[all none auto]
            &--runtime=[]
            &--privileged=[true false]
            &--cap-add=[CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL]
            &--cap-drop=[CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL]
            &--device=files
            &--device-cgroup-rule=[]
            &--read-only=[true false]
            &--sysctl=[]
            &--cgroupns=[private host]
            &--ipc=[none private shareable host container:]
            &--pid=[host container:]
            &--userns=[host]
            &--uts=[host]
            &--isolation=[default]
            &--security-opt=[no-new-privileges]
            &--use-api-socket=[true false]
            &--disable-content-trust=[true]
            &--health-cmd=[]
            &--health-interval=[]
            &--health-retries=[]
            &--health-start-interval=[]
            &--health-start-period=[]
            &--health-timeout=[]
            &--no-healthcheck=[true false]
            &--log-driver=[]
            &--log-opt=[]
            &--rm=[true false]
            &--restart=[no always unless-stopped on-failure]
            &--init=[true false]
            &--stop-signal=[]
            &--stop-timeout=[]
            &--time-limit=[]
            &--pull=[always missing never]
            &-q=[true false]
            &--quiet=[true false]
            &--platform=[]
            &--cidfile=files
            &-l=[]
            &--label=[]
            &--label-file=files
            &--annotation=[]
            &--config=files
            &--profile=[bare ci dev prod run-sh]
            &--context=[]
            &--host=[]
            &--log-level=[error warn info debug trace]
            &--dry-run=[offline engine]
            &--preflight=[on off]
            &--format=[text json]
            &--report=files
        ]
        &places=[[elrar etcd frontend gateway inference nats]]
        &many=$false
    ]
    &check=[
        &verbs=[]
        &options=[--service --image --name --name-prefix -d --detach -i --interactive -t --tty -a --attach --detach-keys --sig-proxy --entrypoint -w --workdir --domainname -u --user --group-add --reset --framework --target --mount-workspace --workspace --hf-home --hf-cache --hf-target --use-nixl-gds --network --net -p --publish --port -P --publish-all --publish-service --allow-dead-publish --publish-ip --port-policy --expose --create-network -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --link-local-ip --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --mount --tmpfs --volumes-from --volume-driver --storage-opt --shm-size -m --memory --memory-reservation --memory-swap --memory-swappiness --kernel-memory --oom-kill-disable --oom-score-adj --cpus -c --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpuset-cpus --cpuset-mems --pids-limit --ulimit --blkio-weight --blkio-weight-device --device-read-bps --device-write-bps --device-read-iops --device-write-iops --cgroup-parent --cpu-count --cpu-percent --io-maxbandwidth --io-maxiops --gpus --runtime --privileged --cap-add --cap-drop --device --device-cgroup-rule --read-only --sysctl --cgroupns --ipc --pid --userns --uts --isolation --security-opt --use-api-socket --disable-content-trust --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout --no-healthcheck --log-driver --log-opt --rm --restart --init --stop-signal --stop-timeout --time-limit --pull -q --quiet --platform --cidfile -l --label --label-file --annotation --config --profile --context --host --log-level --trust --dry-run --preflight --format --report --help]
        &valued=[--service --image --name --name-prefix -a --attach --detach-keys --entrypoint -w --workdir --domainname -u --user --group-add --reset --framework --target --workspace --hf-home --hf-cache --hf-target --network --net -p --publish --port --publish-ip --port-policy --expose -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --link-local-ip --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --mount --tmpfs --volumes-from --volume-driver --storage-opt --shm-size -m --memory --memory-reservation --memory-swap --memory-swappiness --kernel-memory --oom-score-adj --cpus -c --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpuset-cpus --cpuset-mems --pids-limit --ulimit --blkio-weight --blkio-weight-device --device-read-bps --device-write-bps --device-read-iops --device-write-iops --cgroup-parent --cpu-count --cpu-percent --io-maxbandwidth --io-maxiops --gpus --runtime --cap-add --cap-drop --device --device-cgroup-rule --sysctl --cgroupns --ipc --pid --userns --uts --isolation --security-opt --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout --log-driver --log-opt --restart --stop-signal --stop-timeout --time-limit --pull --platform --cidfile -l --label --label-file --annotation --config --profile --context --host --log-level --preflight --format --report]
        &offers=[
            &--service=[elrar etcd frontend gateway inference nats]
            &--image=[]
            &--name=[]
            &--name-prefix=[]
            &-d=[true false]
            &--detach=[true false]
            &-i=[true false auto]
            &--interactive=[true false auto]
            &-t=[true false auto]
            &--tty=[true false auto]
            &-a=[stdin stdout stderr]
            &--attach=[stdin stdout stderr]
            &--detach-keys=[]
            &--sig-proxy=[true false]
            &--entrypoint=[]
            &-w=[]
            &--workdir=[]
            &--domainname=[]
            &-u=[]
            &--user=[]
            &--group-add=[]
            &--reset=[service image name name-prefix detach interactive tty attach detach-keys sig-proxy entrypoint workdir domainname user group-add reset framework target mount-workspace workspace hf-home hf-target use-nixl-gds network publish publish-all publish-service allow-dead-publish publish-ip port-policy expose create-network hostname add-host dns dns-option dns-search ip ip6 link-local-ip network-alias link mac-address env env-file volume mount tmpfs volumes-from volume-driver storage-opt shm-size memory memory-reservation memory-swap memory-swappiness kernel-memory oom-kill-disable oom-score-adj cpus cpu-shares cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpuset-cpus cpuset-mems pids-limit ulimit blkio-weight blkio-weight-device device-read-bps device-write-bps device-read-iops device-write-iops cgroup-parent cpu-count cpu-percent io-maxbandwidth io-maxiops gpus runtime privileged cap-add cap-drop device device-cgroup-rule read-only sysctl cgroupns ipc pid userns uts isolation security-opt use-api-socket disable-content-trust health-cmd health-interval health-retries health-start-interval health-start-period health-timeout no-healthcheck log-driver log-opt rm restart init stop-signal stop-timeout time-limit pull quiet platform cidfile label label-file annotation]
            &--framework=[vllm trtllm sglang none]
            &--target=[]
            &--mount-workspace=[true false]
            &--workspace=[]
            &--hf-home=[none]
            &--hf-cache=[none]
            &--hf-target=[]
            &--use-nixl-gds=[true false]
            &--network=[host bridge none container:]
            &--net=[host bridge none container:]
            &-p=[]
            &--publish=[]
            &--port=[]
            &-P=[true false]
            &--publish-all=[true false]
            &--publish-service=[true false]
            &--allow-dead-publish=[true false]
            &--publish-ip=[]
            &--port-policy=[fail next]
            &--expose=[]
            &--create-network=[true false]
            &-h=[]
            &--hostname=[]
            &--add-host=[]
            &--dns=[]
            &--dns-option=[]
            &--dns-opt=[]
            &--dns-search=[]
            &--ip=[]
            &--ip6=[]
            &--link-local-ip=[]
            &--network-alias=[]
            &--net-alias=[]
            &--link=[]
            &--mac-address=[]
            &-e=[]
            &--env=[]
            &--env-file=files
            &-v=files
            &--volume=files
            &--mount=[]
            &--tmpfs=[]
            &--volumes-from=[]
            &--volume-driver=[]
            &--storage-opt=[]
            &--shm-size=[]
            &-m=[]
            &--memory=[]
            &--memory-reservation=[]
            &--memory-swap=[]
            &--memory-swappiness=[]
            &--kernel-memory=[]
            &--oom-kill-disable=[true false]
            &--oom-score-adj=[]
            &--cpus=[]
            &-c=[]
            &--cpu-shares=[]
            &--cpu-period=[]
            &--cpu-quota=[]
            &--cpu-rt-period=[]
            &--cpu-rt-runtime=[]
            &--cpuset-cpus=[]
            &--cpuset-mems=[]
            &--pids-limit=[]
            &--ulimit=[]
            &--blkio-weight=[]
            &--blkio-weight-device=files
            &--device-read-bps=files
            &--device-write-bps=files
            &--device-read-iops=files
            &--device-write-iops=files
            &--cgroup-parent=[]
            &--cpu-count=[]
            &--cpu-percent=[]
            &--io-maxbandwidth=[]
            &--io-maxiops=[]
            &--gpus=[all none auto]
            &--runtime=[]
            &--privileged=[true false]
            &--cap-add=[CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL]
            &--cap-drop=[CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL]
            &--device=files
            &--device-cgroup-rule=[]
            &--read-only=[true false]
            &--sysctl=[]
            &--cgroupns=[private host]
            &--ipc=[none private shareable host container:]
            &--pid=[host container:]
            &--userns=[host]
            &--uts=[host]
            &--isolation=[default]
            &--security-opt=[no-new-privileges]
            &--use-api-socket=[true false]
            &--disable-content-trust=[true]
            &--health-cmd=[]
            &--health-interval=[]
            &--health-retries=[]
            &--health-start-interval=[]
            &--health-start-period=[]
            &--health-timeout=[]
            &--no-healthcheck=[true false]
            &--log-driver=[]
            &--log-opt=[]
            &--rm=[true false]
            &--restart=[no always unless-stopped on-failure]
            &--init=[true false]
            &--stop-signal=[]
            &--stop-timeout=[]
            &--time-limit=[]
            &--pull=[always missing never]
            &-q=[true false]
            &--quiet=[true false]
            &--platform=[]
            &--cidfile=files
            &-l=[]
            &--label=[]
            &--label-file=files
            &--annotation=[]
            &--config=files
            &--profile=[bare ci dev prod run-sh]
            &--context=[]
            &--host=[]
            &--log-level=[error warn info debug trace]
            &--dry-run=[offline engine]
            &--preflight=[on off]
            &--format=[text json]
            &--report=files
        ]
        &places=[[elrar etcd frontend gateway inference nats]]
        &many=$false
    ]
    &config=[
        &verbs=[]
        &options=[--service --image --name --name-prefix -d --detach -i --interactive -t --tty -a --attach --detach-keys --sig-proxy --entrypoint -w --workdir --domainname -u --user --group-add --reset --framework --target --mount-workspace --workspace --hf-home --hf-cache --hf-target --use-nixl-gds --network --net -p --publish --port -P --publish-all --publish-service --allow-dead-publish --publish-ip --port-policy --expose --create-network -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --link-local-ip --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --mount --tmpfs --volumes-from --volume-driver --storage-opt --shm-size -m --memory --memory-reservation --memory-swap --memory-swappiness --kernel-memory --oom-kill-disable --oom-score-adj --cpus -c --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpuset-cpus --cpuset-mems --pids-limit --ulimit --blkio-weight --blkio-weight-device --device-read-bps --device-write-bps --device-read-iops --device-write-iops --cgroup-parent --cpu-count --cpu-percent --io-maxbandwidth --io-maxiops --gpus --runtime --privileged --cap-add --cap-drop --device --device-cgroup-rule --read-only --sysctl --cgroupns --ipc --pid --userns --uts --isolation --security-opt --use-api-socket --disable-content-trust --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout --no-healthcheck --log-driver --log-opt --rm --restart --init --stop-signal --stop-timeout --time-limit --pull -q --quiet --platform --cidfile -l --label --label-file --annotation --config --profile --context --host --log-level --trust --dry-run --preflight --format --report --origin --help]
        &valued=[--service --image --name --name-prefix -a --attach --detach-keys --entrypoint -w --workdir --domainname -u --user --group-add --reset --framework --target --workspace --hf-home --hf-cache --hf-target --network --net -p --publish --port --publish-ip --port-policy --expose -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --link-local-ip --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --mount --tmpfs --volumes-from --volume-driver --storage-opt --shm-size -m --memory --memory-reservation --memory-swap --memory-swappiness --kernel-memory --oom-score-adj --cpus -c --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpuset-cpus --cpuset-mems --pids-limit --ulimit --blkio-weight --blkio-weight-device --device-read-bps --device-write-bps --device-read-iops --device-write-iops --cgroup-parent --cpu-count --cpu-percent --io-maxbandwidth --io-maxiops --gpus --runtime --cap-add --cap-drop --device --device-cgroup-rule --sysctl --cgroupns --ipc --pid --userns --uts --isolation --security-opt --health-cmd --health-interval --health-retries --health-start-interval --health-start-period --health-timeout --log-driver --log-opt --restart --stop-signal --stop-timeout --time-limit --pull --platform --cidfile -l --label --label-file --annotation --config --profile --context --host --log-level --preflight --format --report]
        &offers=[
            &--service=[elrar etcd frontend gateway inference nats]
            &--image=[]
            &--name=[]
            &--name-prefix=[]
            &-d=[true false]
            &--detach=[true false]
            &-i=[true false auto]
            &--interactive=[true false auto]
            &-t=[true false auto]
            &--tty=[true false auto]
            &-a=[stdin stdout stderr]
            &--attach=[stdin stdout stderr]
            &--detach-keys=[]
            &--sig-proxy=[true false]
            &--entrypoint=[]
            &-w=[]
            &--workdir=[]
            &--domainname=[]
            &-u=[]
            &--user=[]
            &--group-add=[]
            &--reset=[service image name name-prefix detach interactive tty attach detach-keys sig-proxy entrypoint workdir domainname user group-add reset framework target mount-workspace workspace hf-home hf-target use-nixl-gds network publish publish-all publish-service allow-dead-publish publish-ip port-policy expose create-network hostname add-host dns dns-option dns-search ip ip6 link-local-ip network-alias link mac-address env env-file volume mount tmpfs volumes-from volume-driver storage-opt shm-size memory memory-reservation memory-swap memory-swappiness kernel-memory oom-kill-disable oom-score-adj cpus cpu-shares cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpuset-cpus cpuset-mems pids-limit ulimit blkio-weight blkio-weight-device device-read-bps device-write-bps device-read-iops device-write-iops cgroup-parent cpu-count cpu-percent io-maxbandwidth io-maxiops gpus runtime privileged cap-add cap-drop device device-cgroup-rule read-only sysctl cgroupns ipc pid userns uts isolation security-opt use-api-socket disable-content-trust health-cmd health-interval health-retries health-start-interval health-start-period health-timeout no-healthcheck log-driver log-opt rm restart init stop-signal stop-timeout time-limit pull quiet platform cidfile label label-file annotation]
            &--framework=[vllm trtllm sglang none]
            &--target=[]
            &--mount-workspace=[true false]
            &--workspace=[]
            &--hf-home=[none]
            &--hf-cache=[none]
            &--hf-target=[]
            &--use-nixl-gds=[true false]
            &--network=[host bridge none container:]
            &--net=[host bridge none container:]
            &-p=[]
            &--publish=[]
            &--port=[]
            &-P=[true false]
            &--publish-all=[true false]
            &--publish-service=[true false]
            &--allow-dead-publish=[true false]
            &--publish-ip=[]
            &--port-policy=[fail next]
            &--expose=[]
            &--create-network=[true false]
            &-h=[]
            &--hostname=[]
            &--add-host=[]
            &--dns=[]
            &--dns-option=[]
            &--dns-opt=[]
            &--dns-search=[]
            &--ip=[]
            &--ip6=[]
            &--link-local-ip=[]
            &--network-alias=[]
            &--net-alias=[]
            &--link=[]
            &--mac-address=[]
            &-e=[]
            &--env=[]
            &--env-file=files
            &-v=files
            &--volume=files
            &--mount=[]
            &--tmpfs=[]
            &--volumes-from=[]
            &--volume-driver=[]
            &--storage-opt=[]
            &--shm-size=[]
            &-m=[]
            &--memory=[]
            &--memory-reservation=[]
            &--memory-swap=[]
            &--memory-swappiness=[]
            &--kernel-memory=[]
            &--oom-kill-disable=[true false]
            &--oom-score-adj=[]
            &--cpus=[]
            &-c=[]
            &--cpu-shares=[]
            &--cpu-period=[]
            &--cpu-quota=[]
            &--cpu-rt-period=[]
            &--cpu-rt-runtime=[]
            &--cpuset-cpus=[]
            &--cpuset-mems=[]
            &--pids-limit=[]
            &--ulimit=[]
            &--blkio-weight=[]
            &--blkio-weight-device=files
            &--device-read-bps=files
            &--device-write-bps=files
            &--device-read-iops=files
            &--device-write-iops=files
            &--cgroup-parent=[]
            &--cpu-count=[]
            &--cpu-percent=[]
            &--io-maxbandwidth=[]
            &--io-maxiops=[]
            &--gpus=[all none auto]
            &--runtime=[]
            &--privileged=[true false]
            &--cap-add=[CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL]
            &--cap-drop=[CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL]
            &--device=files
            &--device-cgroup-rule=[]
            &--read-only=[true false]
            &--sysctl=[]
            &--cgroupns=[private host]
            &--ipc=[none private shareable host container:]
            &--pid=[host container:]
            &--userns=[host]
            &--uts=[host]
            &--isolation=[default]
            &--security-opt=[no-new-privileges]
            &--use-api-socket=[true false]
            &--disable-content-trust=[true]
            &--health-cmd=[]
            &--health-interval=[]
            &--health-retries=[]
            &--health-start-interval=[]
            &--health-start-period=[]
            &--health-timeout=[]
            &--no-healthcheck=[true false]
            &--log-driver=[]
            &--log-opt=[]
            &--rm=[true false]
            &--restart=[no always unless-stopped on-failure]
            &--init=[true false]
            &--stop-signal=[]
            &--stop-timeout=[]
            &--time-limit=[]
            &--pull=[always missing never]
            &-q=[true false]
            &--quiet=[true false]
            &--platform=[]
            &--cidfile=files
            &-l=[]
            &--label=[]
            &--label-file=files
            &--annotation=[]
            &--config=files
            &--profile=[bare ci dev prod run-sh]
            &--context=[]
            &--host=[]
            &--log-level=[error warn info debug trace]
            &--dry-run=[offline engine]
            &--preflight=[on off]
            &--format=[text json]
            &--report=files
        ]
        &places=[[elrar etcd frontend gateway inference nats] [service image name name-prefix detach interactive tty attach detach-keys sig-proxy entrypoint workdir domainname user group-add reset framework target mount-workspace workspace hf-home hf-target use-nixl-gds network publish publish-all publish-service allow-dead-publish publish-ip port-policy expose create-network hostname add-host dns dns-option dns-search ip ip6 link-local-ip network-alias link mac-address env env-file volume mount tmpfs volumes-from volume-driver storage-opt shm-size memory memory-reservation memory-swap memory-swappiness kernel-memory oom-kill-disable oom-score-adj cpus cpu-shares cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpuset-cpus cpuset-mems pids-limit ulimit blkio-weight blkio-weight-device device-read-bps device-write-bps device-read-iops device-write-iops cgroup-parent cpu-count cpu-percent io-maxbandwidth io-maxiops gpus runtime privileged cap-add cap-drop device device-cgroup-rule read-only sysctl cgroupns ipc pid userns uts isolation security-opt use-api-socket disable-content-trust health-cmd health-interval health-retries health-start-interval health-start-period health-timeout no-healthcheck log-driver log-opt rm restart init stop-signal stop-timeout time-limit pull quiet platform cidfile label label-file annotation]]
        &many=$false
    ]
    &ports=[
        &verbs=[]
        &options=[--tcp --udp --config --profile --context --host --log-level --format --help]
        &valued=[--config --profile --context --host --log-level --format]
        &offers=[
            &--config=files
            &--profile=[bare ci dev prod run-sh]
            &--context=[]
            &--host=[]
            &--log-level=[error warn info debug trace]
            &--format=[text json]
        ]
        &places=[[]]
        &many=$true
    ]
    &stop=[
        &verbs=[]
        &options=[-t --time --config --profile --context --host --log-level --format --help]
        &valued=[-t --time --config --profile --context --host --log-level --format]
        &offers=[
            &-t=[]
            &--time=[]
            &--config=files
            &--profile=[bare ci dev prod run-sh]
            &--context=[]
            &--host=[]
            &--log-level=[error warn info debug trace]
            &--format=[text json]
        ]
        &places=[[]]
        &many=$true
    ]
    &probe=[
        &verbs=[]
        &options=[--engine-id --timeout --config --profile --context --host --log-level --format --help]
        &valued=[--engine-id --timeout --config --profile --context --host --log-level --format]
        &offers=[
            &--engine-id=[]
            &--timeout=[]
            &--config=files
            &--profile=[bare ci dev prod run-sh]
            &--context=[]
            &--host=[]
            &--log-level=[error warn info debug trace]
            &--format=[text json]
        ]
        &places=[[gateway] []]
        &many=$false
    ]
    &explain=[
        &verbs=[]
        &options=[--help]
        &valued=[]
        &offers=[&]
        &places=[[usage unknown-verb unknown-option bad-value toml-syntax unknown-key wrong-type interpolation secret-exposed config-unreadable config-ignored untrusted unknown-variable variable-unset env-file seccomp-profile unknown-service unknown-profile profile-cycle when-cycle not-yet not-a-terminal attach-detached no-image no-command dead-publish network-option hf-home hf-cache-unseen limits-conflict mount-twice set-for-host health-conflict socket-missing shm-ignored restart-removed unknown-rule variable-value variable-missing variable-normalised variable-ignored bind-address broadcast-network log-lost publish-protocol publish-mismatch not-published privileged-port waived privileged capability host-network host-ipc host-namespace device engine-socket unconfined new-privileges user-root memory-limit cpus-limit pids-limit image-latest secret-literal publish-everywhere engine-address engine-context engine-unreachable engine-denied engine-silent engine-version newer-than-engine cid-file engine-error ulimit-refused rights-refused engine-warning engine-lost image-missing binary-not-static architecture port-twice image-pulled name-taken port-taken port-moved port-reused firewall udp-ports-differ many-addresses interface-missing port-unknown network-missing network-unknown network-differs network-target runtime-missing gpus-chosen gpu-unknown gpu-device-missing gpu-driver-missing gpu-toolkit-missing gpu-runtime-missing command-not-found command-not-invocable output-closed output-lost cleanup-failed interrupted time-limit limit-not-held log-option no-container probe-failed report-file gateway-settings internal]]
        &many=$false
    ]
    &completions=[
        &verbs=[]
        &options=[--help]
        &valued=[]
        &offers=[&]
        &places=[[bash zsh fish elvish powershell]]
        &many=$false
    ]
    &state-gateway=[
        &verbs=[]
        &options=[--help]
        &valued=[]
        &offers=[&]
        &places=[]
        &many=$false
    ]
]

# A cluster of short options takes the next word where its first that takes a value is its last letter.
fn dynrun-takes-next {|cluster valued|
    var letters = $cluster[1..]
    while (!=s $letters '') {
        if (has-value $valued -$letters[0]) {
            put (==s $letters $letters[0])
            return
        }
        set letters = $letters[1..]
    }
    put $false
}

# A word that ends in : is only begun.
fn dynrun-candidate {|before word current|
    if (not (str:has-suffix $word ':')) {
        edit:complex-candidate $before$word &display=$word &code-suffix=' '
    } elif (!=s $before$word $current) {
        edit:complex-candidate $before$word &display=$word
    }
}

# After --: a command, as on a line of its own. elvish names one as often as it stands in a folder.
fn dynrun-command {|words|
    var seen = [&]
    edit:complete-sudo $@words | each {|one|
        if (!=s (kind-of $one) string) {
            put $one
        } elif (not (has-key $seen $one)) {
            set seen = (assoc $seen $one $true)
            edit:complex-candidate $one &code-suffix=' '
        }
    }
}

fn dynrun-offer {|before offer current|
    if (==s (kind-of $offer) list) {
        for word $offer { dynrun-candidate $before $word $current }
    } elif (==s $before '') {
        edit:complete-filename $current
    } else {
        # Its candidates are whole words, which the option stands before.
        edit:complete-filename $current[(count $before)..] | each {|file|
            edit:complex-candidate $before$file[stem] &display=$file[stem] &code-suffix=$file[code-suffix]
        }
    }
}

set edit:completion:arg-completer[dynrun] = {|@words|
    var none = [&verbs=[] &options=[] &valued=[] &offers=[&] &places=[] &many=$false]
    var current = $words[-1]
    var scope = $dynrun-scopes['']
    var verb = ''
    var option = ''
    var place = (num 0)
    var at = (num 0)
    for word $words[1..-1] {
        set at = (+ $at 1)
        if (!=s $option '') {
            set option = ''
        } elif (==s $word --) {
            dynrun-command $words[$at..]
            return
        } elif (str:has-prefix $word --) {
            if (has-value $scope[valued] $word) { set option = $word }
        } elif (and (str:has-prefix $word -) (!=s $word -)) {
            if (dynrun-takes-next $word $scope[valued]) { set option = -$word[-1] }
        } elif (==s $verb '') {
            set verb = $word
            set scope = $none
            if (has-key $dynrun-scopes $verb) { set scope = $dynrun-scopes[$verb] }
        } else {
            set place = (+ $place 1)
        }
    }
    var before = ''
    if (and (==s $option '') (str:has-prefix $current --) (str:contains $current '=')) {
        set option = (str:split &max=2 '=' $current | take 1)
        set before = $option'='
    }
    if (!=s $option '') {
        if (has-key $scope[offers] $option) { dynrun-offer $before $scope[offers][$option] $current }
    } elif (str:has-prefix $current -) {
        for option $scope[options] { edit:complex-candidate $option &code-suffix=' ' }
    } else {
        for word $scope[verbs] { dynrun-candidate '' $word $current }
        var places = $scope[places]
        if (and (> (count $places) 0) (or (< $place (count $places)) $scope[many])) {
            if (>= $place (count $places)) { set place = (- (count $places) 1) }
            dynrun-offer '' $places[$place] $current
        }
    }
}
