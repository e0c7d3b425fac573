//! The long forms of options, and compose's and model-compose's names for them: each comes to the words that the
//! option's flag takes, under the option's own name. M10, M12, M13, M15, M16, M18, M21, M25, M26.

use crate::common::Test;

/// The lines of a file, and the words that they come to, `OPTION=WORD`.
pub(crate) const FORMS: &[(&str, &[&str])] = &[
    // Ports: a number, a string, a table.
    ("ports = [8081, \"5000:8080\"]", &["publish=8081", "publish=5000:8080"]),
    (
        "ports = [{ target = 8080, published = 5000, protocol = \"tcp\", mode = \"host\" }]",
        &["publish=5000:8080"],
    ),
    (
        "publish = [{ target = \"9999\", published = \"9999\", protocol = \"udp\" }]",
        &["publish=9999:9999/udp"],
    ),
    ("publish = { target = 80 }", &["publish=80"]),
    ("publish = [{ target = 80, host_ip = \"127.0.0.1\" }]", &["publish=127.0.0.1::80"]),
    ("publish = [{ target = 80, published = 8080, host-ip = \"::1\" }]", &["publish=[::1]:8080:80"]),
    ("publish = [{ target = 80, published = 8080, host_ip = \"[::1]\" }]", &["publish=[::1]:8080:80"]),
    ("publish = [{ target = \"80-82\", published = \"8080-8082\" }]", &["publish=8080-8082:80-82"]),
    ("[[service.s.ports]]\ntarget = 80\n[[service.s.ports]]\ntarget = 81", &["publish=80", "publish=81"]),
    // Volumes: short and long.
    ("volumes = [\"data:/data\", \"/m:/m:ro\"]", &["volume=data:/data", "volume=/m:/m:ro"]),
    (
        "volumes = [{ type = \"bind\", source = \"/m\", target = \"/models\", read_only = true, bind = { propagation = \"rslave\" } }]",
        &["mount=type=bind,source=/m,target=/models,readonly,bind-propagation=rslave"],
    ),
    (
        "volumes = [{ type = \"bind\", source = \"/m\", target = \"/m\", read_only = false, bind = { create_host_path = true } }]",
        &["mount=type=bind,source=/m,target=/m,create"],
    ),
    (
        "volumes = [{ type = \"volume\", source = \"data\", target = \"/data\", volume = { nocopy = true, subpath = \"a,b\", labels = { team = \"x\" } } }]",
        &[
            "mount=type=volume,source=data,target=/data,volume-nocopy,\"volume-subpath=a,b\",volume-label=team=x",
        ],
    ),
    (
        "volumes = [{ type = \"tmpfs\", target = \"/tmp\", tmpfs = { size = 1073741824, mode = 1777 } }]",
        &["mount=type=tmpfs,target=/tmp,tmpfs-size=1g,tmpfs-mode=1777"],
    ),
    (
        "volumes = [{ type = \"tmpfs\", target = \"/tmp\", tmpfs = { mode = 0o1777 } }]",
        &["mount=type=tmpfs,target=/tmp,tmpfs-mode=1777"],
    ),
    (
        "volumes = [{ type = \"image\", source = \"tools:1\", dst = \"/tools\", image = { subpath = \"bin\" } }]",
        &["mount=type=image,source=tools:1,target=/tools,image-subpath=bin"],
    ),
    (
        "mount = [{ type = \"bind\", src = \"/m\", destination = \"/m\", ro = true, bind-propagation = \"rshared\" }]",
        &["mount=type=bind,source=/m,target=/m,readonly,bind-propagation=rshared"],
    ),
    (
        "mount = { type = \"bind\", source = \"/m\", target = \"/m\", create = true, mode = 0o755, owner = \"1000:1000\" }",
        &["mount=type=bind,source=/m,target=/m,create,mode=0755,owner=1000:1000"],
    ),
    (
        "mount = [{ target = \"/m\", volume-opt = { type = \"nfs\", o = \"addr=h\" }, source = \"vol\" }]",
        &["mount=type=volume,source=vol,target=/m,volume-opt=type=nfs,volume-opt=o=addr=h"],
    ),
    // Memory.
    ("tmpfs = \"/run\"", &["tmpfs=/run"]),
    (
        "tmpfs = [\"/run:size=64m\", { target = \"/tmp\", size = \"1g\", mode = 0o1777, uid = 1000, options = [\"noexec\", \"ro\"] }]",
        &["tmpfs=/run:size=64m", "tmpfs=/tmp:size=1g,mode=1777,uid=1000,noexec,ro"],
    ),
    // Health checks.
    (
        "[service.s.healthcheck]\ntest = [\"CMD\", \"curl\", \"-f\", \"http://localhost\"]\ninterval = \"30s\"\ntimeout = \"10s\"\nmax_retry_count = 3\nstart_period = \"40s\"\nstart-interval = \"5s\"",
        &[
            "health-cmd=[\"CMD\", \"curl\", \"-f\", \"http://localhost\"]",
            "health-interval=30s",
            "health-retries=3",
            "health-start-interval=5s",
            "health-start-period=40s",
            "health-timeout=10s",
        ],
    ),
    (
        "healthcheck = { test = \"curl -f http://localhost || exit 1\", retries = 2 }",
        &["health-cmd=curl -f http://localhost || exit 1", "health-retries=2"],
    ),
    ("healthcheck.disable = true", &["no-healthcheck=true"]),
    ("max_retry_count = 3", &["health-retries=3"]),
    // Limits.
    (
        "mem_limit = \"2g\"\nmemswap_limit = \"4g\"\nmem_reservation = \"1g\"\nmem_swappiness = 10\ncpus = \"2.0\"\ncpu_shares = 1024",
        &[
            "memory=2g",
            "memory-reservation=1g",
            "memory-swap=4g",
            "memory-swappiness=10",
            "cpus=2",
            "cpu-shares=1024",
        ],
    ),
    (
        "[service.s.ulimits]\nnproc = 65535\nnofile = { soft = 20000, hard = 40000 }",
        &["ulimit=nproc=65535", "ulimit=nofile=20000:40000"],
    ),
    ("ulimit = [\"nofile=1:2\"]", &["ulimit=nofile=1:2"]),
    (
        "[service.s.deploy]\nreplicas = 1\nresources.limits = { cpus = \"0.5\", memory = \"50m\", pids = 100 }\nresources.reservations = { memory = \"20m\" }\nrestart_policy = { condition = \"on-failure\", max_attempts = 3 }",
        &["memory=50m", "memory-reservation=20m", "cpus=0.5", "pids-limit=100", "restart=on-failure:3"],
    ),
    (
        "[service.s.deploy.resources.reservations]\ndevices = [{ driver = \"nvidia\", count = \"all\", capabilities = [\"gpu\", \"utility\"] }]",
        &["gpus=count=all,driver=nvidia,capabilities=utility"],
    ),
    ("gpus = [{ device_ids = [\"0\", \"3\"], driver = \"nvidia\" }]", &["gpus=\"device=0,3\",driver=nvidia"]),
    ("gpus = { capabilities = [\"gpu\"] }", &["gpus=all"]),
    ("gpus = { count = 2, options = { a = \"b\" } }", &["gpus=count=2,options=a=b"]),
    (
        "[service.s.blkio_config]\nweight = 300\nweight_device = [{ path = \"/dev/sda\", weight = 400 }]\ndevice_read_bps = [{ path = \"/dev/sdb\", rate = \"12m\" }]\ndevice_write_iops = [{ path = \"/dev/sdb\", rate = 30 }]",
        &[
            "blkio-weight=300",
            "blkio-weight-device=/dev/sda:400",
            "device-read-bps=/dev/sdb:12m",
            "device-write-iops=/dev/sdb:30",
        ],
    ),
    ("restart_policy = { condition = \"any\" }", &["restart=always"]),
    ("restart_policy = { condition = \"none\" }", &["restart=no"]),
    ("restart_policy = { name = \"on-failure\", maximum_retry_count = 5 }", &["restart=on-failure:5"]),
    ("restart_policy = \"unless-stopped\"", &["restart=unless-stopped"]),
    ("restart = \"on-failure:2\"", &["restart=on-failure:2"]),
    // Networks.
    ("networks = [\"front\", \"back\"]", &["network=front", "network=back"]),
    ("network_mode = \"host\"", &["network=host"]),
    (
        "[service.s.networks.backend]\naliases = [\"db\", \"main\"]\nipv4_address = \"10.0.0.9\"\nmac_address = \"02:42:ac:11:00:02\"\n[service.s.networks.other]\nipv6_address = \"fd00::9\"\nlink_local_ips = [\"169.254.1.1\"]\ndriver_opts = { a = \"b\" }\ngw_priority = 5",
        &[
            "network=name=backend,alias=db,alias=main,ip=10.0.0.9,mac-address=02:42:ac:11:00:02",
            "network=name=other,ip6=fd00::9,link-local-ip=169.254.1.1,driver-opt=a=b,gw-priority=5",
        ],
    ),
    (
        "network = [{ name = \"backend\", alias = \"db\", ip = \"10.0.0.9\" }, \"front\"]",
        &["network=name=backend,alias=db,ip=10.0.0.9", "network=front"],
    ),
    ("network = { name = \"backend\" }", &["network=backend"]),
    ("networks = { backend = {} }", &["network=backend"]),
    (
        "extra_hosts = { db = \"10.0.0.2\", both = [\"10.0.0.3\", \"fd00::3\"], out = \"host-gateway\" }",
        &[
            "add-host=db:10.0.0.2",
            "add-host=both:10.0.0.3",
            "add-host=both:fd00::3",
            "add-host=out:host-gateway",
        ],
    ),
    ("extra_hosts = [\"db=10.0.0.2\"]", &["add-host=db:10.0.0.2"]),
    // Devices, logs, and the rest.
    (
        "devices = [\"/dev/fuse:r\", { source = \"/dev/a\", target = \"/dev/b\", permissions = \"rw\" }, { source = \"nvidia.com/gpu=0\" }]",
        &["device=/dev/fuse:r", "device=/dev/a:/dev/b:rw", "device=nvidia.com/gpu=0"],
    ),
    (
        "logging = { driver = \"json-file\", options = { max-size = \"10m\", max-file = \"3\" } }",
        &["log-driver=json-file", "log-opt=max-size=10m", "log-opt=max-file=3"],
    ),
    (
        "environment = { WORKERS = 4, DEBUG = true, LEVEL = \"info\" }",
        &["env=WORKERS=4", "env=DEBUG=true", "env=LEVEL=info"],
    ),
    ("environment = [\"A=1\"]", &["env=A=1"]),
    (
        "env_file = [\"more.env\", { path = \"raw.env\", format = \"raw\", required = true }]",
        &["env=A=1", "env=B=2"],
    ),
    (
        "labels = { environment = \"production\", version = \"1.0.0\" }",
        &["label=environment=production", "label=version=1.0.0"],
    ),
    ("sysctls = { \"net.core.somaxconn\" = 1024 }", &["sysctl=net.core.somaxconn=1024"]),
    ("storage_opt = { size = \"10G\" }", &["storage-opt=size=10G"]),
    (
        "security_opt = [\"apparmor=unconfined\"]\ncap_add = [\"NET_ADMIN\"]\ncap_drop = \"ALL\"",
        &["cap-add=CAP_NET_ADMIN", "cap-drop=ALL", "security-opt=apparmor=unconfined"],
    ),
    (
        "container_name = \"box\"\nhostname = \"host\"\nworking_dir = \"/app\"\nentrypoint = [\"/bin/bash\"]\nuser = \"1000:1000\"",
        &["name=box", "entrypoint=/bin/bash", "workdir=/app", "user=1000:1000", "hostname=host"],
    ),
    ("stdin_open = true\ntty = true", &["interactive=true", "tty=true"]),
    ("stop_grace_period = \"1m30s\"\nstop_signal = \"SIGUSR1\"", &["stop-signal=SIGUSR1", "stop-timeout=90"]),
    ("pull_policy = \"if_not_present\"", &["pull=missing"]),
    ("pull_policy = \"always\"", &["pull=always"]),
    (
        "userns_mode = \"host\"\ncgroup = \"private\"\ncpuset = \"0-1\"",
        &["cpuset-cpus=0-1", "cgroupns=private", "userns=host"],
    ),
    (
        "annotations = { a = \"b\" }\nlinks = [\"db:database\"]\ndevice_cgroup_rules = [\"c 1:3 mr\"]",
        &["link=db:database", "device-cgroup-rule=c 1:3 mr", "annotation=a=b"],
    ),
    // Underscores and hyphens, in options and in sections.
    ("port_policy = \"next\"\nif_exists = \"reuse\"", &["port-policy=next", "if-exists=reuse"]),
    // A long form may be made from other options.
    (
        "hf_home = \"/models\"\nvolumes = [{ type = \"bind\", source = \"${option.hf-home}\", target = \"/a,b\" }]",
        &["hf-home=/models", "mount=type=bind,source=/models,\"target=/a,b\""],
    ),
    (
        "name = \"box\"\nnetworks.backend.aliases = [\"${option.name}-1\"]",
        &["name=box", "network=name=backend,alias=box-1"],
    ),
];

