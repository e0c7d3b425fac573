//! The container's network: what exists, what is made, what two containers of it know of each other.

use super::case::Case;

#[test]
fn a_missing_network_is_named_with_its_neighbour_and_the_line_that_makes_it() {
    let case = Case::new();
    let (near, far) = (case.name("backend"), case.name("backendd"));
    case.docker(&["network", "create", &near]);
    let done = case.launch(&["--network", &far], &["true"]).run();
    done.expect(
        125,
        "",
        &format!(
            "error[network-missing]: there is no network {far}\n  \
             asked: `--network {far}` on the command line\n  \
             help: did you mean {near}?\n  \
             help: create it: docker network create {far}\n  \
             help: or let dynrun create it: --create-network\n"
        ),
    );
    assert!(case.containers().is_empty());
}

/// A network that a file declares is meant by a name that is nearly its own: where none is there, and where one would be
/// made.
#[test]
fn a_declared_network_is_a_missing_ones_neighbour() {
    let case = Case::new();
    let (declared, slipped) = (case.name("house"), case.name("huose"));
    case.file("net.toml", &format!("[network.{declared}]\n"));
    let done = case.launch(&["--config", "net.toml", "--network", &slipped], &["true"]).run();
    let meant = format!("help: did you mean {declared}?\n");
    assert!(done.refused(125, "network-missing").contains(&meant), "{}", done.stderr);
    let made = ["--rm", "--config", "net.toml", "--create-network", "--network", &slipped];
    let done = case.launch(&made, &["true"]).run();
    done.expect(
        0,
        "",
        &format!(
            "warning[network-missing]: there is no network {slipped}, and nothing declares the one that is made\n  \
             asked: `--network {slipped}` on the command line\n  \
             help: did you mean {declared}?\n  \
             help: else declare it: [network.{slipped}]\n\
             note: created the network {slipped}\n"
        ),
    );
}

/// The engine's own list of drivers tells a slip before anything is made; a plugin may be on no list yet.
#[test]
fn a_networks_driver_is_one_of_the_engines() {
    let case = Case::new();
    let name = case.name("driven");
    let launch = |driver: &str| {
        case.file("net.toml", &format!("[network.{name}]\ndriver = \"{driver}\"\n"));
        let done =
            case.launch(&["--config", "net.toml", "--network", &name, "--create-network"], &["true"]).run();
        assert!(case.containers().is_empty(), "{driver}");
        done
    };
    let told = |level: &str, driver: &str, help: &str| {
        format!(
            "{level}[network-option]: the engine lists no network driver {driver}, which the network {name} is to be made \
             with\n  asked: `driver = {driver}` at net.toml:2\n  asked: `--network {name}` on the command line\n{help}  \
             help: it has bridge, host, ipvlan, macvlan, null, overlay\n"
        )
    };
    launch("brigde").expect(125, "", &told("error", "brigde", "  help: did you mean bridge?\n"));
    let done = launch("example/weave");
    assert!(done.stderr.starts_with(&told("warning", "example/weave", "")), "{}", done.stderr);
    assert_eq!(done.code, 125, "{}", done.stderr);
}

/// The engine finds out at the start, and says it with the status of a permission.
#[test]
fn an_address_that_somebody_has_is_named_with_who_has_it() {
    let case = Case::new();
    let (name, holder) = (case.name("taken"), case.name("holder"));
    case.docker(&["network", "create", "--label", &case.label(), "--subnet", "10.98.2.0/24", &name]);
    let held =
        case.launch(&["-d", "--name", &holder, "--network", &name, "--ip", "10.98.2.50"], &["sleep", "60"]);
    assert_eq!(held.run().code, 0);
    let refused = |who: &str, option: &str| {
        format!(
            "error[address-taken]: 10.98.2.50 on the network {name} is the container {who}'s\n  \
             asked: `{option}` on the command line\n  \
             help: see who has which: docker network inspect {name}; or let the engine choose one\n"
        )
    };
    let done = case.launch(&["--network", &name, "--ip", "10.98.2.50"], &["true"]).run();
    done.expect(125, "", &refused(&holder, "--ip 10.98.2.50"));
    let long = format!("name={name},ip=10.98.2.50");
    let done = case.launch(&["--network", &long], &["true"]).run();
    done.expect(125, "", &refused(&holder, &format!("--network {long}")));
    assert_eq!(case.containers().len(), 1, "the holder alone");
}

