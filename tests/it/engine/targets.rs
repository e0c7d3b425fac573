//! `--network container:NAME`, and containers that variables name: who is missing, stopped, paused, in a chain, or about to
//! be started again; and whose ports the new one would meet. N13, N14, N16, N17; user-asks 5, 6, 7.

use super::case::{BUSYBOX, Case, wait_for};

/// What is said of the target, where it was asked for, and what mends it.
fn refused(message: &str, target: &str, helps: &[&str]) -> String {
    let helps: String = helps.iter().map(|help| format!("  help: {help}\n")).collect();
    format!(
        "error[network-target]: {message}\n  asked: `--network container:{target}` on the command line\n{helps}"
    )
}

#[test]
fn a_target_that_is_missing_has_neighbours_and_none_is_its_own() {
    let case = Case::new();
    let (near, far, own) = (case.name("database"), case.name("databse"), case.name("own"));
    case.docker(&["create", "--name", &near, "--label", &case.label(), BUSYBOX, "true"]);
    let near = format!("did you mean {near}?");
    let message = format!("there is no container {far} whose network could be shared");
    let done = case.launch(&["--network", &format!("container:{far}")], &["true"]).run();
    done.expect(125, "", &refused(&message, &far, &[&near, "docker ps"]));
    let message = format!("{own} is the container that is to be launched: it cannot share its own network");
    let done = case.launch(&["--name", &own, "--network", &format!("container:{own}")], &["true"]).run();
    done.expect(125, "", &refused(&message, &own, &["give it one of its own: --network bridge"]));
    assert_eq!(case.containers().len(), 1);
}

#[test]
fn a_chain_ends_at_the_name_of_its_owner() {
    let case = Case::new();
    let (owner, guest) = (case.name("owner"), case.name("guest"));
    case.launch(&["-d", "--name", &owner], &["sleep", "60"]).run();
    case.launch(&["-d", "--name", &guest, "--network", &format!("container:{owner}")], &["sleep", "60"])
        .run();
    let message = format!("the container {guest} has no network of its own: it shares another's");
    let help = format!("name that one: --network container:{owner}");
    let done = case.launch(&["--network", &format!("container:{guest}")], &["true"]).run();
    done.expect(125, "", &refused(&message, &guest, &[&help]));
}

#[test]
fn a_target_that_is_being_started_again_or_paused_is_said_so() {
    let case = Case::new();
    let (again, held) = (case.name("again"), case.name("held"));
    case.launch(&["-d", "--restart", "always", "--name", &again], &["sh", "-c", "exit 3"]).run();
    case.launch(&["-d", "--name", &held], &["sleep", "60"]).run();
    case.docker(&["pause", &held]);
    let launch =
        |name: &str| case.launch(&["--rm", "--network", &format!("container:{name}")], &["true"]).run();
    let message = format!(
        "the container {again}, whose network is to be shared, is being started again: it ended with exit code 3"
    );
    let help = format!("see why it ends: docker logs --tail 20 {again}");
    // The engine waits longer from time to time: for seconds in the end.
    let done = wait_for("a launch in such a pause", || {
        Some(launch(&again)).filter(|done| done.stderr.contains("is being started again"))
    });
    done.expect(125, "", &refused(&message, &again, &[&help]));
    launch(&held).expect(
        0,
        "",
        &format!(
            "warning[network-target]: the container {held}, whose network is to be shared, is paused: nothing of it answers\n  \
             asked: `--network container:{held}` on the command line\n  help: docker unpause {held}\n"
        ),
    );
    case.docker(&["unpause", &held]);
}

