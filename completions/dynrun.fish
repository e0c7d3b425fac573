# fish completion of dynrun, as `dynrun completions fish` prints it.

# The options that take the next word.
function __dynrun_valued
    switch $argv[1]
        case ''
            string split ' ' -- '--service --image --name --entrypoint -w --workdir -u --user --group-add --reset --network --net -p --publish --port --publish-ip --expose -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --shm-size -m --memory --cpus --ulimit --gpus --runtime --cap-add --cap-drop --ipc --restart --pull -l --label --config --profile --context --host --log-level --format --report'
        case 'run'
            string split ' ' -- '--service --image --name --entrypoint -w --workdir -u --user --group-add --reset --network --net -p --publish --port --publish-ip --expose -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --shm-size -m --memory --cpus --ulimit --gpus --runtime --cap-add --cap-drop --ipc --restart --pull -l --label --config --profile --context --host --log-level --format --report'
        case 'config'
            string split ' ' -- '--service --image --name --entrypoint -w --workdir -u --user --group-add --reset --network --net -p --publish --port --publish-ip --expose -h --hostname --add-host --dns --dns-option --dns-opt --dns-search --ip --ip6 --network-alias --net-alias --link --mac-address -e --env --env-file -v --volume --shm-size -m --memory --cpus --ulimit --gpus --runtime --cap-add --cap-drop --ipc --restart --pull -l --label --config --profile --context --host --log-level --format --report'
        case 'stop'
            string split ' ' -- '-t --time --config --profile --context --host --log-level --format'
        case 'probe'
            string split ' ' -- '--engine-id --timeout --config --profile --context --host --log-level --format'
    end
end

# Whether the cursor stands after this verb, which is empty before one, and after so many further words, if said.
function __dynrun_at
    set -l words (commandline -opc)
    set -e words[1]
    set -l verb ''
    set -l place 0
    set -l valued (__dynrun_valued '')
    while set -q words[1]
        switch $words[1]
            case --
                return 1
            case '--*'
                contains -- $words[1] $valued; and set -e words[2]
            case '-?*'
                __dynrun_takes_next $words[1] $valued; and set -e words[2]
            case '*'
                if test -z "$verb"
                    set verb $words[1]
                    set valued (__dynrun_valued $verb)
                else
                    set place (math $place + 1)
                end
        end
        set -e words[1]
    end
    test "$verb" = "$argv[1]"; and test "$place" = "$argv[2]" -o -z "$argv[2]"
end

# Whether a cluster of short options takes the next word: its first that takes a value is its last letter.
function __dynrun_takes_next
    set -l cluster $argv[1]
    for letter in (string split '' -- (string sub -s 2 -- $cluster))
        if contains -- -$letter $argv[2..]
            string match -q -- \*$letter $cluster
            return
        end
    end
    return 1
end

# A word that is only begun with, as a name follows its `:`; once it stands there, fish would end it with a space.
function __dynrun_begun
    string match -q -- \*$argv[1] (commandline -ct); or echo $argv[1]
end

# After `--`: a command, as on a line of its own.
function __dynrun_after_dashes
    contains -- -- (commandline -opc)
end

function __dynrun_command
    set -l words (commandline -opc)
    set -l at (contains -i -- -- $words)
    set -e words[1..$at]
    complete -C (string join ' ' -- (string escape -- $words) (commandline -ct))
end

