//! What one run looks at of a long table: a share of its rows, another one each time, so that a run takes minutes and all
//! rows have their turn. `DYNRUN_TEST_SEED` looks at the same rows again, and `DYNRUN_TEST_WHOLE` (`scripts/test --all`) at
//! every row.

use std::time::{SystemTime, UNIX_EPOCH};

/// What a run throws its dice with.
pub(crate) fn seed() -> u64 {
    let said = std::env::var("DYNRUN_TEST_SEED").ok().map(|seed| seed.parse().unwrap());
    said.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs())
}

/// One row of so many.
#[expect(clippy::print_stdout, reason = "which rows were looked at, to look at them again")]
pub(crate) fn share<T>(rows: impl IntoIterator<Item = T>, of: usize) -> impl Iterator<Item = T> {
    // What is written down anew has every row.
    let is_whole = ["DYNRUN_TEST_WHOLE", "DYNRUN_BLESS"].iter().any(|name| std::env::var_os(name).is_some());
    let seed = seed();
    println!("DYNRUN_TEST_SEED={seed}");
    let first = usize::try_from(seed).unwrap() % of;
    let (first, step) = if is_whole { (0, 1) } else { (first, of) };
    rows.into_iter().skip(first).step_by(step)
}
