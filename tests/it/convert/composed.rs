//! `dynrun import --compose`: services of compose files.

use super::{data, printed};
use crate::common::{Test, expected};

#[test]
fn a_compose_file_becomes_its_services() {
    let test = Test::new()
        .file("compose.yaml", &data("compose.yaml"))
        .file("web.env", "PLAIN=2\nQUOTED=\"x\"\n")
        .args(["import", "--compose", "compose.yaml"]);
    expected("import-compose.txt", &printed(test));
}

#[test]
fn a_file_that_was_imported_is_launched() {
    let test = Test::sh(
        "dynrun import --compose compose.yaml web >web.toml 2>notes \
         && HF_TOKEN=x DB_PASSWORD=y HOME_OF=/h FORWARDED=z dynrun --config web.toml run web --dry-run",
    );
    let test = test.file("compose.yaml", &data("compose.yaml")).file("web.env", "");
    let output = test.any_stdout().any_stderr().run();
    assert!(
        output
            .stdout
            .starts_with("docker run --name web --network name=demo_front,alias=web,alias=w,ip=10.9.0.5"),
        "{}",
        output.stdout
    );
    assert!(output.stdout.contains(" -e HF_TOKEN -e HOME_OF=/h -e 'DOLLAR=a$b' "), "{}", output.stdout);
}

#[test]
fn what_is_wrong_with_a_compose_file_is_told_with_its_place() {
    // No circle, but further than any file goes.
    let links = (0..18).map(|n| format!("  s{n}:\n    extends: s{}\n", n + 1));
    let chain = format!("services:\n{}  s18:\n    image: x\n", links.collect::<String>());
    for (name, text, want) in [
        (
            "twice",
            "services:\n  a:\n    image: x\n    image: y\n",
            "error[not-understood]: not YAML: the key `image` stands twice\n  asked: `...` at compose.yaml:4\n",
        ),
        (
            "unknown",
            "services:\n  a:\n    image: x\n    prots: []\n",
            "error[not-understood]: service `a`: compose has no key `prots`; did you mean `ports`?\n  asked: `...` at compose.yaml:4\n",
        ),
        (
            "secret",
            "services:\n  a:\n    image: x\n    hf_token: canary\n",
            "error[not-understood]: service `a`: compose has no key `hf_token`\n  asked: `...` at compose.yaml:4\n",
        ),
        ("value", "services:\n  a:\n    image: x\n    mem_limit: much\n", "error[bad-value]: mem_limit: "),
        (
            "type",
            "services:\n  a:\n    image: [x]\n",
            "error[not-understood]: service `a`: `image` is one value\n  asked: `...` at compose.yaml:3\n",
        ),
        ("v1", "web:\n  image: x\n", "error[not-understood]: compose.yaml names no `services`\n"),
        (
            "circle",
            "services:\n  a:\n    extends: b\n  b:\n    extends: a\n",
            "error[profile-cycle]: services extend each other without an end: ",
        ),
        (
            "chain",
            chain.as_str(),
            "error[profile-cycle]: more than 16 services extend each other, one behind the other: `s16` is too many\n",
        ),
        ("syntax", "services: [\n", "error[not-understood]: not YAML: "),
    ] {
        let test = Test::new().file("compose.yaml", text).args(["import", "--compose", "compose.yaml"]);
        let output = test.any_stdout().any_stderr().status(1).run();
        assert!(output.stderr.contains(want), "{name}: {}", output.stderr);
    }
}

#[test]
fn a_service_that_is_not_there_is_named_with_the_nearest() {
    Test::new()
        .file("compose.yaml", "services: {web: {image: x}, db: {image: y}}\n")
        .args(["import", "--compose", "compose.yaml", "wbe", "nosuch"])
        .status(1)
        .stderr(
            "
            error[unknown-service]: compose.yaml has no service `wbe`
              help: did you mean web?
              help: it has web, db
            error[unknown-service]: compose.yaml has no service `nosuch`
              help: it has web, db
            ",
        )
        .run();
}

/// A compose file where a script is expected is told as what it is.
#[test]
fn a_compose_file_is_no_script() {
    let compose = "services:\n  web:\n    image: x\n    command: it's\n";
    let told = |name: &str, file: &str| {
        format!(
            "error[nothing-imported]: {name} is a compose file, and no script\n  \
             help: import its services: dynrun import --compose {file}\n"
        )
    };
    let import = |file: &str| Test::new().file("compose.yaml", compose).args(["import", file]).status(1);
    import("compose.yaml").stderr(&told("compose.yaml", "compose.yaml")).run();
    import("-").stdin(compose).stderr(&told("standard input", "-")).run();
}

