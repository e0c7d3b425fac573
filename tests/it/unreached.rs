//! A container without a network, and what of its launch needs one, cause by cause; and how many ports one launch publishes.
//! N11, N12, S22; user-ask 9.

use crate::common::Test;

/// A dry run without a network.
fn alone(words: &[&str]) -> Test {
    Test::new().args(["run"]).args(words).args(["--network", "none", "--dry-run"])
}

const NETWORK: &str =
    "  asked: `--network none` on the command line\n  help: give it a network: --network bridge\n";

/// What is said of a launch, without the line of docker's.
#[track_caller]
fn said(test: Test) -> String {
    let output = test.any_stdout().any_stderr().any_status().run();
    let said = output.stderr.lines().filter(|line| !line.starts_with("assumed: "));
    said.map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_service_that_nobody_reaches_is_said() {
    let want = format!(
        "warning[no-network]: gateway listens on 9999/udp, and without a network nobody reaches it\n{NETWORK}"
    );
    assert_eq!(said(alone(&["gateway"])), want);
    // What a command of the caller's opens, nobody knows.
    assert_eq!(said(alone(&["--image", "app:1"])), "");
}

#[test]
fn what_the_service_needs_and_what_its_variables_name_is_said() {
    let service = "[service.worker]\nimage = \"app:1\"\ncommand = [\"work\"]\nneeds = [\"nats\", \"etcd\"]\n";
    let test = alone(&["worker", "--config", "worker.toml"]).file("worker.toml", service);
    let test = test.args(["-e", "NATS_SERVER=nats://me:secret@bus:4222", "-e", "LOG=http://127.0.0.1:80"]);
    let want = format!(
        "warning[loopback-url]: LOG leads to 127.0.0.1: without a network, that is the container itself\n  \
         asked: `-e LOG=http://127.0.0.1:80` on the command line\n  \
         help: for another container, by its name on a network of your own, --network NAME: -e LOG=http://CONTAINER:80\n  \
         help: or share the host's network: --network host\n\
         warning[no-network]: worker needs etcd, and reaches none without a network\n  \
         asked: `needs = [\"etcd\"]` at worker.toml:4\n{NETWORK}\
         warning[no-network]: NATS_SERVER names bus, which is not reached without a network\n  \
         asked: `-e NATS_SERVER=nats://me:***@bus:4222` on the command line\n{NETWORK}"
    );
    assert_eq!(said(test), want);
}

#[test]
fn a_wait_for_an_answer_over_the_network_is_refused() {
    let ready = ["--image", "app:1", "-d", "--wait", "--ready", "http:8000/health", "--ready", "tcp:8000"];
    let want = "error[no-network]: http:8000/health tells when it is ready, and without a network nobody can ask it\n  \
         asked: `--wait` on the command line\n  asked: `--network none` on the command line\n  \
         help: let something else tell: --ready health, --ready command:LINE\n  \
         help: give it a network: --network bridge\n";
    alone(&ready).stderr(want).status(125).run();
    assert_eq!(said(alone(&["--image", "app:1", "-d", "--wait", "--ready", "tcp:8000"])), "");
}

/// N11, N12: models that were fetched before will do.
#[test]
fn models_cannot_be_fetched() {
    let words =
        ["inference", "--gpus", "none", "--mount-workspace", "--hf-home", "/models", "--workspace", "."];
    let command = ["--", "python3", "-m", "dynamo.vllm"];
    let online = said(alone(&words).args(command));
    let message = "warning[no-network]: models that are not in /models yet cannot be fetched, and its tools ask for newer ones of \
                   those that are\n  asked: `--hf-home /models` on the command line\n  \
                   asked: `--network none` on the command line\n  \
                   help: fetch them before, and say so: -e HF_HUB_OFFLINE=1\n";
    assert!(online.contains(message), "{online}");
    let offline = said(alone(&words).args(["-e", "HF_HUB_OFFLINE=1"]).args(command));
    assert!(!offline.contains("cannot be fetched"), "{offline}");
}

/// S22: thousands of ports keep the engine busy for minutes after its caller is gone.
#[test]
fn too_many_ports_are_refused_with_their_number() {
    let publish = |words: &[&str]| {
        Test::new().args(["run", "--profile", "bare", "--image", "app:1", "--dry-run"]).args(words)
    };
    let asked = |asked: &[&str]| -> String {
        asked.iter().map(|words| format!("  asked: `{words}` on the command line\n")).collect()
    };
    let cost = "  note: with docker's proxies, on two processors that others used, too, 200 ports took 4 s to start and 9 s to \
                remove, and 300 MiB; 500 took 20 s, 31 s and 750 MiB; 1000 took 61 s, 70 s and 1.5 GiB\n  \
                help: publish what is needed alone, or have the container on the host's network: --network host\n";
    for (words, count, said) in [
        (&["-p", "1-65535:1-65535"] as &[&str], 65535, &["-p 1-65535:1-65535"] as &[&str]),
        (&["-p", "1-501"], 501, &["-p 1-501"]),
        (&["-p", "7000-7299", "-p", "8000-8249", "-p", "80"], 551, &["-p 7000-7299", "-p 8000-8249"]),
        (&["--expose", "1-1000", "-P"], 1000, &["--expose 1-1000"]),
    ] {
        let refused = format!(
            "error[publish-limit]: {count} ports would be published, and 500 are the most of one launch: the engine starts two \
             proxies a port\n{}  asked: `most-published-ports = 500` at profiles/defaults.toml:15 (built in)\n{cost}  \
             help: or let it have them, in your own configuration: most-published-ports = {count}\n",
            asked(said)
        );
        publish(words).stderr(&refused).status(125).run();
    }
    let rtp = "10000-10200:10000-10200/udp";
    let warned = format!(
        "warning[publish-limit]: 201 ports would be published, and more than 128 are many: the engine starts two proxies a \
         port\n{}  asked: `many-published-ports = 128` at profiles/defaults.toml:17 (built in)\n{cost}  \
         help: or be told of more alone, in your own configuration: many-published-ports = 201\n\
         assumed: the engine has the image app:1\n",
        asked(&[&format!("-p {rtp}")])
    );
    publish(&["-p", rtp]).stdout(&format!("docker run --publish {rtp} app:1\n")).stderr(&warned).run();
    let told = |test: Test| test.any_stdout().any_stderr().run().stderr;
    let limits = "many-published-ports = 300\nmost-published-ports = 600\n";
    for words in [&["-p", "1-128"] as &[&str], &["--expose", "1-1000"]] {
        assert!(!told(publish(words)).contains("publish-limit"));
    }
    let raised = |words| told(publish(&["-p", words, "--config", "more.toml"]).file("more.toml", limits));
    assert!(!raised("1-300").contains("publish-limit"));
    assert!(raised("1-600").contains("warning[publish-limit]"));
    // A stranger's file does not raise it.
    let project = publish(&["-p", "1-129"]).file("dynrun.toml", limits);
    let output = project.any_stderr().status(125).run();
    assert!(output.stderr.contains("error[untrusted]: "), "{}", output.stderr);
    assert!(
        output.stderr.contains("another number of ports that one launch may publish"),
        "{}",
        output.stderr
    );
}
