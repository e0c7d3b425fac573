//! Typed networks (design.md section 5): what every option means in every mode, decided before an engine is asked for
//! anything. N1, N2, N3, N15, N19; E5, E7.

use crate::common::{Test, expected};
use dynrun::spec::{MATRIX, MODES, Verdict};
use std::fmt::Write as _;

/// A network of each mode, in the order of the matrix's columns.
const NETWORKS: [&str; 5] = ["host", "bridge", "none", "container:db", "backend"];

/// A word for every option of the matrix, and the verdicts that the design gives it: yes, refused, left out.
const CELLS: &[(&str, &[&str], [char; 5])] = &[
    ("publish", &["-p", "8080:80"], ['r', 'y', 'r', 'r', 'y']),
    ("publish", &["-p", "9999:9999/udp"], ['o', 'y', 'r', 'r', 'y']),
    ("publish", &["-p", "127.0.0.1:80:80"], ['r', 'y', 'r', 'r', 'y']),
    ("publish", &["-p", "80"], ['r', 'y', 'r', 'r', 'y']),
    ("publish", &["-p", "7000-7002:7000-7002"], ['o', 'y', 'r', 'r', 'y']),
    ("publish-service", &["--publish-service"], ['o', 'y', 'r', 'r', 'y']),
    ("publish-all", &["--publish-all"], ['o', 'y', 'r', 'r', 'y']),
    ("expose", &["--expose", "80"], ['y', 'y', 'y', 'r', 'y']),
    ("link", &["--link", "db:database"], ['r', 'y', 'r', 'r', 'y']),
    ("mac-address", &["--mac-address", "02:42:ac:11:00:02"], ['r', 'y', 'r', 'r', 'y']),
    ("hostname", &["-h", "box"], ['y', 'y', 'y', 'r', 'y']),
    ("domainname", &["--domainname", "example.com"], ['y', 'y', 'y', 'r', 'y']),
    ("dns", &["--dns", "1.1.1.1"], ['y', 'y', 'r', 'r', 'y']),
    ("dns-option", &["--dns-option", "ndots:1"], ['y', 'y', 'r', 'r', 'y']),
    ("dns-search", &["--dns-search", "example.com"], ['y', 'y', 'r', 'r', 'y']),
    ("add-host", &["--add-host", "db:10.0.0.2"], ['y', 'y', 'r', 'r', 'y']),
    ("ip", &["--ip", "172.30.0.9"], ['r', 'r', 'r', 'r', 'y']),
    ("ip6", &["--ip6", "fd00::9"], ['r', 'r', 'r', 'r', 'y']),
    ("link-local-ip", &["--link-local-ip", "169.254.1.1"], ['r', 'r', 'r', 'r', 'y']),
    ("network-alias", &["--network-alias", "web"], ['r', 'r', 'r', 'r', 'y']),
    ("several networks", &["--network", "other"], ['r', 'r', 'r', 'r', 'y']),
];

/// A dry run of an image without habits.
fn bare(network: &str, words: &[&str]) -> Test {
    Test::new()
        .args(["run", "--profile", "bare", "--image", "app:1", "--dry-run", "--network", network])
        .args(words)
}

/// N3, N15: every cell has the design's verdict, and its exact words.
#[test]
fn the_whole_matrix() {
    let mut text = String::new();
    for (option, words, verdicts) in CELLS {
        for (network, verdict) in NETWORKS.iter().zip(verdicts) {
            let output = bare(network, words).any_stdout().any_stderr().any_status().run();
            let said = format!("--network {network} {}", words.join(" "));
            let _ = writeln!(text, "$ {said}\n{}exit {}\n", output.all(), output.status);
            let line = output.stdout.contains(words.last().unwrap());
            match verdict {
                'r' => assert_eq!((output.status, output.stdout.as_str()), (125, ""), "{said}"),
                // What is left out is not in the line; dynrun's own option never is.
                'o' => assert!(output.status == 0 && !line, "{said}: {}", output.all()),
                _ => assert!(
                    output.status == 0 && (line || *option == "publish-service"),
                    "{said}: {}",
                    output.all()
                ),
            }
        }
    }
    expected("networks.txt", &text);
}