/// A compose file may be made of several, each in a folder of its own.
#[test]
fn files_that_are_included_and_extended_are_read() {
    let output = Test::new()
        .file(
            "compose.yaml",
            "include: [parts/one.yaml]\nservices:\n  a: {extends: {file: parts/base.yaml, service: base}}\n",
        )
        .file("parts/one.yaml", "include: [two.yaml]\nservices: {one: {image: x, volumes: [\"./d:/d\"]}}\n")
        .file("parts/two.yaml", "include: [{path: one.yaml}]\n")
        .file("parts/base.yaml", "services: {base: {image: y, volumes: [\"./b:/b\"]}}\n")
        .args(["import", "--compose", "compose.yaml"])
        .any_stdout()
        .any_stderr()
        .any_status()
        .run();
    assert!(
        output.stderr.starts_with("error[not-understood]: files include each other without an end"),
        "{}",
        output.stderr
    );
    let output = Test::new()
        .file(
            "compose.yaml",
            "include: [parts/one.yaml]\nservices:\n  a: {extends: {file: parts/base.yaml, service: base}}\n",
        )
        .file("parts/one.yaml", "include: [two.yaml]\nservices: {one: {image: x, volumes: [\"./d:/d\"]}}\n")
        .file("parts/two.yaml", "services: {two: {image: z}}\n")
        .file("parts/base.yaml", "services: {base: {image: y, volumes: [\"./b:/b\"]}}\n")
        .args(["import", "--compose", "compose.yaml"])
        .any_stdout()
        .run();
    for part in [
        "[service.a]\nimage = \"y\"",
        "[\"./parts/b:/b\"]",
        "[service.one]",
        "[\"./parts/d:/d\"]",
        "[service.two]",
    ] {
        assert!(output.stdout.contains(part), "{part}: {}", output.stdout);
    }
}