#[test]
fn a_network_is_made_as_it_was_declared() {
    let case = Case::new();
    let name = case.name("made");
    let config =
        format!("[network.{name}]\ndriver = \"bridge\"\ninternal = true\nsubnet = [\"10.98.1.0/24\"]\n");
    case.file("net.toml", &config);
    let options = ["--rm", "--config", "net.toml", "--network", &name, "--create-network"];
    let done = case.launch(&options, &["sh", "-c", "ip -4 addr show eth0 | grep -c 10.98.1."]).run();
    done.expect(0, "1\n", &format!("note: created the network {name}\n"));
    let made: serde_json::Value = serde_json::from_str(&case.docker(&["network", "inspect", &name])).unwrap();
    assert_eq!((&made[0]["Driver"], &made[0]["Internal"]), (&"bridge".into(), &true.into()));
    assert_eq!(made[0]["IPAM"]["Config"][0]["Subnet"], "10.98.1.0/24");
    assert!(made[0]["Labels"]["dev.dynrun.run"].is_string(), "{made}");
    // It stays for the next launch, which finds it.
    case.launch(&options, &["true"]).run().expect(0, "", "");
}

/// The engine takes the whole of a declaration, and says the same of it afterwards: the next launch finds no difference.
#[test]
fn a_network_has_all_that_was_declared() {
    let case = Case::new();
    let name = case.name("net");
    let text = format!(
        "[network.{name}]\nsubnet = [\"10.98.9.0/24\"]\ngateway = \"10.98.9.254\"\nip-range = [\"10.98.9.128/26\"]\n\
         ipv6 = false\noptions = {{ \"com.docker.network.driver.mtu\" = 1400 }}\nlabels = {{ team = \"a b\" }}\n"
    );
    case.file("net.toml", &text);
    let options = ["--rm", "--config", "net.toml", "--network", &name, "--create-network"];
    let command = [
        "sh",
        "-c",
        "ip route | grep -c 'default via 10.98.9.254'; ip -4 addr | grep -c 'inet 10.98.9.1[2-9]'; cat /sys/class/net/eth0/mtu",
    ];
    for made in [format!("note: created the network {name}\n"), String::new()] {
        let done = case.launch(&options, &command).run();
        done.expect(0, "1\n1\n1400\n", &made);
    }
}

#[test]
fn a_network_that_is_not_as_declared_is_refused() {
    let case = Case::new();
    let name = case.name("differs");
    case.docker(&["network", "create", &name]);
    case.file("net.toml", &format!("[network.{name}]\ndriver = \"overlay\"\nattachable = true\n"));
    let done = case.launch(&["--config", "net.toml", "--network", &name], &["true"]).run();
    let stderr = done.refused(125, "network-differs");
    for line in [
        format!(
            "error[network-differs]: the network {name} has driver bridge, and was declared with overlay\n"
        ),
        format!(
            "error[network-differs]: the network {name} has attachable false, and was declared with true\n"
        ),
        "  asked: `driver = overlay` at net.toml:2\n".to_owned(),
        "  asked: `attachable = true` at net.toml:3\n".to_owned(),
    ] {
        assert!(stderr.contains(&line), "no {line} in {stderr}");
    }
    assert!(case.containers().is_empty());
}

/// K6: whoever has joined it, or will, is named; and nothing is taken away from anybody.
#[test]
fn a_network_that_somebody_uses_is_not_made_anew() {
    let case = Case::new();
    let (name, web, db) = (case.name("used"), case.name("web"), case.name("db"));
    let differs = format!(
        "error[network-differs]: the network {name} has internal false, and was declared with true\n  \
         asked: `internal = true` at net.toml:2\n  \
         asked: `--network {name}` on the command line\n"
    );
    case.docker(&["network", "create", "--label", "com.docker.compose.project=shop", &name]);
    case.file("net.toml", &format!("[network.{name}]\ninternal = true\n"));
    let id = case.docker(&["network", "inspect", "-f", "{{.Id}}", &name]);
    let fix = ["--config", "net.toml", "--network", &name, "--create-network", "--fix-network"];
    let refused = |notes: &str| {
        let help = "  help: change the declaration, or name another network\n";
        case.launch(&fix, &["true"]).run().expect(125, "", &format!("{differs}{notes}{help}"));
    };
    refused("  note: it is the network of the compose project shop\n");
    case.docker(&["network", "rm", &name]);
    case.docker(&["network", "create", &name]);
    let now = case.docker(&["network", "inspect", "-f", "{{.Id}}", &name]);
    assert_ne!(id, now);
    case.launch(&["-d", "--name", &web, "--network", &name], &["sleep", "60"]).run();
    case.launch(&["--rm=false", "--name", &db, "--network", &name], &["true"]).run();
    let ended = format!("  note: {db} does not run, and joins it when it is started\n");
    refused(&format!("  note: {web} has joined it\n{ended}"));
    case.docker(&["rm", "-f", &web]);
    refused(&ended);
    assert_eq!(case.docker(&["network", "inspect", "-f", "{{.Id}}", &name]), now);
    case.docker(&["start", &db]);
}

