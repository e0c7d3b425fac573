//! The codes of findings. Names are stable: scripts compare them, and `dynrun explain CODE` tells more.

use std::fmt;

/// What `dynrun explain` says of a code.
#[derive(Debug)]
pub struct Explanation {
    /// The code.
    pub code: Code,
    /// Why it happens.
    pub cause: &'static str,
    /// A line for a shell that produces it, with `$BUSYBOX` for an image where one is needed. None for what only a
    /// broken engine, another machine or another build brings about.
    pub example: Option<&'static str>,
    /// What mends it.
    pub fix: &'static str,
}

macro_rules! codes {
    ($( $variant:ident = $name:literal { $cause:literal, $example:literal, $fix:literal } )+) => {
        /// The name of a finding.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $( #[doc = $cause] $variant, )+
        }

        impl Code {
            /// The code as it is printed: `port-taken`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => $name, )+ }
            }

            /// Whether it says that something cannot be told, as codes of that ending do.
            #[must_use]
            pub fn is_unknown(self) -> bool {
                self.name().ends_with("-unknown")
            }
        }

        /// Every code, with its explanation.
        pub const CODES: &[Explanation] = &[
            $( Explanation {
                code: Code::$variant,
                cause: $cause,
                example: example($example),
                fix: $fix,
            }, )+
        ];
    };
}

