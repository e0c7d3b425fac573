//! A launch meets every fault at every one of its requests. The requests are those that a launch without faults makes, so
//! that one which is new is met, too; what came of each is data in `tests/it/expected/faults`. F4-F7, F9, F12-F20, F29, F31;
//! I1 to I8 of the catalogue of faults.

use super::case::Case;
use super::proxy::{Asked, Fault, Proxy, Rule};
use super::struck::{Blow, Launch, Way};
use crate::common::expected;
use nix::sys::signal::Signal;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What the launch's own words read in the table.
const WORD: &str = "WORD";

/// The requests of a launch without faults, each with its place among those that are alike.
fn recorded(way: Way) -> Vec<(Asked, usize)> {
    let launch = Launch::new(way);
    // What others have left would be swept beside the launch.
    assert_eq!(launch.case.dynrun(&["gc"]).run().code, 0);
    let proxy = Proxy::new(&launch.case, Vec::new());
    let came = launch.came(&proxy, &Blow::Engine(Fault::Unheard));
    assert_eq!(launch.told(&came, "a launch without faults"), launch.exit_code().to_string());
    let mut found: Vec<(Asked, usize)> = Vec::new();
    for line in proxy.requests() {
        let asked = Asked::of(&line);
        let asked = Asked { path: asked.path.replace(&launch.case.word, WORD), ..asked };
        let nth = found.iter().filter(|(other, _)| *other == asked).count();
        found.push((asked, nth));
    }
    found
}

/// The blow at each request of a launch; what came of all of them is held against the table.
#[track_caller]
fn struck(way: Way, name: &str, blow: &Blow) {
    let mut requests = recorded(way);
    assert!(requests.len() >= 7, "{requests:#?}");
    // What is lost of a create or a start is looked for the longest: it is begun first.
    requests.sort_by_key(|(asked, _)| !["/create", "/start"].iter().any(|end| asked.path.ends_with(end)));
    let stranger = Stranger::new();
    let next = AtomicUsize::new(0);
    let lines = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..blow.at_once().min(requests.len()) {
            scope.spawn(|| {
                let _last = Last(&next);
                while let Some((asked, nth)) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let line = one(way, blow, asked, *nth);
                    lines.lock().expect("no panic").push(line);
                }
            });
        }
    });
    stranger.is_untouched();
    let mut table = lines.into_inner().expect("no panic");
    table.sort_unstable();
    let table: String = table.iter().map(|line| format!("{line}\n")).collect();
    expected(&format!("faults/{name}.txt"), &table);
}

/// After a panic no thread takes a further request.
struct Last<'a>(&'a AtomicUsize);

impl Drop for Last<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.store(usize::MAX / 2, Ordering::Relaxed);
        }
    }
}

/// One launch with the blow at one of its requests.
fn one(way: Way, blow: &Blow, asked: &Asked, nth: usize) -> String {
    let launch = Launch::new(way);
    let fault = match blow {
        Blow::Engine(fault) => fault.clone(),
        // Long enough for the signal to be heard first; no process hears of a SIGKILL.
        Blow::Signal(Signal::SIGKILL) => Fault::Slow(100),
        Blow::Signal(_) => Fault::Slow(600),
    };
    let rule = Rule {
        method: String::leak(asked.method.clone()),
        path: asked.path.replace(WORD, &launch.case.word),
        nth: Some(nth),
        fault,
    };
    let proxy = Proxy::new(&launch.case, vec![rule]);
    let what = format!("{} {} #{nth}", asked.method, asked.path);
    let came = launch.came(&proxy, blow);
    if let Blow::Signal(_) = blow {
        // What the engine makes after the launch's end is the launch's, too.
        proxy.is_late();
    }
    format!("{what}: {}", launch.told(&came, &what))
}

/// A container of somebody else's.
struct Stranger {
    case: Case,
    id: String,
    before: serde_json::Value,
}

impl Stranger {
    fn new() -> Self {
        let case = Case::new();
        let id = case.docker(&["run", "-d", "--label", &case.label(), super::case::BUSYBOX, "sleep", "600"]);
        let before = case.inspect(&id)["State"].clone();
        Self { case, id, before }
    }

    #[track_caller]
    fn is_untouched(&self) {
        assert_eq!(self.case.inspect(&self.id)["State"], self.before, "a stranger's container");
    }
}

const BOOM: &str = r#"{"message":"boom"}"#;
const HTML: &str = "<html><h1>502 Bad Gateway</h1></html>";