/// K6: one that is nobody's is made as it was declared, where that is asked for, and is back where the launch fails.
#[test]
fn a_network_that_is_nobodys_is_made_anew() {
    let case = Case::new();
    let name = case.name("anew");
    let old = ["--subnet", "10.98.7.0/24", "--label", "a=b c", "--opt", "com.docker.network.driver.mtu=1400"];
    case.docker(&[&["network", "create"][..], &old, &[&name]].concat());
    let inspect = |what: &str| case.docker(&["network", "inspect", "-f", what, &name]).trim().to_owned();
    let whole = "{{.Driver}} {{.Internal}} {{json .IPAM.Config}} {{json .Labels}} {{json .Options}}";
    let (before, id) = (inspect(whole), inspect("{{.Id}}"));
    let file = |declared: &str| case.file("net.toml", &format!("[network.{name}]\n{declared}\n"));
    let launch = |options: &[&str], command: &[&str]| {
        let base = ["--rm", "--config", "net.toml", "--network", &name];
        case.launch(&[&base[..], options].concat(), command).run()
    };
    file("internal = true\nsubnet = [\"10.98.7.0/25\"]");
    let done = launch(&["--create-network"], &["true"]);
    let said = done.refused(125, "network-differs");
    let line = format!("docker network create --internal --subnet 10.98.7.0/25 {name}");
    for help in [
        format!(
            "  help: change the declaration, or make the network anew: docker network rm {name} && {line}\n"
        ),
        "  help: or have dynrun do that, as nobody has joined it: --create-network --fix-network\n"
            .to_owned(),
    ] {
        assert!(said.contains(&help), "{said}");
    }
    let fix = ["--create-network", "--fix-network"];
    let taken = format!(
        "note: the network {name} is made anew; should the launch fail, it is put back: docker network create "
    );
    // The command is missing; then the network cannot be made.
    let done = launch(&fix, &["nosuchcommand"]);
    assert_eq!(done.code, 127, "{}", done.stderr);
    assert!(
        done.stderr.contains(&taken) && done.stderr.contains(&format!("note: created the network {name}\n")),
        "{}",
        done.stderr
    );
    assert_eq!(inspect(whole), before);
    let back = inspect("{{.Id}}");
    assert_ne!(back, id, "it was made again");
    file("driver = \"nosuchdriver\"");
    let done = launch(&fix, &["true"]);
    assert_eq!(done.code, 125, "{}", done.stderr);
    assert!(done.stderr.contains(&taken) && done.stderr.contains("nosuchdriver"), "{}", done.stderr);
    assert_eq!(inspect(whole), before);
    file("internal = true\nsubnet = [\"10.98.7.0/25\"]");
    let done = launch(&fix, &["true"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(done.stderr.contains(": it is made anew\n") && done.stderr.contains(&taken), "{}", done.stderr);
    assert_eq!(inspect("{{.Internal}} {{(index .IPAM.Config 0).Subnet}}"), "true 10.98.7.0/25");
    // It is as declared now, and stays.
    let id = inspect("{{.Id}}");
    launch(&fix, &["true"]).expect(0, "", "");
    assert_eq!(inspect("{{.Id}}"), id);
    let done = launch(&["--fix-network"], &["true"]);
    let words = "--fix-network makes a network anew, and needs the leave to create one";
    assert!(done.refused(125, "network-option").contains(words), "{}", done.stderr);
}

/// The line that makes a missing network says all that was declared of it.
#[test]
fn a_missing_network_is_told_with_all_that_was_declared() {
    let case = Case::new();
    let name = case.name("missing");
    let declared = "driver = \"ipvlan\"\nscope = \"local\"\nattachable = true\ninternal = true\nsubnet = [\"10.98.8.0/24\", \"fd00:8::/64\"]";
    case.file("net.toml", &format!("[network.{name}]\n{declared}\n"));
    let done = case.launch(&["--config", "net.toml", "--network", &name], &["true"]).run();
    let line = format!(
        "  help: create it: docker network create --driver ipvlan --scope local --attachable --internal --subnet \
         10.98.8.0/24 --subnet fd00:8::/64 {name}\n"
    );
    assert!(done.refused(125, "network-missing").contains(&line), "{}", done.stderr);
}

/// A few letters of a stranger's id are no name of its network: what is made has the name that was said.
#[test]
fn a_name_is_not_the_beginning_of_another_networks_id() {
    let case = Case::new();
    let foreign = case.docker(&["network", "create", &case.name("foreign")]);
    let short = &foreign[..5];
    let launch =
        |options: &[&str]| case.launch(&[&["-d", "--network", short][..], options].concat(), &["true"]).run();
    launch(&[]).refused(125, "network-missing");
    // By what docker prints of the id it is found.
    let known = case.launch(&["--rm", "--network", &foreign[..12]], &["true"]).run();
    assert_eq!(known.code, 0, "{}", known.stderr);
    let done = launch(&["--create-network"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let own = case.docker(&["network", "ls", "--quiet", "--no-trunc", "--filter", "label=dev.dynrun.name"]);
    let own: Vec<&str> = own.lines().collect();
    let named = case.docker(&["network", "ls", "--format", "{{.Name}} {{.ID}}", "--no-trunc"]);
    let id = named.lines().find_map(|line| line.strip_prefix(&format!("{short} "))).expect("it was made");
    assert!(own.contains(&id) && id != foreign, "{named}");
    let state = case.inspect(&case.container());
    assert_eq!(state["NetworkSettings"]["Networks"][short]["NetworkID"], id);
    case.docker(&["rm", "-f", &case.container()]);
    case.docker(&["network", "rm", id]);
}

#[test]
fn a_container_shares_anothers_network() {
    let case = Case::new();
    let (owner, guest) = (case.name("owner"), case.name("guest"));
    case.launch(&["-d", "--name", &owner, "--hostname", "shared", "-p", "21020:80"], &["sleep", "60"]).run();
    let target = format!("container:{owner}");
    case.launch(&["--rm", "--network", &target], &["hostname"]).run().expect(0, "shared\n", "");
    let done = case.launch(&["--network", &target, "-p", "21021:81"], &["true"]).run();
    let stderr = done.refused(125, "dead-publish");
    assert!(stderr.contains(&format!("\n  note: {owner} publishes 0.0.0.0:21020->80/tcp")), "{stderr}");
    case.launch(&["-d", "--name", &guest, "--network", &target], &["sleep", "60"]).run();
    let done = case.launch(&["--network", &format!("container:{guest}")], &["true"]).run();
    let stderr = done.refused(125, "network-target");
    assert!(stderr.contains(&format!("the container {guest} has no network of its own")), "{stderr}");
    assert_eq!(case.containers().len(), 2);
}

/// A waiver that has run out lets nothing through, in another's network as on the host's.
#[test]
fn the_hosts_network_by_way_of_another_container_is_refused_unless_it_is_waived() {
    let case = Case::new();
    let owner = case.name("owner");
    case.launch(&["-d", "--name", &owner, "--network", "host"], &["sleep", "60"]).run();
    let target = format!("container:{owner}");
    let launch = |waiver: &str| {
        case.file("own.toml", &format!("[profile.own]\nrefuse = [\"host-network\"]\n{waiver}"));
        case.launch(&["--rm", "--config", "own.toml", "--profile", "own", "--network", &target], &["true"])
            .run()
    };
    let waiver = |until| {
        format!("allow = [{{ code = \"host-network\", reason = \"one more\", until = \"{until}\" }}]")
    };
    let refused = format!(
        "error[host-network]: the container {owner}, whose network is to be shared, is on the host's network\n  \
         asked: `refuse host-network` at own.toml:2\n  asked: `--network {target}` on the command line\n  \
         help: share the network of a container that has its own\n"
    );
    launch("").expect(125, "", &refused);
    launch(&waiver("2020-02-29")).expect(125, "", &refused);
    launch(&waiver("2999-12-31")).expect(0, "", "");
    assert_eq!(case.containers().len(), 1);
}

#[test]
fn a_network_of_a_container_that_does_not_run_is_refused() {
    let case = Case::new();
    let ended = case.name("ended");
    case.launch(&["--rm=false", "--name", &ended], &["true"]).run();
    let done = case.launch(&["--network", &format!("container:{ended}")], &["true"]).run();
    done.expect(
        125,
        "",
        &format!(
            "error[network-target]: the container {ended}, whose network is to be shared, is not running\n  \
             asked: `--network container:{ended}` on the command line\n  help: docker start {ended}\n"
        ),
    );
    let done = case.launch(&["--network", "container:nosuchcontainer"], &["true"]).run();
    let words = "there is no container nosuchcontainer whose network could be shared";
    assert!(done.refused(125, "network-target").contains(words), "{}", done.stderr);
    assert_eq!(case.containers().len(), 1);
}

/// All networks are joined, and not the first alone. M14.
#[test]
fn two_networks_are_both_there_when_the_command_starts() {
    let case = Case::new();
    let (one, two) = (case.name("one"), case.name("two"));
    case.docker(&["network", "create", "--subnet", "10.98.2.0/24", &one]);
    case.docker(&["network", "create", "--subnet", "10.98.3.0/24", &two]);
    let second = format!("name={two},alias=second,ip=10.98.3.77");
    let options =
        ["--rm", "--network", &one, "--network-alias", "first", "--ip", "10.98.2.66", "--network", &second];
    let line = "ip -4 addr | grep -o 'inet 10.98[0-9.]*' | sort; nslookup first >/dev/null && echo first; nslookup second >/dev/null && echo second";
    let done = case.launch(&options, &["sh", "-c", line]).run();
    done.expect(0, "inet 10.98.2.66\ninet 10.98.3.77\nfirst\nsecond\n", "");
}

#[test]
fn an_alias_is_known_to_the_network() {
    let case = Case::new();
    let net = case.name("net");
    case.docker(&["network", "create", "--subnet", "10.98.4.0/24", &net]);
    let options = ["-d", "--network", &net, "--network-alias", "db", "--ip", "10.98.4.44"];
    case.launch(&options, &["sleep", "60"]).run();
    let done = case.launch(&["--rm", "--network", &net], &["ping", "-c", "1", "-W", "5", "db"]).run();
    assert!(done.text().starts_with("PING db (10.98.4.44)"), "{} {}", done.text(), done.stderr);
}

#[test]
fn a_second_network_that_cannot_be_joined_undoes_the_launch() {
    let case = Case::new();
    let (one, two) = (case.name("one"), case.name("two"));
    case.docker(&["network", "create", "--subnet", "10.98.5.0/24", &one]);
    case.docker(&["network", "create", "--subnet", "10.98.6.0/24", &two]);
    let second = format!("name={two},ip=10.99.99.99");
    let done = case.launch(&["--rm", "--network", &one, "--network", &second], &["true"]).run();
    done.refused(125, "engine-error");
    assert!(case.containers().is_empty());
}

#[test]
fn host_and_none_are_what_they_say() {
    let case = Case::new();
    let links = |mode| {
        let done =
            case.launch(&["--rm", "--network", mode], &["sh", "-c", "ls /sys/class/net | tr '\\n' ' '"]);
        let done = done.run();
        assert_eq!(done.code, 0, "{}", done.stderr);
        done.text()
    };
    assert_eq!(links("none").trim(), "lo");
    assert!(links("host").contains("docker0"));
    let done = case.launch(&["--rm", "--network", "host", "-p", "21022:21022"], &["true"]).run();
    let note = "note[dead-publish]: 21022:21022 is left out: in host mode the port is the host's already\n";
    assert!(done.code == 0 && done.stderr.starts_with(note), "{}", done.stderr);
    case.leaves_nothing();
}

#[test]
fn a_dry_run_may_ask_the_engine() {
    let case = Case::new();
    let missing = case.name("nowhere");
    let done = case.launch(&["--dry-run=engine", "--network", &missing], &["true"]).run();
    done.refused(125, "network-missing");
    let done = case.launch(&["--dry-run=engine", "--network", "none"], &["true"]).run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    case.leaves_nothing();
}