codes! {
    Usage = "usage" {
        "The command line does not follow the grammar: an option stands before the verb, a value is missing, or an argument is too many.",
        "dynrun explain one two",
        "`dynrun VERB --help` prints the verb's options and arguments."
    }
    UnknownVerb = "unknown-verb" {
        "The first word of the command line is no verb.",
        "dynrun rnu",
        "`dynrun --help` lists the verbs. A service is launched with `dynrun run SERVICE`."
    }
    UnknownOption = "unknown-option" {
        "No option has this name.",
        "dynrun run --netwrok bridge",
        "`dynrun run --help` lists the options. What belongs to the container's command stands after `--`."
    }
    BadValue = "bad-value" {
        "An option was given a value that it does not take: a port above 65535, a network name with a typing error, a size without a number.",
        "dynrun run --dry-run --network hots",
        "The message says what is wrong and which form is accepted."
    }
    TomlSyntax = "toml-syntax" {
        "A configuration file is not TOML.",
        "echo 'x = = 1' >bad.toml; dynrun config --config bad.toml",
        "The message points at the place. Strings need quotes, and every table's name stands in brackets."
    }
    UnknownStack = "unknown-stack" {
        "No stack, or no group of a stack, has this name.",
        "dynrun up dynmo",
        "The message names the stacks that the configuration knows. A stack is declared with `[stack.NAME]`."
    }
    NeedsCycle = "needs-cycle" {
        "Services need each other in a circle: none of them can be the first. Who launches others is warned.",
        "printf '[service.a]\\nimage = \"i\"\\nneeds = [\"b\"]\\n[service.b]\\nimage = \"i\"\\nneeds = [\"a\"]\\n' >bad.toml; dynrun up a --config bad.toml",
        "Take one of the needs out that the message names."
    }
    StackValue = "stack-value" {
        "Services of a stack that have to agree on a value have different ones.",
        "printf '[stack.s]\\nservices = [\"nebula-scheduler\", \"nebula-node\"]\\n[[stack.s.same]]\\nargument = \"--node-id\"\\nservices = [\"nebula-scheduler\", \"nebula-node\"]\\n[stack.s.service.nebula-node]\\ncommand = [\"nebula-node\", \"--node-id\", \"other\"]\\n' >bad.toml; dynrun up s --config bad.toml",
        "Say the same value in each of the services that the message names, or one variable in all of them."
    }
    StackOption = "stack-option" {
        "An option that names one container, or one port of the host, was given for all services of a stack.",
        "dynrun up nebula --name one",
        "Say it for the service that it is meant for: `[stack.NAME.service.SERVICE]` in a file, or launch that service alone with `dynrun run SERVICE`."
    }
    NotCarriedOver = "not-carried-over" {
        "Something that is imported or exported has no counterpart on the other side, or holds a secret, which no file keeps. All else is carried over.",
        "dynrun import -- docker run -e HF_TOKEN=x app:1",
        "The message says what it is, why nothing comes of it, and what to say in its place."
    }
    NotUnderstood = "not-understood" {
        "What a script launches depends on what only a run of it would tell: the output of a command, a loop, a condition, a change of a text. Nothing is run to import it. Or a file is not of the form that it is to be of.",
        "echo 'docker run --name $(date) app:1' | dynrun import -",
        "Write down what the place comes to, and import again."
    }
    NothingImported = "nothing-imported" {
        "What was to be imported launches nothing that dynrun knows: no line of docker's client or one like it, no call of run.sh, no container, no compose service.",
        "echo 'ls -l' | dynrun import -",
        "`dynrun import --help` lists what can be imported, and how."
    }
    UnknownCheck = "unknown-check" {
        "`--skip` names a check that does not exist.",
        "dynrun run --skip prots --dry-run",
        "`dynrun check --list` names the checks."
    }
    UnknownKey = "unknown-key" {
        "A configuration file says a key that nobody knows.",
        "printf '[service.gateway]\\nnetwrok = \"host\"\\n' >bad.toml; dynrun config --config bad.toml",
        "The message names the nearest known key. Keys are the long names of the options."
    }
    Overridden = "overridden" {
        "What a service's section says of an option does not count, as a profile says another: profiles lie over services, whichever file says it. It is told by `dynrun config` and `dynrun check`, and not by a launch. Or a stack's own network, name and the like lie over it: `dynrun up` tells that, too.",
        "printf '[service.s]\\nimage = \"app:1\"\\nrm = false\\n' >mine.toml; dynrun config s --config mine.toml",
        "Say it where it is to count: in `[profile.P.service.S]`, which lies over both; of a stack, in `[stack.NAME]` or `[stack.NAME.service.S]`."
    }
    SaidTwice = "said-twice" {
        "A section of a configuration file says an option of a single value twice, under two of its names.",
        "printf '[service.gateway]\\nmemory = \"1g\"\\nmem_limit = \"2g\"\\n' >bad.toml; dynrun config --config bad.toml",
        "Keep one of them."
    }
    ManyFaults = "many-faults" {
        "A configuration file has more faults than are told one by one.",
        "(echo '[service.gateway]'; seq -f 'no-key-%g = 1' 200) >bad.toml; dynrun config --config bad.toml",
        "Mend those that are told. So many come of a file that is none of dynrun's."
    }
    WrongType = "wrong-type" {
        "A configuration file gives a key another type than it takes: a list for a single value, a string for true or false.",
        "printf '[service.gateway]\\ncommands = 1\\n' >bad.toml; dynrun config --config bad.toml",
        "The message says which type the key takes."
    }
    Interpolation = "interpolation" {
        "A string of a configuration file names a variable that is not set, or something that is not known, in `${...}`.",
        "printf '[service.gateway]\\nname = \"${env.NOT_SET_HERE}\"\\n' >bad.toml; dynrun config --config bad.toml",
        "Set the variable, give a default with `${env.NAME:-default}`, or write `$${` where `${` itself is meant."
    }
    SecretExposed = "secret-exposed" {
        "A value that would be printed is made from a variable that holds a secret.",
        "printf '[service.gateway]\\nname = \"${env.HF_TOKEN}\"\\n' >bad.toml; HF_TOKEN=x dynrun config --config bad.toml",
        "Forward the variable by its name: `env = [\"HF_TOKEN\"]`."
    }
    ConfigUnreadable = "config-unreadable" {
        "A configuration file cannot be read: it is missing though it was named, it is no regular file, it is larger than 1 MiB, or it is not UTF-8.",
        "dynrun config --config /nonexistent.toml",
        "Name a file that exists and that you may read."
    }
    ConfigIgnored = "config-ignored" {
        "A `dynrun.toml` was found that somebody else owns, that others may write to, or that is a link out of its repository. It is not read.",
        "touch dynrun.toml; chmod 666 dynrun.toml; dynrun config gateway",
        "Make it yours, and writable by you alone."
    }
    Untrusted = "untrusted" {
        "The project's `dynrun.toml` asks for something that reaches beyond the container: privileges, namespaces of the host or of another container, paths outside the project, capabilities, devices, weaker confinement, variables of the caller, an image to build, or waivers. Or it says what runs (image, entrypoint, workdir, user, group-add, env, env-file, volume, hf-home, hf-target) in a container to which dynrun's own profile gives such powers. Or it takes back how your own file confines it: user, capabilities, security options, read-only, network, limits, the default profile. A project file may be a stranger's, so nothing of it is done.",
        "printf '[service.gateway]\\nprivileged = true\\n' >dynrun.toml; dynrun run gateway --dry-run",
        "Read the file. Then `--trust` follows it for one call, and `trusted = [\"FOLDER\"]` in your own configuration for ever."
    }
    UnknownVariable = "unknown-variable" {
        "A variable in the environment starts with DYNRUN_ and is none of dynrun's.",
        "DYNRUN_NETWROK=host dynrun config gateway",
        "The variables are the options' names in capitals: DYNRUN_NETWORK, DYNRUN_ENV_FILE."
    }
    VariableUnset = "variable-unset" {
        "A variable is to be forwarded by its name, and it is not set.",
        "dynrun run gateway --dry-run -e NOT_SET_HERE",
        "Export it, or say its value: `-e NAME=VALUE`."
    }
    EnvFile = "env-file" {
        "An environment file, or a file of labels, cannot be read, or one of its lines is none of `NAME=VALUE`, `NAME`, `# comment`. Its contents are never printed.",
        "echo 'export A=1' >env; dynrun run gateway --dry-run --env-file env",
        "The dialect is docker's: no `export`, no quotes around values, no spaces in names."
    }
    QuotesKept = "quotes-kept" {
        "Values of an environment file stand in quotes. Docker's dialect knows none: they are a part of the value, and the program in the container gets them.",
        "echo 'A=\"1\"' >env; dynrun run gateway --dry-run --env-file env",
        "Leave the quotes out. Or call the file `.env` and say `--dotenv`, which reads compose's dialect."
    }
    SeccompProfile = "seccomp-profile" {
        "The file of a seccomp profile cannot be read, or is not JSON.",
        "dynrun run --dry-run --image app:1 --security-opt seccomp=missing.json",
        "The message names the file. `seccomp=builtin` is the engine's own profile, `seccomp=unconfined` is none."
    }
    UnknownService = "unknown-service" {
        "No configuration file describes a service of this name.",
        "dynrun run gatway --dry-run",
        "The message lists the services. An image of your own is launched with `--image`."
    }
    UnknownProfile = "unknown-profile" {
        "No configuration file describes a profile of this name.",
        "dynrun run --profile prd --dry-run",
        "The message lists the profiles."
    }
    ProfileCycle = "profile-cycle" {
        "A profile extends, in the end, itself.",
        "printf '[profile.a]\\nextends = \"b\"\\n[profile.b]\\nextends = \"a\"\\n' >bad.toml; dynrun config --config bad.toml --profile a",
        "Take one of the `extends` out."
    }
    WhenCycle = "when-cycle" {
        "Sections of `when` take each other back: what one says makes another hold, which undoes what the first one needs.",
        "printf '[service.x]\\nimage = \"x\"\\ndetach = true\\n[service.x.when.detach.true]\\ndetach = false\\n' >bad.toml; dynrun run x --config bad.toml --dry-run",
        "Take the option out of one of the sections."
    }
    NotYet = "not-yet" {
        "The verb is known, and this dynrun was built without it: `probe` and `state-gateway` need the gateway.",
        "",
        "Use a build with the feature `gateway`, which is on unless it is switched off."
    }
    NotATerminal = "not-a-terminal" {
        "A terminal was asked for in the foreground, and standard input is none: it is a pipe, a file or closed.",
        "echo | dynrun run --image x -t -- sh",
        "Leave `-t` out: with `-i`, standard input reaches the command as it is. Or say `--tty=auto`."
    }
    AttachDetached = "attach-detached" {
        "A stream of the container was to be attached, and the container to run in the background, where nobody is attached.",
        "dynrun run --image x --dry-run -d -a stdout",
        "Leave `-d` or `-a` out. `docker logs` shows later what a container in the background has written."
    }
    NoImage = "no-image" {
        "Neither a service nor an option says which image to run.",
        "dynrun run --profile bare --dry-run",
        "Name a service, or say `--image IMAGE`."
    }
    NoCommand = "no-command" {
        "The service's image holds one program and no shell, and a command was given.",
        "dynrun run gateway --dry-run -- ls",
        "Run the command in an image that has it: `dynrun run --image IMAGE -- COMMAND`."
    }
    DeadPublish = "dead-publish" {
        "A port is published where publishing does nothing: in host mode, without a network, or in another container's network. Docker accepts the first two in silence.",
        "dynrun run gateway --dry-run --network none -p 9999:9999/udp",
        "Leave it out, or give the container a network that can publish: `--network bridge`."
    }
    NetworkOption = "network-option" {
        "An option has no meaning in the container's network: a fixed address on the default bridge, a host name in another container's network. Or a network is declared as the engine cannot make it: a gateway outside of its subnets, a driver that the engine does not have.",
        "dynrun run gateway --dry-run --network bridge --ip 172.17.0.9",
        "Leave it out, or name a network of your own: `--network NAME --create-network`."
    }
    HfHome = "hf-home" {
        "The folder that holds the models of the Hugging Face hub is missing and cannot be made, or is none.",
        "dynrun run --framework none --image $BUSYBOX --gpus none --hf-home /proc/nowhere -- true",
        "Name a folder that you may write to, or none: `--hf-home none`."
    }
    HfCacheUnseen = "hf-cache-unseen" {
        "The folder of models is mounted where the container's user does not look for it: every model would be fetched anew, and lost with the container.",
        "dynrun run --framework none --image $BUSYBOX --gpus none --hf-home models -- true",
        "Mount it where the container looks, with `-v`, or set HF_HOME in the container. The message has both lines."
    }
    LimitsConflict = "limits-conflict" {
        "Two limits cannot stand together: more memory is reserved than there may be, swap is limited and memory is not, or the share of processors is said in two ways.",
        "dynrun run --dry-run --image app:1 --memory 512m --memory-reservation 1g",
        "The message names both, and a value that fits."
    }
    MountTwice = "mount-twice" {
        "Two things are to be mounted at one path of the container, which the engine refuses or settles by chance; or one folder is to be made in two ways.",
        "dynrun run --dry-run --image app:1 -v data:/data --tmpfs /data",
        "The message names both. What was said nearer to the caller counts: a flag over a variable, and that over a file."
    }
    MountSourceMissing = "mount-source-missing" {
        "What is to be mounted is not there. Docker would make an empty folder of that name, as root, with every folder above it that is missing. Or it is to be made, and something is in the way of that, which is named.",
        "dynrun run --profile bare --image $BUSYBOX --rm -v ./missing:/data -- true",
        "Make it, or have it made as you: `-v ./missing:/data:create`, or `create` in `--mount`."
    }
    MountSourceKind = "mount-source-kind" {
        "What is to be mounted is of another kind than its place: a file where a folder is wanted, a folder where a file is, or a device, a pipe or a socket, which a container may not be able to use.",
        "touch settings; dynrun run --profile bare --image $BUSYBOX --rm -v ./settings:/data/ -- true",
        "The message names both. Mount the folder that the file is in, or the file over a file."
    }
    MountOwner = "mount-owner" {
        "A folder was to be made for an owner whom the caller may not give it to, or of whom this machine knows nothing.",
        "dynrun run --profile bare --image $BUSYBOX --rm --mount type=bind,src=./new,dst=/data,create,owner=nosuchuser -- true",
        "Leave `owner` out, name a number, or have the folder made before by root."
    }
    MountAsFound = "mount-as-found" {
        "A folder was to be made with a mode or for an owner, and is there already, with another one. It is mounted as it is: what is there is never changed.",
        "mkdir -m 700 -p kept; dynrun run --profile bare --image $BUSYBOX --rm --mount type=bind,src=./kept,dst=/data,create,mode=0755 -- true",
        "Change it yourself, if it is yours: `chmod`, `chown`. Or leave `mode` and `owner` out."
    }
    MountAccess = "mount-access" {
        "The container's user may not read what is mounted, or may not write to it where it is mounted to be written to.",
        "mkdir -m 700 -p private; dynrun run --profile bare --image $BUSYBOX --rm --user 65532:65532 -v ./private:/data -- true",
        "Run the command as the owner, give the rights, or mount it read-only: `:ro`."
    }
    MountRootOwned = "mount-root-owned" {
        "The command runs as root and writes into a folder of the caller's: what it makes there is root's, and the caller can neither change nor remove it.",
        "",
        "Run it as yourself: `--user $(id -u):$(id -g)`, or mount the folder read-only."
    }
    VolumeOrFolder = "volume-or-folder" {
        "A name without a slash is a volume of the engine's, and there is a folder or file of that name here, too.",
        "mkdir -p data; dynrun run --dry-run --image app:1 -v data:/data",
        "Write the folder with its slash: `-v ./data:/data`."
    }
    SelinuxLabel = "selinux-label" {
        "The engine confines containers with SELinux, and a path of the host is mounted without a label that containers may read.",
        "",
        "Have it labelled: `:z` for all containers, `:Z` for this one alone."
    }
    SelinuxRelabel = "selinux-relabel" {
        "`z` or `Z` would label anew a folder that the host's own programs or other users share, which can lock them out of it.",
        "",
        "Mount a folder of its own, or leave the label out and say `--security-opt label=disable`."
    }
    SetForHost = "set-for-host" {
        "Something is to be set in a namespace that the container shares with the host: it would be set for the host, which the runtime refuses.",
        "dynrun run --dry-run --image app:1 --network host --sysctl net.ipv4.ip_forward=1",
        "Set it on the host, or give the container a namespace of its own."
    }
    HealthConflict = "health-conflict" {
        "The health check is switched off, and said how to be.",
        "dynrun run --dry-run --image app:1 --no-healthcheck --health-cmd true",
        "Leave one out."
    }
    SocketMissing = "socket-missing" {
        "`--use-api-socket` hands the engine's socket to the container, and the engine has none in this machine's files.",
        "dynrun run --dry-run --image app:1 --host tcp://127.0.0.1:2375 --use-api-socket",
        "Name the engine by its socket: --host unix:///PATH."
    }
    ShmIgnored = "shm-ignored" {
        "A size of /dev/shm is asked for, and the host's own is shared.",
        "dynrun run --image x --dry-run --ipc host --shm-size 1g",
        "Leave `--shm-size` out, or give the container its own: `--ipc private`."
    }
    HostnameCase = "hostname-case" {
        "The container's host name has upper-case letters. The engine takes it; Kubernetes and Kuscia take lower case alone, and a name that is compared letter by letter is another one.",
        "dynrun run --image app:1 --hostname Alice --dry-run",
        "Say it in lower case."
    }
    RestartRemoved = "restart-removed" {
        "A container was asked both to restart and to be removed at its end.",
        "dynrun run gateway --dry-run --rm --restart always",
        "Leave one of the two out."
    }
    UnknownRule = "unknown-rule" {
        "A configuration file names a check, a policy or a schema that dynrun does not have, waives what cannot be waived, or has a rule that looks at nothing.",
        "printf '[profile.dev]\\nrefuse = [\"privilegd\"]\\n' >p.toml; dynrun run gateway --dry-run --config p.toml",
        "The message lists what there is."
    }
    VariableValue = "variable-value" {
        "A variable of the service holds what the service cannot read: a port of 0 or above 65535, an address that is none, a word that is neither true nor false.",
        "dynrun run gateway --dry-run -e VLLM_STATE_GATEWAY_NETWORK_MODE=Broadcast",
        "The message says what the variable takes. `dynrun config gateway env` prints the gateway's."
    }
    VariableMissing = "variable-missing" {
        "A variable is not set that the service does not start without, or that it needs because of another.",
        "dynrun run gateway --dry-run --reset env",
        "Say it: `-e NAME=VALUE`."
    }
    VariableNormalised = "variable-normalised" {
        "A variable was said in a form that people read and the service does not: a time with its unit, `yes` for true. The container gets the service's own form.",
        "dynrun run gateway --dry-run -e VLLM_STATE_GATEWAY_STALE_THRESHOLD=2s",
        "Nothing needs to be done."
    }
    VariableIgnored = "variable-ignored" {
        "A variable is set that the service does not look at, because of another.",
        "dynrun run gateway --dry-run --network host -e VLLM_STATE_GATEWAY_NETWORK_MODE=broadcast -e VLLM_STATE_GATEWAY_BIND_ADDRESS=127.0.0.1",
        "Leave it out."
    }
    BindAddress = "bind-address" {
        "The service would bind an address where nobody reaches it. A container has a network of its own: a concrete address in it limits who gets through. Its address is another when the container is made again, or its Pod restarts. And a single address shuts out what comes from other networks. On the host's network, an address of the host is fine, and loopback is for programs of the host alone.",
        "dynrun run gateway --dry-run -e VLLM_STATE_GATEWAY_BIND_ADDRESS=172.17.0.2",
        "Bind `0.0.0.0`, or `::`. Who may reach the service is said where it is published: `--publish-ip 127.0.0.1`."
    }
    LoopbackUrl = "loopback-url" {
        "A variable or an argument leads to `localhost`, `127.0.0.1` or `::1`, and the container has a network of its own: there, loopback is the container itself, and what is called listens elsewhere. Where the service is known to call it, the launch is refused; else it is a warning, as something else in the container may listen.",
        "dynrun run frontend --dry-run --network bridge -e NATS_SERVER=nats://localhost:4222",
        "What listens on the host is called by a name: `--add-host host.docker.internal:host-gateway`, and that name in the URL. Another container is called by its own name on a network that both are on. Or share the host's network: `--network host`."
    }
    BridgeName = "bridge-name" {
        "A URL names its host by one word, as containers are named, and the container is on the default bridge, which has no DNS for the names of containers.",
        "dynrun run frontend --dry-run --network bridge -e NATS_SERVER=nats://nats:4222",
        "Put both containers on a network of your own, `--network NAME`, or say where the name leads: `--add-host NAME:ADDRESS`."
    }
    AdvertisedAddress = "advertised-address" {
        "The service tells others that it is at `0.0.0.0` or `::`. That is an address to listen on: who calls it calls the machine that it is on.",
        "dynrun run etcd --dry-run -e ETCD_ADVERTISE_CLIENT_URLS=http://0.0.0.0:2379",
        "Say an address or a name of the host, or the container's name on a network that the others are on."
    }
    ValuesDiffer = "values-differ" {
        "A variable and an argument of the command are for the same, and say different things. The service goes by the argument.",
        "dynrun run frontend --dry-run -e DYN_HTTP_PORT=8000 -- python3 -m dynamo.frontend --http-port 9000",
        "Leave one of the two out."
    }
    DataLost = "data-lost" {
        "The service keeps its data in a folder that is on no mount, or on one that is read-only, in a container that is meant to stay.",
        "dynrun run mysql --dry-run --rm=false -e MYSQL_ROOT_PASSWORD=x",
        "Keep it on a volume: `-v NAME:FOLDER`."
    }
    OtherNetwork = "other-network" {
        "The other instances of the service look for it on a network of a certain name, and it is launched on another.",
        "dynrun run kuscia-autonomy --dry-run --network bridge",
        "Launch it there: `--network NAME`."
    }
    InternalPort = "internal-port" {
        "A port is published to other machines that the service keeps for programs of its own: whoever reaches it needs no further right.",
        "dynrun run kuscia-autonomy --dry-run -p 8082:8082",
        "Publish it on loopback: `-p 127.0.0.1:8082:8082`."
    }
    ListenTwice = "listen-twice" {
        "Two ports of the service are one, by what its variables and arguments say. The second cannot be opened.",
        "dynrun run inference --gpus none --dry-run -e DYN_HTTP_PORT=8000 -e DYN_SYSTEM_PORT=8000",
        "Give each a port of its own."
    }
    HealthPort = "health-port" {
        "The health check asks a port of the container where the service does not listen: the container never counts as healthy.",
        "dynrun run nats --dry-run --health-cmd 'wget -q http://localhost:8080/health'",
        "Ask the port where it listens. `dynrun ports` knows the ports of the services."
    }
    DevelopmentValue = "development-value" {
        "A profile refuses what a service keeps for development: a token or a password that a guide shows, a mode that trusts everybody.",
        "XTRACE_TOKEN=x dynrun run nebula-bff --profile prod --dry-run -e XTRACE_AUTH_MODE=internal",
        "Say what production has. Or waive it, in your own configuration: `profile.prod.allow = [{ code = \"development-value\", reason = \"WHY\" }]`."
    }
    BroadcastNetwork = "broadcast-network" {
        "The service waits for broadcasts of the LAN, and its network is none where they arrive: a bridge is behind the host, which routes, and routers pass no broadcast on.",
        "dynrun run gateway --dry-run --network bridge -e VLLM_STATE_GATEWAY_NETWORK_MODE=broadcast",
        "Put it on the host's network: `--network host`. Or have the engines send to its address: unicast."
    }
    LogLost = "log-lost" {
        "The service writes a log to a file that lies on no mount of the container, or on one that is read-only: it goes with the container, or is never written.",
        "dynrun run gateway --dry-run -e VLLM_STATE_GATEWAY_ENABLE_LOG=true",
        "Mount a volume where the file lies: `-v states:/data`."
    }
    PublishProtocol = "publish-protocol" {
        "A port is published for another protocol than the service listens with. Without a word for it, docker publishes TCP.",
        "dynrun run gateway --dry-run -p 9999:9999",
        "Say the protocol: `-p 9999:9999/udp`."
    }
    PublishMismatch = "publish-mismatch" {
        "A port of the container is published where the service does not listen. What is sent there is lost, in silence with UDP.",
        "dynrun run gateway --dry-run -p 9999:8888/udp",
        "Publish the port where the service listens, or move the service with its variable: both have to be the same."
    }
    NotPublished = "not-published" {
        "The service is on the default bridge and nothing of it is published: nobody but containers of the same bridge reaches it.",
        "dynrun run gateway --dry-run --publish-service=false",
        "Publish its ports: `--publish-service`. A file that says `publish-service = false` is taken at its word."
    }
    PrivilegedPort = "privileged-port" {
        "The service is to listen on a port below 1024, which needs a right that rootless engines and users other than root do not have. As a warning: such an engine is to publish one, or such a user to open one on the host's network.",
        "dynrun run gateway --dry-run -e VLLM_STATE_GATEWAY_UDP_PORT=999",
        "Nothing needs to be done where the engine runs as root. Else take a port from 1024 on."
    }
    RootlessHost = "rootless-host" {
        "The engine runs without root's rights, in a network of its own. What it calls the host's network is that one: ports that a container opens there are not this machine's.",
        "",
        "Give the container a network of its own, and publish its ports: `--network bridge -p PORT:PORT`."
    }
    LimitIgnored = "limit-ignored" {
        "The engine runs without root's rights on a machine with cgroup v1, and has no control groups: it drops limits of memory, processors and processes, and tells nobody.",
        "",
        "Give its machine cgroup v2, and delegate the controllers to the user; or leave the limits out."
    }
    LimitBeyondMachine = "limit-beyond-machine" {
        "The launch limits processors, memory or open files to more than the engine's machine has. The engine refuses more processors than it sees, and no container starts on those that are not there, nor with more open files than the kernel allows anybody; a limit of memory that is never reached limits nothing.",
        "dynrun run --image $BUSYBOX --rm --cpus 99999 -- true",
        "Ask for no more than there is: `dynrun doctor` tells the machine's size."
    }
    Waived = "waived" {
        "The profile refuses it, and a waiver in a file says that it is not refused here.",
        "printf '[profile.prod]\\nallow = [{ code = \"host-network\", reason = \"a LAN of engines\" }]\\n' >w.toml; dynrun run gateway --dry-run --profile prod --network host --config w.toml",
        "Nothing needs to be done. The waiver ends on its `until`, or when it is taken out."
    }
    Privileged = "privileged" {
        "The profile refuses privileged containers: they have every right on the host, and none of the walls.",
        "dynrun run gateway --dry-run --profile prod --privileged",
        "Leave `--privileged` out, and add what is needed alone. Or waive it, in your own configuration: `profile.prod.allow = [{ code = \"privileged\", reason = \"WHY\" }]`."
    }
    Capability = "capability" {
        "The profile refuses capabilities beyond the fourteen that docker gives to every container.",
        "dynrun run gateway --dry-run --profile prod --cap-add SYS_ADMIN",
        "Leave `--cap-add` out. Or waive it, in your own configuration: `profile.prod.allow = [{ code = \"capability\", reason = \"WHY\" }]`."
    }
    HostNetwork = "host-network" {
        "The profile refuses the host's network: nothing stands between the container and the host's own ports.",
        "dynrun run gateway --dry-run --profile prod --network host",
        "Give the container a network of its own: `--network bridge`. Or waive it, in your own configuration: `profile.prod.allow = [{ code = \"host-network\", reason = \"WHY\" }]`."
    }
    HostIpc = "host-ipc" {
        "The profile refuses the host's shared memory.",
        "dynrun run gateway --dry-run --profile prod --ipc host",
        "Leave `--ipc host` out, and give the container's own memory its size: `--shm-size`. Or waive it, in your own configuration: `profile.prod.allow = [{ code = \"host-ipc\", reason = \"WHY\" }]`."
    }
    HostNamespace = "host-namespace" {
        "The profile refuses a container that shares the host's processes, users, names or control groups.",
        "dynrun run gateway --profile prod --publish-ip 127.0.0.1 --pid host",
        "Leave the option out. Or waive it, in your own configuration: `profile.prod.allow = [{ code = \"host-namespace\", reason = \"WHY\" }]`."
    }
    Device = "device" {
        "The profile refuses a container that is handed devices of the host.",
        "dynrun run gateway --profile prod --publish-ip 127.0.0.1 --device /dev/null",
        "Leave the option out. Or waive it, in your own configuration: `profile.prod.allow = [{ code = \"device\", reason = \"WHY\" }]`."
    }
    EngineSocket = "engine-socket" {
        "The profile refuses the engine's socket, and folders that hold it, under whichever name: who writes there is root on the host. Other profiles warn.",
        "dynrun run gateway --dry-run --profile prod -v /var/run/docker.sock:/s",
        "Leave the mount out. Or waive it, in your own configuration: `profile.prod.allow = [{ code = \"engine-socket\", reason = \"WHY\" }]`."
    }
    HostPath = "host-path" {
        "The profile refuses a mount of what the host itself lives by: `/`, /etc, /proc, /sys, /dev, /boot, /root, /home, the engine's data, a user's keys, or a folder that holds one of them, under whichever name; and of one that may be written to, below the host's programs, libraries, configuration and jobs (/usr, /bin, /lib, /etc, /opt itself, /var/spool/cron). Other profiles warn.",
        "dynrun run gateway --dry-run --profile prod -v /etc:/x:ro",
        "Mount the one folder or file that is needed. Or waive it, in your own configuration: `profile.prod.allow = [{ code = \"host-path\", reason = \"WHY\" }]`."
    }
    VolumesFrom = "volumes-from" {
        "The profile refuses `--volumes-from`: it takes over whatever the other container mounts, the host's own folders and the engine's socket among it, and nobody knows here what that is.",
        "dynrun run gateway --dry-run --profile prod --volumes-from web",
        "Mount what is needed by itself: a volume by its name (`-v data:/data`), a folder by its path. Or waive it, in your own configuration: `profile.prod.allow = [{ code = \"volumes-from\", reason = \"WHY\" }]`."
    }
    Unconfined = "unconfined" {
        "The profile refuses to turn off what confines a container: seccomp, AppArmor, SELinux.",
        "dynrun run gateway --dry-run --profile prod --security-opt seccomp=unconfined",
        "Leave the option out. Or waive it, in your own configuration: `profile.prod.allow = [{ code = \"unconfined\", reason = \"WHY\" }]`."
    }
    NewPrivileges = "new-privileges" {
        "The profile wants `no-new-privileges`: without it, a program with setuid or file capabilities gains rights that its parent does not have.",
        "dynrun run gateway --dry-run --profile prod --security-opt no-new-privileges=false",
        "Say `--security-opt no-new-privileges`. Or waive it, in your own configuration: `profile.prod.allow = [{ code = \"new-privileges\", reason = \"WHY\" }]`."
    }
    UserRoot = "user-root" {
        "The profile wants a user to be said, and not root. What user an image has is its own word, and changes with it.",
        "dynrun run gateway --dry-run --profile prod --user root",
        "Say a user: `--user 65532:65532`. Or waive it, in your own configuration: `profile.prod.allow = [{ code = \"user-root\", reason = \"WHY\" }]`."
    }
    MemoryLimit = "memory-limit" {
        "The profile wants a limit of memory.",
        "dynrun run gateway --dry-run --profile prod --memory 0",
        "Say one: `--memory 256m`. Or waive it, in your own configuration: `profile.prod.allow = [{ code = \"memory-limit\", reason = \"WHY\" }]`."
    }
    CpusLimit = "cpus-limit" {
        "The profile wants a limit of processors.",
        "dynrun run gateway --dry-run --profile prod --cpus 0",
        "Say one: `--cpus 0.5`. Or waive it, in your own configuration: `profile.prod.allow = [{ code = \"cpus-limit\", reason = \"WHY\" }]`."
    }
    PidsLimit = "pids-limit" {
        "The profile wants a limit of processes and threads.",
        "dynrun run gateway --dry-run --profile prod --pids-limit=-1",
        "Say one: `--pids-limit 64`. Or waive it, in your own configuration: `profile.prod.allow = [{ code = \"pids-limit\", reason = \"WHY\" }]`."
    }
    ImageLatest = "image-latest" {
        "The profile wants an image that stays the same: `latest`, or no tag at all, is another image whenever somebody pushes one.",
        "dynrun run gateway --dry-run --profile prod --image app:latest",
        "Name a version, or better a digest. Or waive it, in your own configuration: `profile.prod.allow = [{ code = \"image-latest\", reason = \"WHY\" }]`."
    }
    SecretLiteral = "secret-literal" {
        "The profile wants secrets to be named and not written down: a literal stands in a file, in the shell's history, or in the list of processes.",
        "dynrun run gateway --dry-run --profile prod -e HF_TOKEN=x",
        "Forward it by its name, `-e HF_TOKEN`, read it with `--env-file`, or say `${env.HF_TOKEN}` in a file. Or waive it, in your own configuration: `profile.prod.allow = [{ code = \"secret-literal\", reason = \"WHY\" }]`."
    }
    SecretCommitted = "secret-committed" {
        "A file that git keeps, or that nothing keeps out of git, holds a secret in plain: it is in every clone, for ever. Every profile refuses it. Of an environment file, and of a secret's own file, this is said where git tracks it.",
        "git init -q .; printf '[service.gateway]\\nenv = [\"HF_TOKEN=x\"]\\n' >team.toml; dynrun run gateway --dry-run --config team.toml",
        "Name the secret in the file, `[service.S.secret.N] variable = \"HF_TOKEN\"` or `file = \"PATH\"`, and take a new one: the old one is known. Or waive it, in your own configuration: `profile.dev.allow = [{ code = \"secret-committed\", reason = \"WHY\" }]`."
    }
    SecretFileOpen = "secret-file-open" {
        "A file that holds a secret (of `--secret`, or an environment file with a secret variable) may be read or written by others of this machine. Profiles that refuse it refuse the launch; others warn.",
        "echo x >token; chmod 644 token; dynrun run gateway --dry-run --secret id=hf,src=token",
        "Take the rights away: `chmod go-rwx FILE`. A container whose user is another reads it where the file is that user's, or its group's: `chown USER FILE`. Or waive it, in your own configuration: `profile.prod.allow = [{ code = \"secret-file-open\", reason = \"WHY\" }]`."
    }
    SecretMissing = "secret-missing" {
        "A secret that is handed over by reference is not here: its variable is not set or is empty, or its file does not exist, is empty, or is no regular file.",
        "dynrun run gateway --secret id=hf,env=NOT_SET_HERE",
        "Export the variable, or name the file that holds the secret. `--dry-run` and `dynrun check --offline` do not need it."
    }
    Dotenv = "dotenv" {
        "Somebody said `dotenv = true`, and variables were read from the project's `.env`.",
        "echo A=1 >.env; dynrun run gateway --dry-run --dotenv",
        "Nothing needs to be done. `--dotenv=false`, or no word of it, and the file is not looked at."
    }
    PublishEverywhere = "publish-everywhere" {
        "The profile wants to be told on which address of the host a port is published. Docker takes all of them, past the host's firewall.",
        "dynrun run gateway --dry-run --profile prod",
        "Say it: `--publish-ip 127.0.0.1` for this host alone, `--publish-ip 0.0.0.0` for everybody. Or waive it, in your own configuration: `profile.prod.allow = [{ code = \"publish-everywhere\", reason = \"WHY\" }]`."
    }
    EngineAddress = "engine-address" {
        "The engine's address, from `--host`, DOCKER_HOST or a docker context, is none that dynrun can connect to.",
        "dynrun run gateway --host garbage",
        "Addresses are unix:///PATH, tcp://HOST:PORT and ssh://[USER@]HOST[:PORT][/SOCKET]."
    }
    EngineContext = "engine-context" {
        "The docker context does not exist, or its files cannot be read.",
        "dynrun run gateway --context nosuchcontext",
        "`docker context ls` lists the contexts."
    }
    EngineUnreachable = "engine-unreachable" {
        "No engine is at the address: its socket does not exist, its machine's name is not known, or no way leads there.",
        "dynrun run gateway --host unix:///nonexistent/docker.sock",
        "Start the engine, or name the right address with --host or DOCKER_HOST."
    }
    EngineNotListening = "engine-not-listening" {
        "Nobody listens where the engine is said to be: it has ended and left its socket, or it listens at another address.",
        "dynrun run gateway --host tcp://127.0.0.1:1",
        "Start the engine; where it is meant to be reached over a port, its own `--host` has to say so."
    }
    NotASocket = "not-a-socket" {
        "The engine's address leads to a file or a folder, and not to a socket.",
        "dynrun run gateway --host unix:///etc/passwd",
        "Name the socket: --host unix:///var/run/docker.sock."
    }
    NotAnEngine = "not-an-engine" {
        "Something answers at the engine's address, and it is no Docker Engine: another server's page, or no HTTP at all.",
        "",
        "Name the engine's own address with --host or DOCKER_HOST."
    }
    EngineTls = "engine-tls" {
        "TLS with the engine fails: a file is missing or is none of its kind; the engine's certificate is signed by somebody else, has expired or is for another name; the engine wants a certificate, or accepts another one; or one of the two does not speak TLS.",
        "DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=/nonexistent dynrun run gateway --host tcp://127.0.0.1:2376",
        "The message says which. The files are `ca.pem`, `cert.pem` and `key.pem` in DOCKER_CERT_PATH, or in `~/.docker`."
    }
    PlainTcp = "plain-tcp" {
        "An engine on another machine is spoken to without TLS. Whoever reaches its port, or is on the way there, has root's rights on its machine.",
        "dynrun ps --host tcp://0.0.0.0:1",
        "Speak TLS, with DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH, or go through ssh: --host ssh://USER@HOST."
    }
    EngineRemote = "engine-remote" {
        "The engine is on another machine, and the launch mounts folders: they are that machine's, and what is in this one's says nothing.",
        "",
        "Put the files there, or mount a volume."
    }
    Podman = "podman" {
        "Podman answers in the place of a Docker Engine, and the launch asks for what it does in another way, or not at all.",
        "",
        "Go without the option, or use a Docker Engine."
    }
    EngineSsh = "engine-ssh" {
        "Through ssh, the engine is not reached: there is no such program, it could not connect or was not let in, or docker's client is missing on the other machine. ssh's own words are printed.",
        "dynrun run gateway --host ssh://nobody@127.0.0.1:1",
        "Try it by hand: `ssh USER@HOST docker version`. dynrun's ssh asks nobody at the terminal: use a key and its agent, and accept the host's key once."
    }
    EngineDenied = "engine-denied" {
        "The engine's socket may not be opened by this user, or the engine refused the request by its rules.",
        "touch sock; chmod 0 sock; dynrun run gateway --host unix://$PWD/sock",
        "Join the group that owns the socket, mostly `docker`, and log in again."
    }
    EngineSilent = "engine-silent" {
        "The engine did not answer in time.",
        "",
        "Look at the engine's log; it may be stopped, or busy."
    }
    PluginDenied = "plugin-denied" {
        "An authorisation plugin of the engine has said no. Its own words are printed.",
        "",
        "Ask whoever runs the engine. `docker info` lists its plugins."
    }
    EngineVersion = "engine-version" {
        "The engine's API is older than dynrun supports.",
        "",
        "Update the engine: Docker 20.10 is new enough."
    }
    EngineTooNew = "engine-too-new" {
        "The engine does not speak the newest API that dynrun knows any more.",
        "",
        "Update dynrun."
    }
    NewerThanEngine = "newer-than-engine" {
        "An option needs a newer engine: this one would drop it without a word, or fail. The message names both versions of the API.",
        "",
        "Leave the option out, or use a newer engine."
    }
    CidFile = "cid-file" {
        "The file for the container's id is there already, which may be a running container's, or it cannot be written.",
        "touch cid; dynrun run --image $BUSYBOX --cidfile cid -- true",
        "Remove the file once no container of its id is needed any more, or name another one."
    }
    EngineError = "engine-error" {
        "The engine refused a step of the launch. Its own words are printed.",
        "dynrun run --image $BUSYBOX --profile bare --user nosuchuser -- true",
        "The engine's words say what is wrong."
    }
    UlimitRefused = "ulimit-refused" {
        "The container is to get a limit above the engine's own, and the engine may not raise it: it runs in a container, or without root's rights.",
        "",
        "Go without: `--reset ulimit`. Or raise the engine's own limit: `LimitMEMLOCK=infinity` under `[Service]` of docker.service."
    }
    RightsRefused = "rights-refused" {
        "The container is to get capabilities that the engine does not have itself: it runs in a container, or without root's rights.",
        "",
        "Leave `--privileged` and `--cap-add` out, or use an engine that runs as root."
    }
    EngineWarning = "engine-warning" {
        "The engine made the container and warned.",
        "dynrun run --image $BUSYBOX --profile bare --memory 64m -- true",
        "The engine's words say what it will not do."
    }
    EngineLost = "engine-lost" {
        "The engine went away while the container ran, and did not come back with an answer.",
        "",
        "When the engine is up again, `docker ps -a` shows what became of the container."
    }
    ImageMissing = "image-missing" {
        "The engine does not have the image, and may not or cannot pull it.",
        "dynrun run --image dynrun-test/nosuchimage:1 --pull never -- true",
        "Load it, let it be pulled (`--pull missing`), or built: `--build-on-missing FOLDER`."
    }
    ImageKept = "image-kept" {
        "`--pull newer` did not learn from the image's registry whether there is a newer one, or did not get it. The launch takes the one that the engine has.",
        "docker tag $BUSYBOX 127.0.0.1:1/dynrun-test/kept:1; dynrun run --profile bare --image 127.0.0.1:1/dynrun-test/kept:1 --pull newer --rm -- true; docker rmi 127.0.0.1:1/dynrun-test/kept:1 >/dev/null",
        "The engine's words say why. `--pull always` fails in its place; `--pull missing` asks nobody."
    }
    ImagePlatform = "image-platform" {
        "The image is there, in the engine or in its registry, for another platform than the one that is asked for.",
        "dynrun run --image $BUSYBOX --platform linux/s390x --pull never -- true",
        "Run the one that is there: `--platform`. Or pull or build it for the platform that is meant."
    }
    RegistryDenied = "registry-denied" {
        "The image's registry knows nobody by the credentials that docker keeps for it, or there are none. The message says where they come from: a file, or a helper.",
        "",
        "`docker login REGISTRY`."
    }
    RegistryUnreachable = "registry-unreachable" {
        "The engine cannot speak to the image's registry: it is offline, or the name is wrong, or the two do not agree on TLS.",
        "dynrun run --image 127.0.0.1:1/dynrun-test/nosuchimage:1 -- true",
        "The engine has to reach the registry, not this machine. Without a network, load the image: `docker load -i FILE`."
    }
    PullFailed = "pull-failed" {
        "The pull of an image began and did not come to its end, or the registry gave an answer of its own.",
        "",
        "The engine's words say why: a full disk, a registry that is overloaded, a layer that is damaged."
    }
    BuildContext = "build-context" {
        "What an image is to be built from cannot be read: its folder, its Dockerfile, or a file in it.",
        "printf '[service.app]\nimage = \"dynrun-test/app:1\"\nbuild = \"nosuchfolder\"\n' >app.toml; dynrun run app --config app.toml --pull never",
        "Name another folder or Dockerfile, or leave the file out of the context: a line in `.dockerignore`."
    }
    BuildFailed = "build-failed" {
        "The engine did not come to the end of the Dockerfile.",
        "printf '[service.app]\nimage = \"dynrun-test/app:1\"\nbuild = \".\"\n' >app.toml; printf 'FROM scratch\nRUN false\n' >Dockerfile; dynrun run app --config app.toml --pull never",
        "The last lines of the build say which step failed, and why."
    }
    BinaryNotStatic = "binary-not-static" {
        "The gateway's image is made from dynrun's own binary, and this binary needs libraries that an empty image does not have.",
        "",
        "Build dynrun with `scripts/build`, which links it statically."
    }
    Architecture = "architecture" {
        "The gateway's image is made from dynrun's own binary, and the engine's machine has another architecture.",
        "",
        "Run dynrun on that machine, or name an image: `--image`."
    }
    PortTwice = "port-twice" {
        "One launch publishes the same port of the host twice.",
        "dynrun run --image app:1 -p 8080:80 -p 8080:81 --dry-run",
        "Give each its own port of the host, or its own address of it."
    }
    PublishLimit = "publish-limit" {
        "One launch would publish more ports than it may, or so many that their cost is worth knowing. The engine starts two processes for each, which takes it a minute and 1.5 GiB for a thousand, and goes on with it after its caller is gone.",
        "dynrun run --image app:1 -p 1-65535:1-65535 --dry-run",
        "Publish what is needed alone, or share the host's network. `most-published-ports`, in your own configuration, lets more through, and `many-published-ports` is where the warning begins."
    }
    ImagePulled = "image-pulled" {
        "The engine does not have the image. A launch pulls it, which may take its time or fail.",
        "dynrun check --image app:1",
        "Pull it before: `docker pull IMAGE`. `--pull never` builds it where the service says how, and refuses else."
    }
    AddressTaken = "address-taken" {
        "An address that the launch asks for on a network is another container's.",
        "docker network create --subnet 10.231.9.0/24 explain-ip >/dev/null; dynrun run --profile bare --image $BUSYBOX --network explain-ip --ip 10.231.9.1 -- true; docker network rm explain-ip >/dev/null",
        "`docker network inspect NETWORK` lists who has which. Leave `--ip` out, and the engine chooses one that is free."
    }
    NameTaken = "name-taken" {
        "A container of this name exists, running or not.",
        "dynrun run --image $BUSYBOX --profile bare -d --name dynrun-taken -- sleep 20; dynrun run --image $BUSYBOX --profile bare --name dynrun-taken -- true",
        "Choose another name, or remove the container that holds it."
    }
    PortTaken = "port-taken" {
        "A port that the launch publishes, or that the service opens in the network that it shares, is held already; or a port where the service needs another one is held by something else.",
        "dynrun run --image $BUSYBOX --profile bare -d -p 18099:80 -- sleep 20; dynrun run --image $BUSYBOX --profile bare -p 18099:80 -- true",
        "The message names the holder: stop it, or take another port. With `--port-policy next` a port that you did not say yourself moves by itself."
    }
    PortMoved = "port-moved" {
        "A port is held already, and `--port-policy next` took the next free one, with all that follows it: what is published, the service's variable or argument, the report. Or it is the first of a published range to choose from, and a free one of the range was taken, under any policy.",
        "dynrun run --image $BUSYBOX --profile bare -d -p 9999:80/udp -- sleep 20; dynrun run gateway --port-policy next --dry-run=engine",
        "Nothing needs to be done. `--port-policy fail` refuses in its place; a single port is no range to choose from."
    }
    PortReused = "port-reused" {
        "What a service needs runs already on the port where it looks for it. It was asked, and is reused. As a warning: it does not say that it is healthy.",
        "",
        "Nothing needs to be done. As a warning: look at its log."
    }
    DiskLow = "disk-low" {
        "The disk of the engine's images, containers and volumes is nearly full: a pull, a build or a container's output will fail half way.",
        "",
        "`docker system df` tells what takes the room, `docker image prune` removes images that nothing uses. What counts as little stands in `profiles/machine.toml`."
    }
    ForwardingOff = "forwarding-off" {
        "The kernel of the engine's machine forwards no packets, so that containers on a bridge reach nobody, and published ports lead nowhere.",
        "",
        "`sysctl -w net.ipv4.ip_forward=1`, and in a file of `/etc/sysctl.d` for the time after a reboot."
    }
    ProcessesHidden = "processes-hidden" {
        "`/proc` is mounted with `hidepid`: other users' processes cannot be seen, so that who holds a port has no name.",
        "",
        "Ask as root, or as a member of the group that the mount's `gid=` names."
    }
    PortWantedBack = "port-wanted-back" {
        "A port is free now, and a container that is stopped publishes it: it will not start while this launch has the port. Told of containers that the engine starts again, and of those that dynrun launched.",
        "dynrun run --image $BUSYBOX --profile bare --rm=false -p 18098:80 -- true; dynrun run --image $BUSYBOX --profile bare -p 18098:80 -- true",
        "Remove the stopped container, if nobody needs it, or take another port."
    }
    PortEphemeral = "port-ephemeral" {
        "A port is among those that the kernel gives to outgoing connections. One that has it when the service starts, or starts again, keeps the service from it.",
        "dynrun check --image $BUSYBOX --profile bare -p 45678:80",
        "Take a port below that range, or hold this one back from it: `net.ipv4.ip_local_reserved_ports`."
    }
    NeedMissing = "need-missing" {
        "A service cannot work without another one, and that is not where it looks for it; or, on a network of its own, nothing tells it where that is.",
        "printf '[service.worker]\nimage = \"%s\"\ncommand = [\"true\"]\nneeds = [\"nats\"]\n' $BUSYBOX >worker.toml; dynrun run worker --config worker.toml --network bridge",
        "Start it with the line that the message names, and name it in the variable that tells where it is."
    }
    Firewall = "firewall" {
        "A firewall is on. Docker forwards to published ports before the rules of ufw and firewalld are looked at, so that these do not protect them; a port that a service opens on the host's network is the firewall's to let through. A NetworkPolicy of Kubernetes is none of docker's concern.",
        "",
        "Publish on an address that only those reach who should: `--publish-ip 127.0.0.1`. On the host's network, let the port through: `ufw allow 9999/udp`."
    }
    UdpPortsDiffer = "udp-ports-differ" {
        "A UDP port of the host leads to another number in the container. After the container was made anew, some engines keep an old translation, and datagrams go astray or are answered from the wrong port.",
        "dynrun check gateway -p 8888:9999/udp",
        "Have the service listen on the port that is published, and publish it as itself."
    }
    ManyAddresses = "many-addresses" {
        "A UDP port is published on every address of a machine that has several; docker's own bridges do not count. The answer to a datagram may leave by another address than it came to, and is dropped by who sent it.",
        "",
        "Publish on the address that senders use: `--publish-ip ADDRESS`."
    }
    InterfaceMissing = "interface-missing" {
        "A variable names a network interface that the container does not see: on a bridge it sees `eth0` and `lo`, whatever the host has.",
        "dynrun run inference --network bridge -e NCCL_SOCKET_IFNAME=ib0 --dry-run",
        "Name one that is there, or share the host's network: `--network host`."
    }
    PortUnknown = "port-unknown" {
        "Whether a port is free, or who holds it, cannot be told from here: the engine is on another machine, in another namespace or behind a tunnel; or the kernel is not asked for this protocol.",
        "dynrun ports 80/sctp",
        "Nothing needs to be done: the engine refuses a port that is held. `docker ps` on its machine lists what its containers publish; `cat /proc/net/sctp/eps` the sockets of SCTP."
    }
    NetworkMissing = "network-missing" {
        "The network does not exist.",
        "dynrun run --image $BUSYBOX --network nosuchnetwork -- true",
        "Create it, or say `--create-network`."
    }
    NetworkUnknown = "network-unknown" {
        "A swarm worker does not know an overlay network before a container of its own joins it: whether it exists cannot be told here.",
        "",
        "Ask a manager: `docker network ls`."
    }
    NetworkDiffers = "network-differs" {
        "The network exists and is not as the configuration declares it.",
        "printf '[network.bridge]\\ndriver = \"overlay\"\\n' >net.toml; dynrun run --config net.toml --image $BUSYBOX --network name=dynrun-differs --create-network -- true; printf '[network.dynrun-differs]\\ndriver = \"overlay\"\\n' >net.toml; dynrun run --config net.toml --image $BUSYBOX --network name=dynrun-differs -- true",
        "Change the declaration, or make the network anew: `--create-network --fix-network` does, where it is provably nobody's."
    }
    NetworkNotAttachable = "network-not-attachable" {
        "The network is there, or would be made, and no container of a launch can join it: an overlay that is for a swarm's services alone, the swarm's own ingress network, a network that only holds settings for others, or the host's own by its id.",
        "docker network create --config-only dynrun-settings >/dev/null; dynrun run --image $BUSYBOX --profile bare --network dynrun-settings -- true; docker network rm dynrun-settings >/dev/null",
        "Make an overlay anew with `--attachable`, on a manager; else name another network."
    }
    NoOverlay = "no-overlay" {
        "The network that is to be made is an overlay, and the engine is in no swarm, on its way into one, a worker of one, or in one that is locked or broken: only a manager makes overlays. dynrun makes and joins no swarm, and never prints a token.",
        "printf '[network.dynrun-overlay]\ndriver = \"overlay\"\n' >net.toml; dynrun run --config net.toml --image $BUSYBOX --profile bare --network dynrun-overlay --create-network -- true",
        "Run the line that the message names, or make the network on a manager with `--attachable`."
    }
    SubnetOverlap = "subnet-overlap" {
        "A network would have addresses that another network of the engine has, which it refuses; or addresses that the host reaches by another way, which containers of the network do not reach then. As a note: a network that is there has such addresses.",
        "printf '[network.dynrun-subnet]\nsubnet = [\"%s\"]\n' $(docker network inspect bridge --format '{{(index .IPAM.Config 0).Subnet}}') >net.toml; dynrun run --config net.toml --image $BUSYBOX --profile bare --network dynrun-subnet --create-network -- true",
        "Declare a subnet that nobody has, or none: the engine takes a free one."
    }
    SubnetPublic = "subnet-public" {
        "A network has addresses that are others' on the Internet, as 16.0.0.0/8 of Kuscia's guide: what these others have there is not reached from its containers.",
        "printf '[network.dynrun-public]\nsubnet = [\"16.77.0.0/16\"]\n' >net.toml; dynrun run --config net.toml --image $BUSYBOX --profile bare --rm --network dynrun-public --create-network -- true; docker network rm dynrun-public >/dev/null",
        "Take a part of a private range: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, or fd00::/8."
    }
    NetworkTarget = "network-target" {
        "The container whose network is to be shared does not exist, does not run, is being started again, has no network of its own, or is the launched one itself. As a warning: it is paused.",
        "dynrun run --image $BUSYBOX --network container:nosuchcontainer -- true",
        "Start it first, or name the container whose network it shares."
    }
    NetworkTargetRestarts = "network-target-restarts" {
        "The container whose network is to be shared is started again when it ends. It gets a new network then, and who shares the old one is left in it alone, with loopback; who is started again after it shares the new one. One that is made anew under the same name is another container.",
        "dynrun run --image $BUSYBOX --profile bare -d --restart always --name dynrun-again -- sleep 20; dynrun run --image $BUSYBOX --profile bare --network container:dynrun-again -- true",
        "Start the launched container again after it, or have both join a network: `--network NAME`."
    }
    NameUnseen = "name-unseen" {
        "A variable names a container that runs, and the launched one does not find it by that name: containers are found by their names on a network that somebody made and that both are on, and not on the host's network.",
        "dynrun run --image $BUSYBOX --profile bare -d --name dynrun-bus -- sleep 20; dynrun run --image $BUSYBOX --profile bare --network host -e URL=nats://dynrun-bus:4222 -- true",
        "Create a network and have both join it, or name an address that is reached."
    }
    NameShared = "name-shared" {
        "The launched container gets a further name on a network (`alias`, `network-alias`, or a service's name in a stack) under which a container that is no other one of its stack is found there already. The engine keeps both, and whoever asks for the name gets to either.",
        "dynrun run --image $BUSYBOX --profile bare -d --name dynrun-web --network name=dynrun-shared,alias=web --create-network -- sleep 20; dynrun run --image $BUSYBOX --profile bare --network name=dynrun-shared,alias=web -- true",
        "Say another alias, or have each on a network of its own. A stack makes its own where it says no `network`."
    }
    NoNetwork = "no-network" {
        "The container has no network, and something of the launch needs one: ports of the service that nobody reaches, services that it needs, machines that its variables name, models that are to be fetched, or an answer that is to tell when it is ready.",
        "dynrun run gateway --dry-run --network none",
        "Give it a network, `--network bridge`, or leave out what needs one."
    }
    RuntimeMissing = "runtime-missing" {
        "The engine has no runtime of this name.",
        "dynrun run --image $BUSYBOX --profile bare --runtime nosuchruntime -- true",
        "Name a runtime that is registered, or register it in the engine's daemon.json and restart the engine."
    }
    GpusChosen = "gpus-chosen" {
        "`--gpus auto` took what the machine and the engine have, or a runtime that only GPUs need was left out. As a warning: there are GPUs, and something between them and a container is missing.",
        "dynrun run --image $BUSYBOX --profile bare --gpus auto -- true",
        "Nothing needs to be done. `--gpus all` insists on GPUs, `--gpus none` goes without."
    }
    GpuUnknown = "gpu-unknown" {
        "The engine is not proven to be on this machine, and does not name a runtime for GPUs: whether it can hand out any cannot be told from here. The launch goes on, and the engine decides.",
        "",
        "Ask on the engine's machine: `nvidia-smi`, `docker info`."
    }
    GpuDeviceMissing = "gpu-device-missing" {
        "GPUs were asked for, and the machine has none.",
        "dynrun run --image $BUSYBOX --profile bare --gpus all -- true",
        "Launch where there is one, or go without: `--gpus none`. `--gpus auto` decides by itself."
    }
    GpuDriverMissing = "gpu-driver-missing" {
        "The machine has a GPU, and the kernel has no NVIDIA driver loaded for it. GPUs were asked for.",
        "",
        "Install the driver (Debian: `nvidia-driver`; Ubuntu: `ubuntu-drivers install`), or load it: `modprobe nvidia`."
    }
    GpuToolkitMissing = "gpu-toolkit-missing" {
        "The machine has a GPU with its driver, and not NVIDIA's programs that bring it into a container. GPUs were asked for.",
        "",
        "`apt-get install nvidia-container-toolkit`, then register it with the engine."
    }
    GpuRuntimeMissing = "gpu-runtime-missing" {
        "GPUs or NVIDIA's runtime were asked for, and the engine does not know NVIDIA's toolkit: no runtime `nvidia`, no `nvidia-container-runtime-hook`, no CDI specification that it reads.",
        "dynrun run --image $BUSYBOX --profile bare --runtime nvidia -- true",
        "`nvidia-ctk runtime configure --runtime=docker && systemctl restart docker`."
    }
    GpuNotFound = "gpu-not-found" {
        "A GPU was asked for by an index or a UUID that the machine does not have, or more of them than it has.",
        "",
        "`nvidia-smi -L` lists the GPUs; the message does, too. Name one of them, or take them all: `--gpus all`."
    }
    MigNotFound = "mig-not-found" {
        "A part of a GPU was asked for (a MIG device, `MIG-UUID` or `GPU:NUMBER`), and the machine has no such part.",
        "",
        "`nvidia-smi -L` lists the parts; the message does, too. `nvidia-smi mig -cgi SIZE -C` makes one."
    }
    GpuInMigMode = "gpu-in-mig-mode" {
        "A GPU in MIG mode was asked for as a whole. It is handed out in parts: programs that get the whole find no device to compute with. Tools that only manage it work, and so the launch goes on.",
        "",
        "Name a part: `--gpus device=0:0`. Or end the mode: `nvidia-smi -i 0 -mig 0`."
    }
    CdiMissing = "cdi-missing" {
        "A device was asked for by its CDI name, and the engine takes no CDI devices, or reads no specification of NVIDIA's GPUs.",
        "dynrun run --image $BUSYBOX --profile bare --device vendor.com/nosuch=0 -- true",
        "`\"features\": {\"cdi\": true}` in the engine's daemon.json, from Docker 25 on, lets it; `nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml` describes the GPUs."
    }
    CdiDeviceMissing = "cdi-device-missing" {
        "A device was asked for by its CDI name, and no specification in the folders that the engine reads describes one of that name.",
        "",
        "Name one that is described: the message lists them. For NVIDIA's GPUs, `nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml` describes them anew."
    }
    GpuDriverTooOld = "gpu-driver-too-old" {
        "The image says in `NVIDIA_REQUIRE_CUDA`, or a variable like it, which driver or GPU it needs, and the machine has none such. NVIDIA's toolkit would refuse to start the container.",
        "",
        "Install a newer driver, or take an image for an older CUDA. `-e NVIDIA_DISABLE_REQUIRE=1` has it tried all the same."
    }
    GpuDriverMismatch = "gpu-driver-mismatch" {
        "The NVIDIA driver's libraries are not of the version that the kernel has loaded: it was replaced, and the machine not restarted since. Nothing on the machine can use the GPUs.",
        "",
        "Restart the machine, or unload the driver's modules and load them again."
    }
    GpuUnseen = "gpu-unseen" {
        "`nvidia-smi`, which tells which GPUs there are and what holds their memory, is not there, fails, or does not end within two seconds. The launch goes on without its answer.",
        "",
        "Run `nvidia-smi` by hand. Where it takes long, keep the driver awake: `nvidia-smi -pm 1`."
    }
    GpuMemoryHeld = "gpu-memory-held" {
        "Much of the memory of a GPU that the launch is to get is taken already, by containers or by who cannot be seen from here. An engine that wants nine tenths of it will not start.",
        "",
        "Stop who holds it, or take another GPU: the message names both."
    }
    GpuOrphan = "gpu-orphan" {
        "A process that is in no container holds memory of a GPU that the launch is to get. Often it is what an engine has left behind: vLLM's `VLLM::EngineCore` outlives a server that was killed. dynrun ends no process of others.",
        "",
        "See whose it is, and end it where nobody needs it: `kill PID`."
    }
    GpuLostOnReload = "gpu-lost-on-reload" {
        "The engine's control groups are systemd's, and GPUs come into the container by NVIDIA's own runtime or hook. `systemctl daemon-reload` may take them away from a running container: `Failed to initialize NVML: Unknown Error`.",
        "",
        "Go by CDI, or `nvidia-ctk system create-dev-char-symlinks --create-all`."
    }
    ShmSmall = "shm-small" {
        "A container with several GPUs has less than 1 GiB of shared memory. NCCL and PyTorch hand tensors from process to process in /dev/shm, and end with a bus error where it is full.",
        "dynrun run --image x --profile bare --dry-run --gpus 2",
        "`--shm-size 10g`, or share the host's: `--ipc host`."
    }
    CommandNotFound = "command-not-found" {
        "The image has no such command. The exit code is 127.",
        "dynrun run --image $BUSYBOX --profile bare -- nosuchcommand",
        "Name a command that is in the image, or its full path."
    }
    CommandNotInvocable = "command-not-invocable" {
        "The command is in the image and cannot be started: it is a folder, or not executable. The exit code is 126.",
        "dynrun run --image $BUSYBOX --profile bare -- /etc",
        "Name an executable file."
    }
    OutputClosed = "output-closed" {
        "Nobody reads the output any more, or it cannot be written. The container was stopped. The exit code is 141, or 125 where the disk is full.",
        "dynrun run --image $BUSYBOX -- yes >/dev/full",
        "Read the output to its end, or write it where there is room."
    }
    OutputLost = "output-lost" {
        "The stream of the container's output broke off, and the container's log does not have the rest (its driver keeps none, or another text): bytes are missing, and the exit code is 125. As a warning: the stream ended early, or was called off.",
        "",
        "Let the engine keep a log: --log-driver json-file, or local."
    }
    CleanupFailed = "cleanup-failed" {
        "A launch failed or was called off, or a stack was taken down, and what it had made could not be removed: others may use it; or the engine did not say in time whether it made it.",
        "",
        "Remove it by hand with the line that is printed."
    }
    Interrupted = "interrupted" {
        "A signal came before the container ran. Nothing was left behind.",
        "timeout 0.05 dynrun run --image $BUSYBOX -- sleep 1",
        "Nothing needs to be done."
    }
    TimeLimit = "time-limit" {
        "The launch took longer than `--time-limit` allows. Before the command ran, nothing was left behind; afterwards its container was stopped. The exit code is 124.",
        "dynrun run --image $BUSYBOX --time-limit 1s -- sleep 60",
        "Give it more time: `--time-limit 2h`. `--time-limit 0` is all the time it takes."
    }
    LimitNotHeld = "limit-not-held" {
        "A time limit was asked for where nobody can hold the container to it: in the background, or where it is never killed.",
        "dynrun run gateway --dry-run -d --time-limit 1h",
        "Run it in the foreground, with a `--stop-timeout` of some seconds, or say `--time-limit 0`."
    }
    LogOption = "log-option" {
        "The log driver does not know the option, cannot do without one, or does not speak the scheme of an address; `none` keeps nothing, and takes no option. The engine would refuse the container.",
        "dynrun run gateway --dry-run --log-driver none --log-opt max-size=1m",
        "Leave the option out, or choose a driver that has it: `--log-driver local`."
    }
    LogDriverMissing = "log-driver-missing" {
        "The engine does not have the log driver.",
        "dynrun run --image $BUSYBOX --log-driver jsonfile -- true",
        "Name one that it has, which the message lists, or install its plugin: `docker plugin install NAME`."
    }
    NotRunning = "not-running" {
        "A shell was asked for in a container that does not run: it has ended or was never started, it is paused, or it is being restarted.",
        "docker create --name dynrun-idle $BUSYBOX; dynrun shell dynrun-idle; docker rm dynrun-idle",
        "Start it with `docker start NAME`, or let it go on with `docker unpause NAME`."
    }
    StillRunning = "still-running" {
        "A container that runs, is paused or is being started again was to be removed. It is removed by force alone.",
        "dynrun run -d --name still --image $BUSYBOX -- sleep 2; dynrun rm still; dynrun rm -f still",
        "Stop it first with `dynrun stop NAME`, or kill and remove it with `dynrun rm -f NAME`."
    }
    AlreadyRunning = "already-running" {
        "A shell was asked for with options of a launch, and a container that runs already would be entered. It is as it was launched: the options could only be ignored.",
        "docker run -d --name dynrun-runs $BUSYBOX sleep 60; dynrun shell dynrun-runs --network host; docker rm -f dynrun-runs",
        "Leave the options out, or launch a new container with them: `dynrun shell --new`."
    }
    OutOfReach = "out-of-reach" {
        "A signal ended dynrun while a shell ran in a container of an engine on another machine. The engine's API has no word that ends it, and its process cannot be signalled from here.",
        "",
        "Look with `docker top NAME`. It ends with its container, or by a `kill` in it."
    }
    IfExists = "if-exists" {
        "`--if-exists` cannot be followed: the launch has no name, it would attach to a container that runs already, or the container that has the name is not as the launch would make it, was not launched by dynrun, or could not be brought back.",
        "dynrun run --image busybox --if-exists reuse -- true",
        "The message says which. `--if-exists fail` is what happens unsaid."
    }
    Reused = "reused" {
        "A container has the name, is what the launch would make, and was taken in its place, as `--if-exists reuse` says.",
        "dynrun run --image $BUSYBOX --profile bare -d --name dynrun-reused -- sleep 60; dynrun run --image $BUSYBOX --profile bare -d --name dynrun-reused --if-exists reuse -- sleep 60; docker rm -f dynrun-reused",
        "Nothing is wrong."
    }
    Replaced = "replaced" {
        "A container has the name, and the new one takes its place, as `--if-exists replace` says. The old one is back if the new one does not come up.",
        "dynrun run --image $BUSYBOX --profile bare -d --name dynrun-replaced -- sleep 60; dynrun run --image $BUSYBOX --profile bare -d --name dynrun-replaced --if-exists replace -- sleep 60; docker rm -f dynrun-replaced",
        "Nothing is wrong."
    }
    UpToDate = "up-to-date" {
        "`dynrun update` was asked of a container that runs, and the image that it is made of has not changed: there is nothing to do, and it is left as it is.",
        "dynrun run --image $BUSYBOX --profile bare -d --name dynrun-same -- sleep 60; dynrun update dynrun-same --pull never; docker rm -f dynrun-same",
        "Nothing is wrong. To have it made anew all the same: `dynrun run ... --if-exists replace`, or start it again: `docker restart NAME`."
    }
    ExtractFailed = "extract-failed" {
        "`dynrun extract` did not get what it was asked for out of an image: there is no such path, it cannot be written where it was to go, or its archive leads out of there. As a warning: a device was left out.",
        "dynrun extract $BUSYBOX /nowhere .",
        "The message says which. `dynrun extract IMAGE / - | tar t` lists all that there is."
    }
    SenderLost = "sender-lost" {
        "A container has taken another one's place, and somebody sends datagrams to its port from the same port as before: the kernel leads them on where they went meanwhile. Docker forgets the flows of a container that ends; those that begin before the next one starts it leaves. With docker's userland proxy (the default) they arrive all the same.",
        "",
        "`conntrack -D -p udp --dport PORT` as root has the kernel forget them. A sender that opens its socket anew is not concerned."
    }
    NotUpdated = "not-updated" {
        "`dynrun update` was asked of a container whose launch it cannot repeat: dynrun did not launch it, or it is said what an update does not change.",
        "dynrun update nobody --name other",
        "Launch it anew with what is wanted: `dynrun run SERVICE --if-exists replace ...`."
    }
    NotReady = "not-ready" {
        "A launch with `--wait` was taken back, since the container did not become ready in its time. What was lacking is named, with the last lines that it wrote. As a warning: the time is over before the engine makes the health check for the first time.",
        "dynrun run --image $BUSYBOX -d --wait=1s --ready tcp:8000 -- sleep 60",
        "Look at its last lines, and at what it listens on instead. Give it more time with `--wait=2m`, or say with `--ready` what tells that it is ready. Without `--wait` the container stays, to be looked at with `dynrun logs` and `dynrun shell`."
    }
    EndedEarly = "ended-early" {
        "A launch with `--wait` was taken back, since the container ended before it was ready. Its exit code and its last lines are named.",
        "dynrun run --image $BUSYBOX -d --wait -- sh -c 'echo no configuration; exit 3'",
        "Its last lines say why it ended."
    }
    WaitAttached = "wait-attached" {
        "`--wait` was asked for in the foreground, where the caller sees the container's output from the start.",
        "dynrun run --image busybox --wait -- true",
        "Launch it in the background, `-d`, or leave `--wait` out."
    }
    ReadyUnsaid = "ready-unsaid" {
        "The launch waits until the container is ready, and nothing tells that: no health check, no `--ready`, no port that its service is known to open. It counts as ready once it has run for a while.",
        "dynrun run -d --rm --wait=2s --image $BUSYBOX -p 127.0.0.1::8000 -- sleep 5",
        "Say what tells: `--ready tcp:8000` for a port, `--ready http:8000/health` for a page, `--health-cmd` for a command."
    }
    ReadyUnheard = "ready-unheard" {
        "`--ready` says what tells that the container is ready, and nobody waits for that.",
        "dynrun run --image busybox -d --ready tcp:80 -- httpd -f",
        "Say `--wait`, or leave `--ready` out. In a file, `ready` is taken for whenever somebody waits."
    }
    NoContainer = "no-container" {
        "No container of this name exists, or none that the verb can work on.",
        "dynrun stop nosuchcontainer",
        "`dynrun ps` lists the containers that dynrun launched and that run, `dynrun ps -a` all of them."
    }
    ProbeFailed = "probe-failed" {
        "A service did not answer what it was asked. The gateway was sent states and did not report them in time; a server of OpenAI's API, NATS, etcd or a port for datagrams did not answer, or not as one of its kind does; or nothing says what it is to be asked, or its port cannot be reached from here.",
        "dynrun run --image $BUSYBOX --profile bare -d --rm --name dynrun-mute -- sleep 20; dynrun probe gateway dynrun-mute",
        "Look at the service's log. Say what it is asked and where, `--as openai:8000`, and publish that port: `dynrun update NAME -p 127.0.0.1:8000:8000`. A firewall may drop datagrams."
    }
    ReportFile = "report-file" {
        "The report of the launch cannot be written.",
        "dynrun run gateway --report /nonexistent/report.json --host unix:///nonexistent/docker.sock",
        "Name a file in a folder that exists and that you may write to."
    }
    PageFile = "page-file" {
        "A page of the manual cannot be written.",
        "dynrun man --dir /dev/null/man1",
        "Name a folder that exists or can be made, and that you may write to."
    }
    GatewaySettings = "gateway-settings" {
        "The built-in gateway was started with variables that it cannot follow.",
        "VLLM_STATE_GATEWAY_UDP_PORT=none dynrun state-gateway",
        "The message names each variable and its accepted form."
    }
    Internal = "internal" {
        "dynrun itself is at fault.",
        "",
        "Report it, with the command line and what was printed."
    }
}

/// The codes of what a profile may refuse, and a waiver take back, in the order in which they are told.
pub const POLICIES: &[Code] = &[
    Code::Privileged,
    Code::Capability,
    Code::HostNetwork,
    Code::HostIpc,
    Code::HostNamespace,
    Code::Device,
    Code::EngineSocket,
    Code::HostPath,
    Code::VolumesFrom,
    Code::Unconfined,
    Code::NewPrivileges,
    Code::UserRoot,
    Code::MemoryLimit,
    Code::CpusLimit,
    Code::PidsLimit,
    Code::ImageLatest,
    Code::SecretLiteral,
    Code::SecretFileOpen,
    Code::SecretCommitted,
    Code::DevelopmentValue,
    Code::PublishEverywhere,
];

/// An empty example is none.
const fn example(text: &'static str) -> Option<&'static str> {
    if text.is_empty() { None } else { Some(text) }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