/// The code's table is the design's.
#[test]
fn every_line_of_the_matrix_is_held() {
    for rule in MATRIX {
        for option in rule.options {
            let held: Vec<_> = CELLS.iter().filter(|(name, ..)| name == option).collect();
            assert!(!held.is_empty(), "{option} has no cell");
            for (.., verdicts) in held {
                for (verdict, letter) in rule.verdicts.iter().zip(verdicts) {
                    let fits = match verdict {
                        Verdict::Yes => *letter == 'y',
                        Verdict::Refused => *letter == 'r',
                        Verdict::Nothing => *letter == 'o',
                        Verdict::SamePort => "or".contains(*letter),
                    };
                    assert!(fits, "{option}: {verdict:?} against {letter}");
                }
            }
        }
    }
    assert_eq!(MODES.len(), NETWORKS.len());
}

/// The documented table is the code's.
#[test]
fn the_documents_have_the_same_table() {
    let page = include_str!("../../docs/networks.md");
    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>())
        .filter(|cells| cells.len() == 1 + MODES.len())
        .collect();
    let word = |verdict: &Verdict| match verdict {
        Verdict::Yes => "yes",
        Verdict::Refused => "refused",
        Verdict::Nothing => "nothing to do",
        Verdict::SamePort => "same port only",
    };
    let lines = MATRIX.iter().flat_map(|rule| {
        rule.options.iter().map(move |option| {
            let cells = rule.verdicts.iter().map(word).map(str::to_owned);
            [format!("`{option}`")].into_iter().chain(cells).collect::<Vec<_>>()
        })
    });
    assert_eq!(rows, lines.collect::<Vec<_>>());
}

/// A refusal comes before an engine is asked, dry run or not: here none could be.
#[test]
fn refusals_come_before_the_engine() {
    Test::new()
        .args(["--network", "none", "-p", "9999:9999/udp"])
        .stderr(
            "
            error[dead-publish]: --publish does nothing without a network: there is no address to forward to
              asked: `-p 9999:9999/udp` on the command line
              asked: `--network none` on the command line
              help: leave it out, or give the container a network: --network bridge
            ",
        )
        .status(125)
        .run();
}

/// N1, N2: a word that is no network, each with its own message.
#[test]
fn words_that_are_no_network() {
    let words = [
        "hots",
        "Bridge",
        "HOST",
        "None",
        "container:",
        "container",
        "Container:x",
        "",
        " ",
        "brigde",
        "birdge",
        "bridg",
        "nnoe",
        "hst",
        "defalt",
        "conatiner:x",
        "-x",
        "a b",
        "name=",
        "name=hots,ip=1",
        "nam=x",
        "name=x,alias=",
        "a/b",
    ];
    let mut text = String::new();
    for word in words {
        let output = bare(word, &[]).any_stderr().status(125).run();
        let _ = writeln!(text, "$ --network {word:?}\n{}", output.stderr);
    }
    expected("network-typos.txt", &text);
}

/// A network may be called as a mode is misspelt: docker's long form says so.
#[test]
fn the_long_form_takes_any_name() {
    for word in ["name=hots", "name=Bridge", "name=backend,alias=web,ip=10.0.0.9", "0123456789ab"] {
        let line = bare(word, &[]).any_stdout().any_stderr().run().stdout;
        assert!(line.contains(&format!("--network {word}")), "{line}");
    }
}

/// Endpoint options belong to an own network.
#[test]
fn endpoint_options_of_a_mode_are_refused() {
    bare("name=bridge,ip=172.17.0.9", &[])
        .stderr(
            "
            error[network-option]: aliases, addresses and driver options belong to a network that you created
              asked: `--network name=bridge,ip=172.17.0.9` on the command line
              help: name a network of your own: --network name=NETWORK,alias=NAME
            ",
        )
        .status(125)
        .run();
}

/// All faults of a launch are reported, not the first alone.
#[test]
fn every_fault_is_reported() {
    let output = bare("bridge", &["--ip", "1.2.3.4", "--network-alias", "a", "--ip6", "::1"])
        .any_stderr()
        .status(125)
        .run();
    assert_eq!(output.stderr.matches("error[network-option]").count(), 3, "{}", output.stderr);
}