/// User-ask 7: who stays is warned, who goes soon is told; and what is said is what happens.
#[test]
fn a_target_that_restarts_leaves_its_guest_without_a_network() {
    let case = Case::new();
    let (owner, guest) = (case.name("owner"), case.name("guest"));
    case.launch(&["-d", "--restart", "unless-stopped", "--name", &owner], &["sleep", "60"]).run();
    let id = case.inspect(&owner)["Id"].as_str().expect("an id")[..12].to_owned();
    let target = format!("container:{owner}");
    let told = |level: &str, own: &str| {
        format!(
            "{level}[network-target-restarts]: the container {owner}, whose network is to be shared, is started again when it \
             ends (unless-stopped): this one is left without a network then\n  asked: `--network {target}` on the command line\n  \
             note: the engine knows it by its id, {id}: one made anew as {owner} is another\n  \
             help: start this one again after it: docker restart {own}\n"
        )
    };
    case.launch(&["--rm", "--network", &target], &["true"]).run().expect(0, "", &told("note", "CONTAINER"));
    let done = case.launch(&["-d", "--name", &guest, "--network", &target], &["sleep", "60"]).run();
    assert_eq!((done.code, done.stderr), (0, told("warning", &guest)));
    case.docker(&["restart", "--time", "0", &owner]);
    assert_eq!(case.docker(&["exec", &guest, "ls", "/sys/class/net"]), "lo");
    case.docker(&["restart", "--time", "0", &guest]);
    assert_eq!(case.docker(&["exec", &guest, "ls", "/sys/class/net"]), "eth0\nlo");
}

/// N14: a second service on a port that is listened on in the network that is shared.
#[test]
fn a_port_that_is_listened_on_in_the_targets_network_is_taken() {
    let case = Case::new();
    let owner = case.name("redis");
    case.launch(&["-d", "--name", &owner], &["nc", "-ll", "-p", "6379", "-e", "cat"]).run();
    wait_for("a listener", || {
        let heard = case.docker(&["exec", &owner, "netstat", "-ltn"]);
        heard.contains(":6379 ").then_some(())
    });
    case.file(
        "dynrun.toml",
        &format!(
            "[service.redis]\nimage = {BUSYBOX:?}\ncommand = [\"true\"]\n[[service.redis.listen]]\nport = \"6379\"\n"
        ),
    );
    let target = format!("container:{owner}");
    let done = case.dynrun(&["run", "redis", "--trust", "--network", &target]).run();
    let stderr = done.refused(125, "port-taken");
    let head = format!("of the container {owner} is held by nc (pid ");
    assert!(stderr.contains(&head), "{stderr}");
    assert!(stderr.contains(&format!(", container {owner})\n")), "{stderr}");
    assert_eq!(case.containers().len(), 1);
}

/// N17: the name of a container is known on a network that both are on, and nowhere else.
#[test]
fn a_container_that_a_variable_names_is_found_on_a_common_network_alone() {
    let case = Case::new();
    let (bus, net, other) = (case.name("bus"), case.name("net"), case.name("other"));
    case.docker(&["network", "create", "--subnet", "10.98.21.0/24", &net]);
    case.docker(&["network", "create", "--subnet", "10.98.22.0/24", &other]);
    case.launch(&["-d", "--name", &bus, "--network", &net, "-p", "127.0.0.1:21430:80"], &["sleep", "60"])
        .run();
    let url = format!("URL=nats://me:secret@{bus}:4222");
    let launch = |network: &str, more: &[&str]| {
        let options = [&["--rm", "--network", network, "-e", &url][..], more].concat();
        case.launch(&options, &["true"]).run()
    };
    let told = |why: &str, helps: &[&str]| {
        let helps: String = helps.iter().map(|help| format!("  help: {help}\n")).collect();
        format!(
            "warning[name-unseen]: URL names the container {bus}, and {why}\n  \
             asked: `-e URL=nats://me:***@{bus}:4222` on the command line\n{helps}"
        )
    };
    launch(&net, &[]).expect(0, "", "");
    launch(&other, &[]).expect(
        0,
        "",
        &told(
            &format!("that is on {net} alone"),
            &[&format!("join it: docker network connect {other} {bus}")],
        ),
    );
    launch("host", &[]).expect(
        0,
        "",
        &told(
            "on the host's network containers are not found by their names",
            &["name a port that it publishes: localhost:21430"],
        ),
    );
    launch("bridge", &[]).expect(
        0,
        "",
        &format!(
            "warning[bridge-name]: URL leads to {bus}: on the default bridge, no container is found by its name\n  \
             asked: `-e URL=nats://me:***@{bus}:4222` on the command line\n  \
             help: put both containers on a network of your own: --network NAME\n  \
             help: or say where it is: --add-host {bus}:ADDRESS\n"
        ),
    );
    launch("bridge", &["--add-host", &format!("{bus}:10.0.0.7")]).expect(0, "", "");
}