/// Several services become a stack: whom each needs, what is waited for, and what cannot be had.
const DEMO: &str = "\
name: demo
services:
  web:
    image: nginx
    container_name: webby
    depends_on:
      db: {condition: service_healthy, restart: true}
      migrate: {condition: service_completed_successfully}
      gone: {required: false, condition: service_started}
  db: {image: postgres}
  migrate: {image: m, depends_on: [db]}
  side: {image: s, network_mode: \"service:db\"}
  nats: {image: n, links: [\"db:store\"], volumes_from: [side]}
  debug: {image: d, profiles: [debug], depends_on: [web]}
";

#[test]
fn several_services_become_a_stack() {
    let output = Test::new()
        .file("compose.yaml", DEMO)
        .args(["import", "--compose", "compose.yaml"])
        .any_stdout()
        .stderr(
            "
            note[not-carried-over]: service `web`: it does not wait until `migrate` has ended, and that is not started with it: a stack waits until services are ready
              asked: `condition: ...` at compose.yaml:8
              help: dynrun up demo db -d && dynrun run migrate --network demo --create-network && dynrun up demo
            note[not-carried-over]: service `web`: `depends_on.restart` is left out: a launch restarts no other container
              asked: `restart: ...` at compose.yaml:7
            ",
        )
        .run();
    for part in [
        "default-stack = \"demo\"\n",
        "[service.web]\nneeds = [\"db\"]\nimage = \"nginx\"\n",
        "[service.db]\nimage = \"postgres\"\nnetwork = [\"name=demo_default,alias=db\"]\ncreate-network = true\nready = [\"health\"]\n",
        "[service.side]\nneeds = [\"db\"]\nimage = \"s\"\nnetwork = [\"container:demo-db\"]\n",
        "[service.nats-2]\nneeds = [\"db\", \"side\"]\n",
        "link = [\"demo-db:store\"]\nvolumes-from = [\"demo-side\"]\n",
    ] {
        assert!(output.stdout.contains(part), "{part}:\n{}", output.stdout);
    }
    let stack = "
[stack.demo]
services = [\"web\", \"db\", \"side\", \"nats-2\"]

[stack.demo.group]
debug = [\"debug\"]

[stack.demo.service.web]
name = \"webby\"

[stack.demo.service.side]
network = [\"container:demo-db\"]

[stack.demo.service.nats-2]
name = \"demo-nats\"
";
    assert!(output.stdout.ends_with(stack), "{}", output.stdout);
}

/// In one report, and in the order of what each needs.
#[test]
fn a_stack_that_was_imported_is_launched() {
    let test = Test::sh(
        "dynrun import --compose compose.yaml >demo.toml 2>notes && dynrun --config demo.toml up --dry-run --group debug",
    );
    let output = test.file("compose.yaml", DEMO).any_stderr().any_stdout().run();
    let lines: Vec<&str> =
        output.stdout.lines().map(|line| line.split(" --detach").next().unwrap_or_default()).collect();
    let names = ["demo-db", "webby", "demo-side", "demo-nats", "demo-debug"];
    assert_eq!(lines, names.map(|name| format!("docker run --name {name}")), "{}", output.stdout);
    assert!(
        output.stdout.contains("--name demo-side --detach --network container:demo-db s\n"),
        "{}",
        output.stdout
    );
    assert!(output.stdout.contains("--network name=demo,alias=db postgres\n"), "{}", output.stdout);
}

/// Networks that the file itself says stay: the stack's own would be another one.
#[test]
fn services_of_a_stack_keep_their_networks() {
    let file = "\
name: dynamo
services:
  a: {image: x, networks: [front]}
  b: {image: y, networks: {front: {}, far: {ipv4_address: 10.0.0.5}}}
  c: {image: z}
networks:
  far: {external: true}
";
    let test = Test::new().file("compose.yaml", file).args(["import", "--compose", "compose.yaml"]);
    let output = test.any_stdout().run();
    let stack = "
[stack.dynamo-2]
services = [\"a\", \"b\", \"c\"]

[stack.dynamo-2.service.a]
network = [\"name=dynamo_front,alias=a\"]

[stack.dynamo-2.service.b]
network = [\"name=dynamo_front,alias=b\", \"name=far,alias=b,ip=10.0.0.5\"]

[stack.dynamo-2.service.c]
network = [\"name=dynamo_default,alias=c\"]
";
    assert!(output.stdout.ends_with(stack), "{}", output.stdout);
}

/// What a network is declared as is carried over, and what dynrun has nothing like is named.
#[test]
fn a_network_is_declared_as_the_file_has_it() {
    let file = "\
name: p
services: {a: {image: x}}
networks:
  default:
    driver: bridge
    enable_ipv6: true
    driver_opts: {com.docker.network.driver.mtu: \"1400\"}
    labels: [team=a b, X_TOKEN=hunter2]
    ipam:
      driver: foo
      config: [{subnet: 10.0.0.0/24, ip_range: 10.0.0.128/25, gateway: 10.0.0.1, aux_addresses: {a: 10.0.0.2}}]
";
    let test = Test::new().file("compose.yaml", file).args(["import", "--compose", "compose.yaml"]);
    let output = test
        .any_stdout()
        .stderr(
            "
            note[not-carried-over]: `networks.default.labels.X_TOKEN` is left out: it is a secret, and no file holds it
              asked: `X_TOKEN: ...` at compose.yaml:8
            note[not-carried-over]: `networks.default.ipam.driver` is left out: a declared network has nothing like it
              asked: `driver: ...` at compose.yaml:10
            note[not-carried-over]: `networks.default.ipam.config.aux_addresses` is left out: a declared network has nothing like it
              asked: `aux_addresses: ...` at compose.yaml:11
            ",
        )
        .run();
    let declared = "
[network.p_default]
driver = \"bridge\"
ipv6 = true
options = { \"com.docker.network.driver.mtu\" = \"1400\" }
labels = { team = \"a b\" }
subnet = [\"10.0.0.0/24\"]
gateway = [\"10.0.0.1\"]
ip-range = [\"10.0.0.128/25\"]
";
    assert!(output.stdout.contains(declared), "{}", output.stdout);
}

/// Services that wait for each other are named, and written as they are said.
#[test]
fn a_circle_is_named() {
    let file = "services:\n  web: {image: x, depends_on: [a]}\n  a: {image: x, depends_on: [b]}\n  b:\n    image: y\n    links: [\"a:other\"]\n";
    let test =
        Test::new().file("compose.yaml", file).args(["import", "--compose", "compose.yaml"]).any_stdout();
    let stderr = test.any_stderr().run().stderr;
    let told = "warning[needs-cycle]: services need each other in a circle: a -> b -> a\n  \
                asked: `depends_on: b` at compose.yaml:3\n  \
                help: take one of these out: of services that wait for each other none is the first\n";
    assert!(stderr.contains(told), "{stderr}");
}

/// Its own name on a network is said once, though the file says it, too.
#[test]
fn a_services_own_name_is_one_alias() {
    let file = "services:\n  api: {image: x, networks: {team: {aliases: [api, web, web]}}}\nnetworks: {team: {external: true}}\n";
    let test =
        Test::new().file("compose.yaml", file).args(["import", "--compose", "compose.yaml"]).any_stderr();
    let output = test.any_stdout().run();
    assert!(output.stdout.contains("network = [\"name=team,alias=api,alias=web\"]\n"), "{}", output.stdout);
}

/// What is needed and not imported is named, with the line that imports it.
#[test]
fn a_need_that_is_not_imported_is_named() {
    let test = Test::new()
        .file("compose.yaml", "services: {a: {image: x, depends_on: [b], profiles: [p]}, b: {image: y}}\n");
    let test = test.args(["import", "--compose", "compose.yaml", "a"]).any_stdout();
    let output = test
        .stderr(
            "
            note[not-carried-over]: service `a`: it needs `b`, which is not imported: nothing starts that with it
              asked: `depends_on: ...` at compose.yaml:1
              help: dynrun import --compose FILE a b
            note[not-carried-over]: service `a`: `profiles` is left out: each service is launched by its name
              asked: `profiles: ...` at compose.yaml:1
            ",
        )
        .run();
    assert!(!output.stdout.contains("stack"), "{}", output.stdout);
    let test = Test::new()
        .file("compose.yaml", "services: {a: {image: x, depends_on: [b]}, b: {image: y}}\n")
        .args(["import", "--profile", "mine", "--compose", "compose.yaml"]);
    let output = test.any_stdout().any_stderr().run();
    assert!(
        output.stderr.contains("service `a`: `depends_on` is left out: a profile needs no services\n"),
        "{}",
        output.stderr
    );
    assert!(!output.stdout.contains("stack"), "{}", output.stdout);
}

/// The `.env` of a project is read in compose's dialect, and what holds a secret stays there.
#[test]
fn the_projects_dotenv_is_read_as_compose_reads_it() {
    let compose = "services: {a: {image: \"x:$TAG\", command: [\"$LINES\", \"$MADE\", \"$OF_CALLER\"], environment: {U: \"${URL}\", P: \"${PART}\"}}}\n";
    let dotenv = "export TAG='1.2' # the tag\nLINES=\"a\n  b\"\nMADE=${TAG}-x\nOF_CALLER=${THEIRS:-y}\nX_TOKEN=canary\n\
                  PART=a${X_TOKEN}\nURL=http://u:canary@h/\n";
    let test = Test::new().file("compose.yaml", compose).file(".env", dotenv);
    let output = test.args(["import", "--compose", "compose.yaml"]).any_stdout().any_stderr().run();
    assert!(!output.all().contains("canary"), "{}", output.all());
    for part in [
        "image = \"x:${env.TAG:-1.2}\"\n",
        "command = [\"${env.LINES:-a\\n  b}\", \"${env.MADE:-1.2-x}\", \"${env.OF_CALLER:-y}\"]\n",
        "env = [\"U=${env.URL:?it stands in .env}\", \"P=${env.PART:?it stands in .env}\"]\n",
    ] {
        assert!(output.stdout.contains(part), "{part}:\n{}", output.stdout);
    }
    let told = "OF_CALLER is made from the caller's THEIRS, and stands as without it: .env:5\n";
    assert!(output.stderr.contains(told), "{}", output.stderr);
    Test::new()
        .file("compose.yaml", compose)
        .file(".env", "A=1\nB='hush\n")
        .args(["import", "--compose", "compose.yaml"])
        .status(1)
        .stderr("error[env-file]: .env:2: a quote is not closed\n")
        .run();
}

/// Secrets of commands, whatever way they are said, and a document behind the first.
#[test]
fn what_compose_says_and_no_file_holds_is_named() {
    let output = Test::new()
        .file(
            "compose.yaml",
            "services:\n  a: {image: x, command: sh -c \"export X_TOKEN=canary; run\"}\n  b: {image: y, command: [serve, --api-key, canary], \
             build: {context: ., args: {URL: \"http://u:canary@h/\"}}}\n---\nservices: {c: {image: z}}\n",
        )
        .args(["import", "--compose", "compose.yaml"])
        .any_stdout()
        .any_stderr()
        .run();
    assert!(!output.all().contains("canary"), "{}", output.all());
    assert!(!output.stdout.contains("command"), "{}", output.stdout);
    let told = "note[not-carried-over]: a further document of the file is left out: the first one alone is read\n  \
                asked: `---` at compose.yaml:4\n";
    assert!(output.stderr.starts_with(told), "{}", output.stderr);
}

/// The line that starts what is to have ended before works: on the stack's own network where that is everybody's, else
/// with the networks that the service says itself; without a stack it names none.
#[test]
fn what_is_to_have_ended_is_started_where_the_others_are() {
    const APP: &str =
        "app: {image: a, networks: [n], depends_on: {mig: {condition: service_completed_successfully}}}";
    for (services, networks, line) in [
        (
            format!("{APP}\n  mig: {{image: m, networks: [n]}}\n  db: {{image: d, networks: [n]}}"),
            "networks: {n: {}}",
            "dynrun run mig && dynrun up nc",
        ),
        (
            format!("{APP}\n  mig: {{image: m, networks: [n]}}"),
            "networks: {n: {}}",
            "dynrun run mig && dynrun run app",
        ),
        (
            format!("{}\n  mig: {{image: m}}\n  db: {{image: d}}", APP.replace("networks: [n], ", "")),
            "",
            "dynrun run mig --network nc --create-network && dynrun up nc",
        ),
    ] {
        let text = format!("name: nc\nservices:\n  {services}\n{networks}\n");
        let test = Test::new().file("c.yaml", &text).args(["import", "--compose", "c.yaml"]);
        let output = test.any_stdout().any_stderr().run();
        assert!(output.stderr.contains(&format!("  help: {line}\n")), "{text}: {}", output.stderr);
        // Each launch of the line is one of the file that was written.
        for launch in line.split(" && ") {
            let words = launch.split(' ').skip(1).chain(["--dry-run"]);
            Test::new().file("dynrun.toml", &output.stdout).args(words).any_stdout().any_stderr().run();
        }
    }
}

/// What a file of variables says of itself: whether it has to be there, and how it is read.
#[test]
fn files_of_variables_say_how_they_are_read() {
    let compose = "\
services:
  app:
    image: app
    network_mode: host
    env_file:
      - path: ./raw.env
        required: false
        format: raw
      - path: ./odd.env
        format: odd
        what: x
      - path: ./gone.env
        required: no
";
    let output = Test::new()
        .file("compose.yaml", compose)
        .file("raw.env", "A=\"x\"\n")
        .file("odd.env", "A=\"x\"\n")
        .args(["import", "--compose", "compose.yaml"])
        .any_stdout()
        .stderr(
            "
            note[not-carried-over]: service `app`: `env_file.required` is left out: the file has to be there when it is launched
              asked: `required: ...` at compose.yaml:7
            note[not-carried-over]: service `app`: `env_file.format` is left out: dynrun has one way to read such a file
              asked: `format: ...` at compose.yaml:10
            note[not-carried-over]: service `app`: `env_file.what` is left out: dynrun has one way to read such a file
              asked: `what: ...` at compose.yaml:11
            note[not-carried-over]: service `app`: compose takes quotes and `$` of env_file away, and dynrun reads each line as it stands: write the values plainly
              asked: `env_file: ...` at compose.yaml:9
            note[not-carried-over]: service `app`: a file of variables that need not be there is not there, and is left out
              asked: `required: ...` at compose.yaml:13
            ",
        )
        .run();
    assert!(output.stdout.contains("env-file = [\"./raw.env\", \"./odd.env\"]\n"), "{}", output.stdout);
}

/// The modes of a volume that has a driver, which is said as a mount.
#[test]
fn modes_of_a_volume_with_a_driver_are_kept_or_named() {
    let compose = "\
services:
  app:
    image: app
    network_mode: host
    volumes:
      - kept:/a:nocopy,ro
      - kept:/b:z
volumes:
  kept: { driver: local, driver_opts: { type: tmpfs } }
";
    let output = Test::new()
        .file("compose.yaml", compose)
        .args(["import", "--compose", "compose.yaml"])
        .any_stdout()
        .stderr(
            "
            note[not-carried-over]: service `app`: `z` is left out: a mount of a volume has nothing like it
              asked: `z: ...` at compose.yaml:7
            ",
        )
        .run();
    for (target, end) in [("/a,readonly", ",volume-nocopy"), ("/b", "")] {
        let line = output.stdout.lines().find(|line| line.contains(&format!("target={target},"))).unwrap();
        let (front, rest) = line.split_once(",target=").unwrap();
        assert!(front.ends_with("_kept"), "{line}");
        assert_eq!(rest, format!("{target},volume-driver=local,volume-opt=type=tmpfs{end}\","), "{line}");
    }
}