#[test]
fn every_form_comes_to_its_words() {
    for (lines, want) in FORMS {
        let file = format!("[service.s]\nimage = \"app:1\"\n{lines}\n");
        let query = ["config", "s", "--config", "f.toml", "--profile", "bare", "--format", "json"];
        let test = Test::new().bytes("f.toml", file.as_bytes());
        let test = test.file("more.env", "A=1\n").file("raw.env", "B=2\n").args(query);
        let output = test.any_stdout().any_stderr().any_status().run();
        assert_eq!(output.status, 0, "{lines}\n{}", output.stderr);
        let json: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
        let mut got = Vec::new();
        for (name, value) in json["options"].as_object().unwrap() {
            let words = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
            got.extend(words.iter().map(|word| format!("{name}={}", word.as_str().unwrap())));
        }
        let hidden = ["image=", "service="];
        got.retain(|word| !hidden.iter().any(|front| word.starts_with(front)));
        assert_eq!(got, *want, "{lines}\n{}", output.stderr);
    }
}

/// Every word keeps the place of the table that said it.
#[test]
fn a_form_keeps_its_place() {
    let file = "
        [service.s]
        image = \"app:1\"
        ports = [
          8080,
          { target = 80 },
        ]
        [service.s.healthcheck]
        test = \"true\"
        interval = \"5s\"
        ";
    let query = |key: &str| {
        let test = Test::new().file("f.toml", file);
        test.args(["config", "s", key, "--config", "f.toml", "--origin"]).any_stdout().run().stdout
    };
    assert_eq!(query("publish"), "8080\tf.toml:4\n80\tf.toml:5\n");
    assert_eq!(query("health-interval"), "5s\tf.toml:9\n");
}

