//! Cases thrown together: what holds for each alone has to hold for several at once.
//!
//! `DYNRUN_TEST_SEED` throws the same ones again.

use super::case::{Case, HEADINGS, VERSIONS, Who, cases};
use super::recorded::Recorded;
use super::side::{Answer, Side};
use crate::share::seed;
use serde_json::Value;
use std::collections::BTreeMap;

/// How many are thrown in each test; there are four of them. Others are thrown in the next run.
const THROWS: u64 = 50;

/// Numbers without an order, the same for the same seed.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    /// A number below `below`.
    pub(super) fn throw(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below
    }
}

/// Some cases as one.
pub(super) fn thrown(pool: &[Case], dice: &mut Dice) -> Case {
    let count = 2 + dice.throw(4);
    let mut all = pool[dice.throw(pool.len())].clone();
    for _ in 1..count {
        let next = &pool[dice.throw(pool.len())];
        // Of several, dynrun takes the last: the deviation has its own case.
        if has_gpus(&all) && has_gpus(next) {
            continue;
        }
        all.args.extend(next.args.iter().cloned());
        all.line += &format!(" {}", next.line);
    }
    all
}

fn has_gpus(case: &Case) -> bool {
    case.args.iter().any(|word| word.starts_with("--gpus"))
}

/// What came of a throw, where it is no fault: a word to count it by.
fn judged(docker: &Answer, dynrun: &Answer) -> Result<String, ()> {
    match (docker, dynrun) {
        (Answer::Sent(docker), Answer::Sent(dynrun)) if docker == dynrun => Ok("equal".to_owned()),
        (Answer::Sent(docker), Answer::Sent(dynrun)) if leaves_out(docker, dynrun) => {
            Ok("equal but for what is left out".to_owned())
        }
        (Answer::Refused(_), Answer::Refused(_)) => Ok("refused by both".to_owned()),
        // What the engine refuses or ignores, dynrun refuses first: which it is, is the case's own matter.
        (Answer::Sent(_), Answer::Refused(said)) => {
            let code = said.split_once("error[").and_then(|(_, rest)| rest.split_once(']'));
            let code = code.map(|(code, _)| code).filter(|code| FIRST.contains(code)).ok_or(())?;
            Ok(format!("dynrun refuses: {code}"))
        }
        (Answer::Sent(_) | Answer::Refused(_), Answer::Sent(_)) => Err(()),
    }
}

/// What dynrun leaves out of docker's request: `removed-by-dynrun`, and `host-port-left-out`.
const LEFT_OUT: [(&str, &str); 4] = [
    ("/body/HostConfig", "AutoRemove"),
    ("/body", "ExposedPorts"),
    ("/body/HostConfig", "PortBindings"),
    ("/body/HostConfig", "PublishAllPorts"),
];

/// Whether dynrun's request is docker's, but for members that it leaves out.
fn leaves_out(docker: &Value, dynrun: &Value) -> bool {
    let member =
        |request: &Value, (place, name)| request.pointer(place).and_then(|at: &Value| at.get(name)).cloned();
    let is_kept = |at| member(dynrun, at).is_none_or(|said| Some(said) == member(docker, at));
    LEFT_OUT.into_iter().all(is_kept) && without(docker, LEFT_OUT) == without(dynrun, LEFT_OUT)
}

fn without(request: &Value, members: [(&str, &str); 4]) -> Value {
    let mut request = request.clone();
    for (place, name) in members {
        if let Some(object) = request.pointer_mut(place).and_then(Value::as_object_mut) {
            object.remove(name);
        }
    }
    request
}

/// The codes of what dynrun refuses before the engine would.
const FIRST: [&str; 9] = [
    "dead-publish",
    "health-conflict",
    "limits-conflict",
    "log-option",
    "mount-twice",
    "network-option",
    "not-a-terminal",
    "port-twice",
    "set-for-host",
];

/// The cases that may stand together.
pub(super) fn pool() -> Vec<Case> {
    let all = HEADINGS.iter().flat_map(|heading| cases(heading));
    let may =
        |case: &Case| case.who == Who::Nobody && case.env.is_empty() && case.versions.len() == VERSIONS.len();
    all.filter(may).collect()
}

#[expect(clippy::print_stdout, reason = "what was thrown, to throw it again")]
fn throw(part: u64) {
    let seed = seed();
    println!("DYNRUN_TEST_SEED={seed}");
    let mut dice = Dice(seed.wrapping_mul(4).wrapping_add(part));
    let pool = pool();
    let recorded = Recorded::read();
    let side = Side::new();
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut wrong = Vec::new();
    for _ in 0..THROWS {
        let case = thrown(&pool, &mut dice);
        let version = VERSIONS[dice.throw(VERSIONS.len())];
        let base = recorded.base(version);
        let (docker, dynrun) = (side.docker(&case, version, Some(base)), side.dynrun(&case, version, base));
        match judged(&docker, &dynrun) {
            Ok(word) => *counts.entry(word).or_default() += 1,
            Err(()) => wrong.push(format!("{} at {version}: {}", case.line, difference(&docker, &dynrun))),
        }
    }
    println!("{counts:?}");
    assert!(wrong.is_empty(), "DYNRUN_TEST_SEED={seed}\n{}", wrong.join("\n"));
    let equal = counts.get("equal").copied().unwrap_or_default();
    assert!(equal * 4 > THROWS, "many throws are sent: {counts:?}");
}

fn difference(docker: &Answer, dynrun: &Answer) -> String {
    match (docker, dynrun) {
        (Answer::Sent(docker), Answer::Sent(dynrun)) => super::lines(docker, dynrun),
        (docker, dynrun) => format!("\ndocker {docker}\ndynrun {dynrun}"),
    }
}

mod combinations_make_dockers_request {
    #[test]
    fn in_a_first_part() {
        super::throw(0);
    }

    #[test]
    fn in_a_second_part() {
        super::throw(1);
    }

    #[test]
    fn in_a_third_part() {
        super::throw(2);
    }

    #[test]
    fn in_a_fourth_part() {
        super::throw(3);
    }
}
