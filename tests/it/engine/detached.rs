//! The background: the id on standard output, or a launch that never was.

use super::case::{Case, wait_for};
use super::proxy::{Fault, Proxy, rule};
use std::fs::OpenOptions;

#[test]
fn the_id_is_all_that_is_printed() {
    let case = Case::new();
    let done = case.launch(&["-d"], &["sleep", "60"]).run();
    let id = case.container();
    assert_eq!(id.len(), 64);
    done.expect(0, &format!("{id}\n"), "");
    let state = case.inspect(&id);
    assert_eq!(state["State"]["Running"], true);
    assert_eq!(state["HostConfig"]["AutoRemove"], false);
}

#[test]
fn published_ports_are_told_on_standard_error() {
    let case = Case::new();
    let done = case.launch(&["-d", "-p", "127.0.0.1:21001:80"], &["sleep", "60"]).run();
    done.expect(0, &format!("{}\n", case.container()), "note: published: 127.0.0.1:21001->80/tcp\n");
}

#[test]
fn the_engine_removes_what_was_to_be_removed() {
    let case = Case::new();
    let done = case.launch(&["-d", "--rm"], &["sh", "-c", "sleep 0.2; exit 3"]).run();
    assert_eq!((done.code, done.text().len()), (0, 65), "{}", done.stderr);
    wait_for("the container's removal", || case.containers().is_empty().then_some(()));
}

#[test]
fn an_id_that_nobody_gets_is_no_launch() {
    let case = Case::new();
    let full = OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let done = case.launch(&["-d"], &["sleep", "60"]).start_into(full).end();
    done.refused(125, "output-closed");
    case.leaves_nothing();
}

#[test]
fn no_id_is_printed_when_the_start_fails() {
    let case = Case::new();
    for fault in [Fault::Answer(500, "{}"), Fault::Unheard] {
        let proxy = Proxy::new(&case, vec![rule("POST", "/start", fault)]);
        let done = case.launch(&["-d", "--host", &proxy.address], &["sleep", "60"]).run();
        assert_eq!((done.code, done.text().as_str()), (125, ""), "{}", done.stderr);
        case.leaves_nothing();
    }
}

#[test]
fn input_is_open_where_it_was_asked_for() {
    let case = Case::new();
    let id = case.launch(&["-d", "-i"], &["cat"]).run().text();
    let state = case.inspect(id.trim());
    assert_eq!((&state["Config"]["OpenStdin"], &state["Config"]["StdinOnce"]), (&true.into(), &false.into()));
    assert_eq!(state["State"]["Running"], true, "cat waits for somebody to attach");
}