/// `needs` and `depends_on` are the same; a section's own keys take underscores, too.
#[test]
fn keys_of_sections_have_other_names() {
    let file = "
        [service.s]
        image = \"app:1\"
        depends_on = [\"nats\"]
        found_by = \"WHERE\"
        [service.s.build]
        context = \".\"
        cache_from = [\"app:0\"]
        ";
    Test::new()
        .file("f.toml", file)
        .args(["config", "s", "image", "--config", "f.toml"])
        .stdout("app:1\n")
        .run();
}

/// A relative path in a long form starts at its file, and a project's long form is as strange as its short one.
#[test]
fn paths_and_powers_are_the_options() {
    let mounts = "[service.s]\nimage = \"app:1\"\nvolumes = [{ type = \"bind\", source = \"./m\", target = \"/m\" }]\n";
    Test::new()
        .file("etc/f.toml", mounts)
        .args(["config", "s", "mount", "--config", "etc/f.toml"])
        .stdout("type=bind,source=[DIR]/etc/m,target=/m\n")
        .run();
    let project = "
        [service.s]
        image = \"app:1\"
        volumes = [{ type = \"bind\", source = \"/etc\", target = \"/m\" }]
        devices = [{ source = \"/dev/mem\" }]
        ";
    Test::new()
        .file("dynrun.toml", project)
        .args(["config", "s"])
        .stderr_has("  asked: `the path /etc, outside the project (mount)` at dynrun.toml:3\n")
        .stderr_has("  asked: `devices of the host (device)` at dynrun.toml:4\n")
        .status(1)
        .run();
}

/// Advice is what would do, and not what merely looks alike.
#[test]
fn advice_is_what_would_do() {
    for (text, wanted, never) in [
        ("ready = [\"htpp:80\"]\n", "3 + ready = [\"http:80\"]\n", "[\"http\"]"),
        ("[service.s.secrets]\nx = \"X\"\n", "each is a table of its own: [service.S.secret.NAME]", "volume"),
        ("reset = [\"refuse\"]\n", "help: a refusal is taken back by a waiver: allow = ", "[\"reset\"]"),
        (
            "[service.s.when.network.host]\nname = \"x\"\n",
            "help: what may be said several times comes to no single word\n",
            "fix-network",
        ),
        (
            "[stack.s]\nservices = [\"nats\"]\nallow = [{ code = \"host-ipc\", reason = \"x\" }]\n",
            "help: a waiver is a service's or a profile's: [profile.P.service.S] allow = [...]\n",
            "dead-publish",
        ),
        ("enviromnent = { API_TOKEN = \"hush\", A = true }\n", "help: in its place: environment\n", "hush"),
    ] {
        let file = format!("[service.s]\nimage = \"app:1\"\n{text}");
        let output = Test::new()
            .file("f.toml", &file)
            .args(["config", "s", "--config", "f.toml"])
            .any_status()
            .any_stdout()
            .any_stderr()
            .run();
        assert!(
            output.stderr.contains(wanted) && !output.stderr.contains(never),
            "{text}: {}",
            output.stderr
        );
    }
}

/// A project's file that is a link to nothing was meant as one; of several keys none is shown.
#[test]
fn a_link_to_nothing_is_told() {
    Test::new()
        .link("dynrun.toml", "missing.toml")
        .args(["config", "nats", "image"])
        .stdout("nats:2.11\n")
        .stderr("warning[config-ignored]: [DIR]/dynrun.toml is not read: it is a link to missing.toml, which there is not\n  help: mend the link, or: rm [DIR]/dynrun.toml\n")
        .run();
    Test::new()
        .args(["config", "nats", "memory", "env"])
        .stderr_has("error[usage]: `env` is one argument too many\n")
        .status(2)
        .run();
}

/// The values that a secret may have are as secret as it is. S2.
#[test]
fn the_values_of_a_secret_are_not_listed() {
    let file = "[service.s]\nimage = \"app:1\"\n[service.s.variable.LICENCE]\nsecret = true\nvalues = [\"hush1\", \"hush2\"]\n";
    let output = Test::new()
        .file("f.toml", file)
        .args(["check", "s", "--offline", "--config", "f.toml", "-e", "LICENCE=hush3"])
        .stdout("refused\n")
        .any_stderr()
        .status(1)
        .run();
    let want = "error[variable-value]: LICENCE: its service takes no such value\n";
    assert!(output.stderr.contains(want) && !output.all().contains("hush"), "{}", output.all());
}

/// The keys of a network, under compose's names, too; what a driver does is not for a project's file.
#[test]
fn a_network_has_its_keys() {
    let network = "[network.n]\nsubnet = \"10.9.0.0/16\"\ngateway = \"10.9.0.1\"\nip_range = [\"10.9.5.0/24\"]\n\
                   enable_ipv6 = false\nlabels = [\"team=a\", \"bare\"]\ndriver_opts = { mtu = 1400 }\n";
    let words =
        ["run", "--dry-run", "--profile", "bare", "--image", "x:1", "--network", "n", "--create-network"];
    let test = || Test::new().args(words);
    test().file("n.toml", network).args(["--config", "n.toml"]).any_stdout().any_stderr().run();
    test()
        .file("dynrun.toml", network)
        .stderr_has("error[untrusted]: ")
        .stderr_has("  asked: `an option of a network's driver (mtu)` at dynrun.toml:7\n")
        .status(125)
        .run();
    let wrong = network.replace("\"10.9.0.1\"", "\"10.9.0\"");
    test()
        .file("n.toml", &wrong)
        .args(["--config", "n.toml"])
        .stderr_has("error[bad-value]: this is not an IP address\n --> n.toml:3:11\n")
        .status(125)
        .run();
}