/// Each way with each blow, as a test of its own.
macro_rules! faults {
    ($($way:ident { $($(#[$often:meta])? $name:ident => $blow:expr;)* })*) => {
        $($(
            #[test]
            $(#[$often])?
            fn $name() {
                struck(Way::$way, stringify!($name), &$blow);
            }
        )*)*
    };
}

faults! {
    Pipes {
        #[ignore = "minutes, all together"]
        in_pipes_unheard => Blow::Engine(Fault::Unheard);
        in_pipes_unanswered => Blow::Engine(Fault::Unanswered);
        #[ignore = "minutes, all together"]
        in_pipes_refused => Blow::Engine(Fault::Answer(500, BOOM));
        #[ignore = "minutes, all together"]
        in_pipes_html => Blow::Engine(Fault::Answer(502, HTML));
        #[ignore = "minutes, all together"]
        in_pipes_empty => Blow::Engine(Fault::Answer(200, ""));
        #[ignore = "minutes, all together"]
        in_pipes_garbage => Blow::Engine(Fault::Answer(200, "garbage"));
        #[ignore = "minutes, all together"]
        in_pipes_interrupted => Blow::Signal(Signal::SIGINT);
        in_pipes_terminated => Blow::Signal(Signal::SIGTERM);
        #[ignore = "minutes, all together"]
        in_pipes_killed => Blow::Signal(Signal::SIGKILL);
    }
    Terminal {
        #[ignore = "minutes, all together"]
        on_a_terminal_unheard => Blow::Engine(Fault::Unheard);
        on_a_terminal_unanswered => Blow::Engine(Fault::Unanswered);
        #[ignore = "minutes, all together"]
        on_a_terminal_refused => Blow::Engine(Fault::Answer(500, BOOM));
        #[ignore = "minutes, all together"]
        on_a_terminal_terminated => Blow::Signal(Signal::SIGTERM);
    }
    Background {
        #[ignore = "minutes, all together"]
        in_the_background_unheard => Blow::Engine(Fault::Unheard);
        in_the_background_unanswered => Blow::Engine(Fault::Unanswered);
        #[ignore = "minutes, all together"]
        in_the_background_refused => Blow::Engine(Fault::Answer(500, BOOM));
        #[ignore = "minutes, all together"]
        in_the_background_terminated => Blow::Signal(Signal::SIGTERM);
        #[ignore = "minutes, all together"]
        in_the_background_killed => Blow::Signal(Signal::SIGKILL);
    }
}

faults! {
    Wait {
        #[ignore = "minutes, all together"]
        until_it_is_ready_unheard => Blow::Engine(Fault::Unheard);
        until_it_is_ready_unanswered => Blow::Engine(Fault::Unanswered);
        #[ignore = "minutes, all together"]
        until_it_is_ready_refused => Blow::Engine(Fault::Answer(500, BOOM));
        #[ignore = "minutes, all together"]
        until_it_is_ready_empty => Blow::Engine(Fault::Answer(200, ""));
        #[ignore = "minutes, all together"]
        until_it_is_ready_terminated => Blow::Signal(Signal::SIGTERM);
        #[ignore = "minutes, all together"]
        until_it_is_ready_killed => Blow::Signal(Signal::SIGKILL);
    }
    Replace {
        #[ignore = "minutes, all together"]
        in_the_place_of_one_unheard => Blow::Engine(Fault::Unheard);
        in_the_place_of_one_unanswered => Blow::Engine(Fault::Unanswered);
        #[ignore = "minutes, all together"]
        in_the_place_of_one_refused => Blow::Engine(Fault::Answer(500, BOOM));
        #[ignore = "minutes, all together"]
        in_the_place_of_one_empty => Blow::Engine(Fault::Answer(200, ""));
        #[ignore = "minutes, all together"]
        in_the_place_of_one_terminated => Blow::Signal(Signal::SIGTERM);
        #[ignore = "minutes, all together"]
        in_the_place_of_one_killed => Blow::Signal(Signal::SIGKILL);
    }
    Reuse {
        #[ignore = "minutes, all together"]
        by_one_that_is_there_unheard => Blow::Engine(Fault::Unheard);
        by_one_that_is_there_unanswered => Blow::Engine(Fault::Unanswered);
        #[ignore = "minutes, all together"]
        by_one_that_is_there_refused => Blow::Engine(Fault::Answer(500, BOOM));
        #[ignore = "minutes, all together"]
        by_one_that_is_there_empty => Blow::Engine(Fault::Answer(200, ""));
        #[ignore = "minutes, all together"]
        by_one_that_is_there_terminated => Blow::Signal(Signal::SIGTERM);
        #[ignore = "minutes, all together"]
        by_one_that_is_there_killed => Blow::Signal(Signal::SIGKILL);
    }
}

/// A minute and more of silence at each request: as long as the longest deadline.
#[test]
#[ignore = "minutes of silence"]
fn in_pipes_silent() {
    struck(Way::Pipes, "in_pipes_silent", &Blow::Engine(Fault::Silent));
}