complete -c dynrun -f
complete -c dynrun -n __dynrun_after_dashes -a '(__dynrun_command)'
complete -c dynrun -n '__dynrun_at ""' -a run -d 'Launch a service in a container'
complete -c dynrun -n '__dynrun_at ""' -a config -d 'Print the settled options of a launch, and where each was said'
complete -c dynrun -n '__dynrun_at ""' -a stop -d 'Stop containers'
complete -c dynrun -n '__dynrun_at ""' -a probe -d 'Send states to a gateway and read back what it holds'
complete -c dynrun -n '__dynrun_at ""' -a explain -d 'Explain a code of an error'
complete -c dynrun -n '__dynrun_at ""' -a completions -d 'Print the completion script of a shell'
complete -c dynrun -n '__dynrun_at ""' -a state-gateway -d 'Serve the built-in gateway: what its image runs'
complete -c dynrun -n '__dynrun_at ""' -l service -r -f -a 'elrar etcd gateway nats' -d 'Service to launch, by its name in the configuration'
complete -c dynrun -n '__dynrun_at ""' -l image -r -f -d 'Image to run'
complete -c dynrun -n '__dynrun_at ""' -l name -r -f -d 'Name of the container'
complete -c dynrun -n '__dynrun_at ""' -s d -l detach -f -a 'true false' -d 'Run in the background and print the container\'s id'
complete -c dynrun -n '__dynrun_at ""' -s i -l interactive -f -a 'true false' -d 'Keep standard input open'
complete -c dynrun -n '__dynrun_at ""' -s t -l tty -f -a 'true false auto' -d 'Allocate a terminal: true, false, or auto where there is one'
complete -c dynrun -n '__dynrun_at ""' -l entrypoint -r -f -d 'Overwrite the image\'s entrypoint'
complete -c dynrun -n '__dynrun_at ""' -s w -l workdir -r -f -d 'Working directory inside the container'
complete -c dynrun -n '__dynrun_at ""' -s u -l user -r -f -d 'User, and group, that the command runs as'
complete -c dynrun -n '__dynrun_at ""' -l group-add -r -f -d 'Add the user to a further group'
complete -c dynrun -n '__dynrun_at ""' -l reset -r -f -a 'service image name detach interactive tty entrypoint workdir user group-add reset network publish publish-service publish-ip expose create-network hostname add-host dns dns-option dns-search ip ip6 network-alias link mac-address env env-file volume shm-size memory cpus ulimit gpus runtime privileged cap-add cap-drop ipc rm restart init pull label' -d 'Drop what lower layers said of an option, by its name'
complete -c dynrun -n '__dynrun_at ""' -l network -l net -r -f -a 'host bridge none (__dynrun_begun container:)' -d 'Connect to a network: host, bridge, none, container:NAME, or a network\'s name'
complete -c dynrun -n '__dynrun_at ""' -s p -l publish -l port -r -f -d 'Publish a container\'s port on the host'
complete -c dynrun -n '__dynrun_at ""' -l publish-service -f -a 'true false' -d 'Publish every port that the service listens on'
complete -c dynrun -n '__dynrun_at ""' -l publish-ip -r -f -d 'Address on which ports are published that name none'
complete -c dynrun -n '__dynrun_at ""' -l expose -r -f -d 'Expose a port, without publishing it'
complete -c dynrun -n '__dynrun_at ""' -l create-network -f -a 'true false' -d 'Create the network if it is missing, as the configuration declares it'
complete -c dynrun -n '__dynrun_at ""' -s h -l hostname -r -f -d 'Host name of the container'
complete -c dynrun -n '__dynrun_at ""' -l add-host -r -f -d 'Add a host to the container\'s /etc/hosts'
complete -c dynrun -n '__dynrun_at ""' -l dns -r -f -d 'Server to resolve names with'
complete -c dynrun -n '__dynrun_at ""' -l dns-option -l dns-opt -r -f -d 'Option for the resolver'
complete -c dynrun -n '__dynrun_at ""' -l dns-search -r -f -d 'Domain to search names in'
complete -c dynrun -n '__dynrun_at ""' -l ip -r -f -d 'IPv4 address on the network'
complete -c dynrun -n '__dynrun_at ""' -l ip6 -r -f -d 'IPv6 address on the network'
complete -c dynrun -n '__dynrun_at ""' -l network-alias -l net-alias -r -f -d 'Further name of the container on the network'
complete -c dynrun -n '__dynrun_at ""' -l link -r -f -d 'Link to another container'
complete -c dynrun -n '__dynrun_at ""' -l mac-address -r -f -d 'MAC address on the network'
complete -c dynrun -n '__dynrun_at ""' -s e -l env -r -f -d 'Set a variable, or forward it by its name'
complete -c dynrun -n '__dynrun_at ""' -l env-file -r -F -d 'Read variables from a file'
complete -c dynrun -n '__dynrun_at ""' -s v -l volume -r -F -d 'Mount a folder of the host or a volume'
complete -c dynrun -n '__dynrun_at ""' -l shm-size -r -f -d 'Size of /dev/shm'
complete -c dynrun -n '__dynrun_at ""' -s m -l memory -r -f -d 'Limit of memory'
complete -c dynrun -n '__dynrun_at ""' -l cpus -r -f -d 'Number of processors'
complete -c dynrun -n '__dynrun_at ""' -l ulimit -r -f -d 'Limit of a resource, soft and hard'
complete -c dynrun -n '__dynrun_at ""' -l gpus -r -f -a 'all none auto' -d 'GPUs to hand to the container'
complete -c dynrun -n '__dynrun_at ""' -l runtime -r -f -d 'Runtime of the container'
complete -c dynrun -n '__dynrun_at ""' -l privileged -f -a 'true false' -d 'Give the container every right on the host'
complete -c dynrun -n '__dynrun_at ""' -l cap-add -r -f -a 'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL' -d 'Add a capability'
complete -c dynrun -n '__dynrun_at ""' -l cap-drop -r -f -a 'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL' -d 'Drop a capability'
complete -c dynrun -n '__dynrun_at ""' -l ipc -r -f -a 'none private shareable host (__dynrun_begun container:)' -d 'Namespace for shared memory and semaphores'
complete -c dynrun -n '__dynrun_at ""' -l rm -f -a 'true false' -d 'Remove the container when it ends'
complete -c dynrun -n '__dynrun_at ""' -l restart -r -f -a 'no always unless-stopped on-failure' -d 'Restart the container when it ends: no, on-failure, always, unless-stopped'
complete -c dynrun -n '__dynrun_at ""' -l init -f -a 'true false' -d 'Run an init process that forwards signals and reaps processes'
complete -c dynrun -n '__dynrun_at ""' -l pull -r -f -a 'always missing never' -d 'When to pull the image: missing, always, never'
complete -c dynrun -n '__dynrun_at ""' -s l -l label -r -f -d 'Set a label'
complete -c dynrun -n '__dynrun_at ""' -l config -r -F -d 'Read a further configuration file'
complete -c dynrun -n '__dynrun_at ""' -l profile -r -f -a 'bare ci dev prod' -d 'Profile: dev, ci, prod, bare, or one of the configuration'
complete -c dynrun -n '__dynrun_at ""' -l context -r -f -d 'Docker context whose engine is used'
complete -c dynrun -n '__dynrun_at ""' -l host -r -f -d 'Address of the engine: unix:///PATH or tcp://HOST:PORT'
complete -c dynrun -n '__dynrun_at ""' -l log-level -r -f -a 'error warn info debug trace' -d 'How much to say: error, warn, info, debug, trace'
complete -c dynrun -n '__dynrun_at ""' -l trust -d 'Follow the project\'s file in everything, for this call'
complete -c dynrun -n '__dynrun_at ""' -l dry-run -f -a 'offline engine' -d 'Print the equivalent docker run line in place of launching'
complete -c dynrun -n '__dynrun_at ""' -l format -r -f -a 'text json' -d 'Print results as text or json'
complete -c dynrun -n '__dynrun_at ""' -l report -r -F -d 'Write a report of the launch as JSON'
complete -c dynrun -n '__dynrun_at ""' -l help -d 'Print help'
complete -c dynrun -n '__dynrun_at ""' -s V -l version -d 'Print the version'
complete -c dynrun -n '__dynrun_at run' -l service -r -f -a 'elrar etcd gateway nats' -d 'Service to launch, by its name in the configuration'
complete -c dynrun -n '__dynrun_at run' -l image -r -f -d 'Image to run'
complete -c dynrun -n '__dynrun_at run' -l name -r -f -d 'Name of the container'
complete -c dynrun -n '__dynrun_at run' -s d -l detach -f -a 'true false' -d 'Run in the background and print the container\'s id'
complete -c dynrun -n '__dynrun_at run' -s i -l interactive -f -a 'true false' -d 'Keep standard input open'
complete -c dynrun -n '__dynrun_at run' -s t -l tty -f -a 'true false auto' -d 'Allocate a terminal: true, false, or auto where there is one'
complete -c dynrun -n '__dynrun_at run' -l entrypoint -r -f -d 'Overwrite the image\'s entrypoint'
complete -c dynrun -n '__dynrun_at run' -s w -l workdir -r -f -d 'Working directory inside the container'
complete -c dynrun -n '__dynrun_at run' -s u -l user -r -f -d 'User, and group, that the command runs as'
complete -c dynrun -n '__dynrun_at run' -l group-add -r -f -d 'Add the user to a further group'
complete -c dynrun -n '__dynrun_at run' -l reset -r -f -a 'service image name detach interactive tty entrypoint workdir user group-add reset network publish publish-service publish-ip expose create-network hostname add-host dns dns-option dns-search ip ip6 network-alias link mac-address env env-file volume shm-size memory cpus ulimit gpus runtime privileged cap-add cap-drop ipc rm restart init pull label' -d 'Drop what lower layers said of an option, by its name'
complete -c dynrun -n '__dynrun_at run' -l network -l net -r -f -a 'host bridge none (__dynrun_begun container:)' -d 'Connect to a network: host, bridge, none, container:NAME, or a network\'s name'
complete -c dynrun -n '__dynrun_at run' -s p -l publish -l port -r -f -d 'Publish a container\'s port on the host'
complete -c dynrun -n '__dynrun_at run' -l publish-service -f -a 'true false' -d 'Publish every port that the service listens on'
complete -c dynrun -n '__dynrun_at run' -l publish-ip -r -f -d 'Address on which ports are published that name none'
complete -c dynrun -n '__dynrun_at run' -l expose -r -f -d 'Expose a port, without publishing it'
complete -c dynrun -n '__dynrun_at run' -l create-network -f -a 'true false' -d 'Create the network if it is missing, as the configuration declares it'
complete -c dynrun -n '__dynrun_at run' -s h -l hostname -r -f -d 'Host name of the container'
complete -c dynrun -n '__dynrun_at run' -l add-host -r -f -d 'Add a host to the container\'s /etc/hosts'
complete -c dynrun -n '__dynrun_at run' -l dns -r -f -d 'Server to resolve names with'
complete -c dynrun -n '__dynrun_at run' -l dns-option -l dns-opt -r -f -d 'Option for the resolver'
complete -c dynrun -n '__dynrun_at run' -l dns-search -r -f -d 'Domain to search names in'
complete -c dynrun -n '__dynrun_at run' -l ip -r -f -d 'IPv4 address on the network'
complete -c dynrun -n '__dynrun_at run' -l ip6 -r -f -d 'IPv6 address on the network'
complete -c dynrun -n '__dynrun_at run' -l network-alias -l net-alias -r -f -d 'Further name of the container on the network'
complete -c dynrun -n '__dynrun_at run' -l link -r -f -d 'Link to another container'
complete -c dynrun -n '__dynrun_at run' -l mac-address -r -f -d 'MAC address on the network'
complete -c dynrun -n '__dynrun_at run' -s e -l env -r -f -d 'Set a variable, or forward it by its name'
complete -c dynrun -n '__dynrun_at run' -l env-file -r -F -d 'Read variables from a file'
complete -c dynrun -n '__dynrun_at run' -s v -l volume -r -F -d 'Mount a folder of the host or a volume'
complete -c dynrun -n '__dynrun_at run' -l shm-size -r -f -d 'Size of /dev/shm'
complete -c dynrun -n '__dynrun_at run' -s m -l memory -r -f -d 'Limit of memory'
complete -c dynrun -n '__dynrun_at run' -l cpus -r -f -d 'Number of processors'
complete -c dynrun -n '__dynrun_at run' -l ulimit -r -f -d 'Limit of a resource, soft and hard'
complete -c dynrun -n '__dynrun_at run' -l gpus -r -f -a 'all none auto' -d 'GPUs to hand to the container'
complete -c dynrun -n '__dynrun_at run' -l runtime -r -f -d 'Runtime of the container'
complete -c dynrun -n '__dynrun_at run' -l privileged -f -a 'true false' -d 'Give the container every right on the host'
complete -c dynrun -n '__dynrun_at run' -l cap-add -r -f -a 'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL' -d 'Add a capability'
complete -c dynrun -n '__dynrun_at run' -l cap-drop -r -f -a 'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL' -d 'Drop a capability'
complete -c dynrun -n '__dynrun_at run' -l ipc -r -f -a 'none private shareable host (__dynrun_begun container:)' -d 'Namespace for shared memory and semaphores'
complete -c dynrun -n '__dynrun_at run' -l rm -f -a 'true false' -d 'Remove the container when it ends'
complete -c dynrun -n '__dynrun_at run' -l restart -r -f -a 'no always unless-stopped on-failure' -d 'Restart the container when it ends: no, on-failure, always, unless-stopped'
complete -c dynrun -n '__dynrun_at run' -l init -f -a 'true false' -d 'Run an init process that forwards signals and reaps processes'
complete -c dynrun -n '__dynrun_at run' -l pull -r -f -a 'always missing never' -d 'When to pull the image: missing, always, never'
complete -c dynrun -n '__dynrun_at run' -s l -l label -r -f -d 'Set a label'
complete -c dynrun -n '__dynrun_at run' -l config -r -F -d 'Read a further configuration file'
complete -c dynrun -n '__dynrun_at run' -l profile -r -f -a 'bare ci dev prod' -d 'Profile: dev, ci, prod, bare, or one of the configuration'
complete -c dynrun -n '__dynrun_at run' -l context -r -f -d 'Docker context whose engine is used'
complete -c dynrun -n '__dynrun_at run' -l host -r -f -d 'Address of the engine: unix:///PATH or tcp://HOST:PORT'
complete -c dynrun -n '__dynrun_at run' -l log-level -r -f -a 'error warn info debug trace' -d 'How much to say: error, warn, info, debug, trace'
complete -c dynrun -n '__dynrun_at run' -l trust -d 'Follow the project\'s file in everything, for this call'
complete -c dynrun -n '__dynrun_at run' -l dry-run -f -a 'offline engine' -d 'Print the equivalent docker run line in place of launching'
complete -c dynrun -n '__dynrun_at run' -l format -r -f -a 'text json' -d 'Print results as text or json'
complete -c dynrun -n '__dynrun_at run' -l report -r -F -d 'Write a report of the launch as JSON'
complete -c dynrun -n '__dynrun_at run' -l help -d 'Print help'
complete -c dynrun -n '__dynrun_at run 0' -a 'elrar etcd gateway nats'
complete -c dynrun -n '__dynrun_at config' -l service -r -f -a 'elrar etcd gateway nats' -d 'Service to launch, by its name in the configuration'
complete -c dynrun -n '__dynrun_at config' -l image -r -f -d 'Image to run'
complete -c dynrun -n '__dynrun_at config' -l name -r -f -d 'Name of the container'
complete -c dynrun -n '__dynrun_at config' -s d -l detach -f -a 'true false' -d 'Run in the background and print the container\'s id'
complete -c dynrun -n '__dynrun_at config' -s i -l interactive -f -a 'true false' -d 'Keep standard input open'
complete -c dynrun -n '__dynrun_at config' -s t -l tty -f -a 'true false auto' -d 'Allocate a terminal: true, false, or auto where there is one'
complete -c dynrun -n '__dynrun_at config' -l entrypoint -r -f -d 'Overwrite the image\'s entrypoint'
complete -c dynrun -n '__dynrun_at config' -s w -l workdir -r -f -d 'Working directory inside the container'
complete -c dynrun -n '__dynrun_at config' -s u -l user -r -f -d 'User, and group, that the command runs as'
complete -c dynrun -n '__dynrun_at config' -l group-add -r -f -d 'Add the user to a further group'
complete -c dynrun -n '__dynrun_at config' -l reset -r -f -a 'service image name detach interactive tty entrypoint workdir user group-add reset network publish publish-service publish-ip expose create-network hostname add-host dns dns-option dns-search ip ip6 network-alias link mac-address env env-file volume shm-size memory cpus ulimit gpus runtime privileged cap-add cap-drop ipc rm restart init pull label' -d 'Drop what lower layers said of an option, by its name'
complete -c dynrun -n '__dynrun_at config' -l network -l net -r -f -a 'host bridge none (__dynrun_begun container:)' -d 'Connect to a network: host, bridge, none, container:NAME, or a network\'s name'
complete -c dynrun -n '__dynrun_at config' -s p -l publish -l port -r -f -d 'Publish a container\'s port on the host'
complete -c dynrun -n '__dynrun_at config' -l publish-service -f -a 'true false' -d 'Publish every port that the service listens on'
complete -c dynrun -n '__dynrun_at config' -l publish-ip -r -f -d 'Address on which ports are published that name none'
complete -c dynrun -n '__dynrun_at config' -l expose -r -f -d 'Expose a port, without publishing it'
complete -c dynrun -n '__dynrun_at config' -l create-network -f -a 'true false' -d 'Create the network if it is missing, as the configuration declares it'
complete -c dynrun -n '__dynrun_at config' -s h -l hostname -r -f -d 'Host name of the container'
complete -c dynrun -n '__dynrun_at config' -l add-host -r -f -d 'Add a host to the container\'s /etc/hosts'
complete -c dynrun -n '__dynrun_at config' -l dns -r -f -d 'Server to resolve names with'
complete -c dynrun -n '__dynrun_at config' -l dns-option -l dns-opt -r -f -d 'Option for the resolver'
complete -c dynrun -n '__dynrun_at config' -l dns-search -r -f -d 'Domain to search names in'
complete -c dynrun -n '__dynrun_at config' -l ip -r -f -d 'IPv4 address on the network'
complete -c dynrun -n '__dynrun_at config' -l ip6 -r -f -d 'IPv6 address on the network'
complete -c dynrun -n '__dynrun_at config' -l network-alias -l net-alias -r -f -d 'Further name of the container on the network'
complete -c dynrun -n '__dynrun_at config' -l link -r -f -d 'Link to another container'
complete -c dynrun -n '__dynrun_at config' -l mac-address -r -f -d 'MAC address on the network'
complete -c dynrun -n '__dynrun_at config' -s e -l env -r -f -d 'Set a variable, or forward it by its name'
complete -c dynrun -n '__dynrun_at config' -l env-file -r -F -d 'Read variables from a file'
complete -c dynrun -n '__dynrun_at config' -s v -l volume -r -F -d 'Mount a folder of the host or a volume'
complete -c dynrun -n '__dynrun_at config' -l shm-size -r -f -d 'Size of /dev/shm'
complete -c dynrun -n '__dynrun_at config' -s m -l memory -r -f -d 'Limit of memory'
complete -c dynrun -n '__dynrun_at config' -l cpus -r -f -d 'Number of processors'
complete -c dynrun -n '__dynrun_at config' -l ulimit -r -f -d 'Limit of a resource, soft and hard'
complete -c dynrun -n '__dynrun_at config' -l gpus -r -f -a 'all none auto' -d 'GPUs to hand to the container'
complete -c dynrun -n '__dynrun_at config' -l runtime -r -f -d 'Runtime of the container'
complete -c dynrun -n '__dynrun_at config' -l privileged -f -a 'true false' -d 'Give the container every right on the host'
complete -c dynrun -n '__dynrun_at config' -l cap-add -r -f -a 'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL' -d 'Add a capability'
complete -c dynrun -n '__dynrun_at config' -l cap-drop -r -f -a 'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE ALL' -d 'Drop a capability'
complete -c dynrun -n '__dynrun_at config' -l ipc -r -f -a 'none private shareable host (__dynrun_begun container:)' -d 'Namespace for shared memory and semaphores'
complete -c dynrun -n '__dynrun_at config' -l rm -f -a 'true false' -d 'Remove the container when it ends'
complete -c dynrun -n '__dynrun_at config' -l restart -r -f -a 'no always unless-stopped on-failure' -d 'Restart the container when it ends: no, on-failure, always, unless-stopped'
complete -c dynrun -n '__dynrun_at config' -l init -f -a 'true false' -d 'Run an init process that forwards signals and reaps processes'
complete -c dynrun -n '__dynrun_at config' -l pull -r -f -a 'always missing never' -d 'When to pull the image: missing, always, never'
complete -c dynrun -n '__dynrun_at config' -s l -l label -r -f -d 'Set a label'
complete -c dynrun -n '__dynrun_at config' -l config -r -F -d 'Read a further configuration file'
complete -c dynrun -n '__dynrun_at config' -l profile -r -f -a 'bare ci dev prod' -d 'Profile: dev, ci, prod, bare, or one of the configuration'
complete -c dynrun -n '__dynrun_at config' -l context -r -f -d 'Docker context whose engine is used'
complete -c dynrun -n '__dynrun_at config' -l host -r -f -d 'Address of the engine: unix:///PATH or tcp://HOST:PORT'
complete -c dynrun -n '__dynrun_at config' -l log-level -r -f -a 'error warn info debug trace' -d 'How much to say: error, warn, info, debug, trace'
complete -c dynrun -n '__dynrun_at config' -l trust -d 'Follow the project\'s file in everything, for this call'
complete -c dynrun -n '__dynrun_at config' -l dry-run -f -a 'offline engine' -d 'Print the equivalent docker run line in place of launching'
complete -c dynrun -n '__dynrun_at config' -l format -r -f -a 'text json' -d 'Print results as text or json'
complete -c dynrun -n '__dynrun_at config' -l report -r -F -d 'Write a report of the launch as JSON'
complete -c dynrun -n '__dynrun_at config' -l origin -d 'Print where each value was said'
complete -c dynrun -n '__dynrun_at config' -l help -d 'Print help'
complete -c dynrun -n '__dynrun_at config 0' -a 'elrar etcd gateway nats'
complete -c dynrun -n '__dynrun_at config 1' -a 'service image name detach interactive tty entrypoint workdir user group-add reset network publish publish-service publish-ip expose create-network hostname add-host dns dns-option dns-search ip ip6 network-alias link mac-address env env-file volume shm-size memory cpus ulimit gpus runtime privileged cap-add cap-drop ipc rm restart init pull label'
complete -c dynrun -n '__dynrun_at stop' -s t -l time -r -f -d 'Seconds between SIGTERM and SIGKILL; -1 waits for ever'
complete -c dynrun -n '__dynrun_at stop' -l config -r -F -d 'Read a further configuration file'
complete -c dynrun -n '__dynrun_at stop' -l profile -r -f -a 'bare ci dev prod' -d 'Profile: dev, ci, prod, bare, or one of the configuration'
complete -c dynrun -n '__dynrun_at stop' -l context -r -f -d 'Docker context whose engine is used'
complete -c dynrun -n '__dynrun_at stop' -l host -r -f -d 'Address of the engine: unix:///PATH or tcp://HOST:PORT'
complete -c dynrun -n '__dynrun_at stop' -l log-level -r -f -a 'error warn info debug trace' -d 'How much to say: error, warn, info, debug, trace'
complete -c dynrun -n '__dynrun_at stop' -l format -r -f -a 'text json' -d 'Print results as text or json'
complete -c dynrun -n '__dynrun_at stop' -l help -d 'Print help'
complete -c dynrun -n '__dynrun_at probe' -l engine-id -r -f -d 'Send a state in the name of this engine; may be repeated'
complete -c dynrun -n '__dynrun_at probe' -l timeout -r -f -d 'How long to wait for the states to show up'
complete -c dynrun -n '__dynrun_at probe' -l config -r -F -d 'Read a further configuration file'
complete -c dynrun -n '__dynrun_at probe' -l profile -r -f -a 'bare ci dev prod' -d 'Profile: dev, ci, prod, bare, or one of the configuration'
complete -c dynrun -n '__dynrun_at probe' -l context -r -f -d 'Docker context whose engine is used'
complete -c dynrun -n '__dynrun_at probe' -l host -r -f -d 'Address of the engine: unix:///PATH or tcp://HOST:PORT'
complete -c dynrun -n '__dynrun_at probe' -l log-level -r -f -a 'error warn info debug trace' -d 'How much to say: error, warn, info, debug, trace'
complete -c dynrun -n '__dynrun_at probe' -l format -r -f -a 'text json' -d 'Print results as text or json'
complete -c dynrun -n '__dynrun_at probe' -l help -d 'Print help'
complete -c dynrun -n '__dynrun_at probe 0' -a 'gateway'
complete -c dynrun -n '__dynrun_at explain' -l help -d 'Print help'
complete -c dynrun -n '__dynrun_at explain 0' -a 'usage unknown-verb unknown-option bad-value toml-syntax unknown-key wrong-type interpolation secret-exposed config-unreadable config-ignored untrusted unknown-variable variable-unset env-file unknown-service unknown-profile profile-cycle not-yet no-image no-command dead-publish network-option restart-removed engine-address engine-context engine-unreachable engine-denied engine-silent engine-version engine-error engine-warning engine-lost image-missing binary-not-static architecture name-taken port-taken network-missing network-unknown network-differs network-target command-not-found command-not-invocable output-closed output-lost cleanup-failed interrupted no-container probe-failed report-file gateway-settings internal'
complete -c dynrun -n '__dynrun_at completions' -l help -d 'Print help'
complete -c dynrun -n '__dynrun_at completions 0' -a 'bash zsh fish elvish powershell'
complete -c dynrun -n '__dynrun_at state-gateway' -l help -d 'Print help'
