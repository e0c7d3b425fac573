//! What a shell is offered of an engine: containers, networks, images and volumes, without agreeing on a version first.

use super::case::{BUSYBOX, Case};

/// The words that the last of these may become.
fn offered(case: &Case, words: &[&str]) -> Vec<String> {
    let done = case.dynrun(&[&["__complete", "fish", "--"], words].concat()).run();
    assert_eq!((done.code, done.stderr.as_str()), (0, ""), "{words:?}");
    done.text().lines().skip(1).map(|line| line.split('\t').next().unwrap().to_owned()).collect()
}

#[test]
fn what_the_engine_has_is_offered() {
    let case = Case::new();
    let (running, ended) = (case.name("up"), case.name("over"));
    let (network, volume) = (case.name("net"), case.name("vol"));
    case.docker(&["network", "create", "--label", &case.label(), &network]);
    case.docker(&["volume", "create", "--label", &case.label(), &volume]);
    let mount = format!("{volume}:/data");
    let options = ["-d", "--name", &running, "-v", &mount, "--network", &network, "--init"];
    assert_eq!(case.launch(&options, &["sleep", "600"]).run().code, 0);
    assert_eq!(case.launch(&["--name", &ended], &["true"]).run().code, 0);
    let word = &case.word;
    for (words, want) in [
        (&["stop", word][..], vec![running.clone()]),
        (&["logs", word], vec![ended, running.clone()]),
        (&["run", "--network", word], vec![network]),
        (&["run", "-v", word], vec![format!("{volume}:")]),
        (&["run", "--image", BUSYBOX], vec![BUSYBOX.to_owned()]),
        (&["run", "--network", &format!("container:{word}")], vec![format!("container:{running}")]),
    ] {
        assert_eq!(offered(&case, words), want, "{words:?}");
    }
}