/// The gateway publishes its port by habit; a habit yields to the network that was asked for.
#[test]
fn habits_yield() {
    for (network, published) in
        [("host", false), ("none", false), ("container:db", false), ("bridge", true), ("backend", true)]
    {
        let line = Test::new()
            .args(["run", "gateway", "--dry-run", "--network", network])
            .any_stdout()
            .any_stderr()
            .run()
            .stdout;
        assert_eq!(line.contains("--publish 9999:9999/udp"), published, "{network}: {line}");
    }
}

/// E5, E9: the published port follows the service's variable, and what is published already is not published twice.
#[test]
fn the_service_publishes_the_port_that_it_listens_on() {
    let line = |words: &[&str]| {
        let test = Test::new().args(["run", "gateway", "--dry-run"]).args(words);
        test.any_stdout().any_stderr().run().stdout
    };
    assert!(line(&["-e", "VLLM_STATE_GATEWAY_UDP_PORT=8888"]).contains("--publish 8888:8888/udp"));
    let said = line(&["-p", "7000:9999/udp"]);
    assert!(said.contains("--publish 7000:9999/udp") && !said.contains("9999:9999"), "{said}");
    assert!(line(&["--publish-ip", "127.0.0.1"]).contains("--publish 127.0.0.1:9999:9999/udp"));
    assert!(!line(&["--publish-service=false"]).contains("--publish"));
}

/// What lies in no subnet is refused before an engine is asked, and where the network is not joined, it is nobody's affair.
#[test]
fn a_gateway_lies_in_its_subnet() {
    let file = "[network.backend]\nsubnet = [\"10.1.0.0/24\"]\ngateway = [\"10.2.0.1\"]\nip-range = [\"10.1.0.0/16\"]\n";
    let told = "error[network-option]: the gateway 10.2.0.1 of the network backend lies in none of its subnets\n  \
                asked: `gateway = 10.2.0.1` at d.toml:3\n  \
                asked: `--network backend` on the command line\n  \
                help: say the subnet around it: subnet = [\"ADDRESS/BITS\"]\n\
                error[network-option]: the ip-range 10.1.0.0/16 of the network backend lies in none of its subnets\n  \
                asked: `ip-range = 10.1.0.0/16` at d.toml:4\n  \
                asked: `--network backend` on the command line\n  \
                help: say the subnet around it: subnet = [\"ADDRESS/BITS\"]\n";
    let with = |network: &str, text: &str| bare(network, &["--config", "d.toml"]).file("d.toml", text);
    with("backend", file).status(125).stderr(told).run();
    with("other", file).any_stdout().any_stderr().run();
    let inside = file.replace("10.2.0.1", "10.1.0.1").replace("10.1.0.0/16", "10.1.0.128/25");
    with("backend", &inside).any_stdout().any_stderr().run();
}

/// A file may say for every launch that networks are made; whoever says it for a launch that joins none of their own is
/// told.
#[test]
fn a_file_says_that_networks_are_made_of_launches_that_join_one() {
    let file = "[profile.bare]\ncreate-network = true\nfix-network = true\n";
    let with = |network: &str, options: &[&str]| {
        bare(network, &[&["--config", "d.toml"], options].concat())
            .file("d.toml", file)
            .any_stdout()
            .any_stderr()
    };
    for network in ["bridge", "host", "none", "backend"] {
        with(network, &[]).run();
    }
    let refused = |option: &str, message: &str| {
        format!(
            "error[network-option]: --{option} needs a network of your own to {message}\n  \
             asked: `--{option}` on the command line\n  \
             help: name it: --network NAME --{option}\n"
        )
    };
    let told = refused("create-network", "create");
    with("bridge", &["--create-network"]).status(125).stderr(&told).run();
    let told = refused("fix-network", "make anew");
    with("bridge", &["--fix-network"]).status(125).stderr(&told).run();
}

/// Who may make a network anew may create it: a file is told where it counts.
#[test]
fn making_anew_needs_the_leave_to_create() {
    let file = "[profile.bare]\nfix-network = true\n";
    let with = |network: &str| bare(network, &["--config", "d.toml"]).file("d.toml", file);
    with("bridge").any_stdout().any_stderr().run();
    with("backend")
        .status(125)
        .stderr(
            "
            error[network-option]: --fix-network makes a network anew, and needs the leave to create one
              asked: `fix-network = true` at d.toml:2
              help: add --create-network
            ",
        )
        .run();
}
