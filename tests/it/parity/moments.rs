//! Moments of `dynrun logs --since` and `--until` against docker's own client: what the engine is asked for.

use super::side::Side;

/// A file of a zone that keeps the time of Berlin, as this year's rule says it.
fn berlin() -> Vec<u8> {
    let mut block = b"TZif2".to_vec();
    block.extend([0; 15]);
    for count in [0u32, 0, 0, 0, 1, 4] {
        block.extend(count.to_be_bytes());
    }
    block.extend([0, 0, 0x0e, 0x10, 0, 0]);
    block.extend(b"CET\0");
    [&block[..], &block, b"\nCET-1CEST,M3.5.0,M10.5.0/3\n"].concat()
}

/// Words for a moment, and some that are none.
const MOMENTS: &[&str] = &[
    "10m",
    "-10m",
    "1h30m1.5s",
    "0",
    "0s",
    "+0",
    "1795896000",
    "1795896000.25",
    "+5",
    "2026",
    "2026-11-28",
    "2026-07-28",
    "2026-11-28Z",
    "2026-11-28+02:00",
    "2026-11-28-02:00",
    "2026-11-28T20",
    "2026-11-28T2",
    "2026-11-28T20:15",
    "2026-11-28T20:15:30",
    "2026-07-28T20:15:30.25",
    "2026-11-28T20Z",
    "2026-11-28T20:15+05:45",
    "2026-11-28T20:15:30.123456789-01:00",
    "2026-11-28T20:15:30,5Z",
    "soon",
    "2026-11-31",
    "2026-11",
    "-5",
    "1.5.5",
    "2026-11-28 20:15",
    "2026-11-28T20:15:30z",
    "2026-11-28T24",
    "1795896000.x",
    "",
];

/// For a span, at two moments.
#[test]
fn moments_are_dockers() {
    let side = Side::new();
    let zone = side.file("berlin", &berlin());
    for word in MOMENTS {
        for option in ["since", "until"] {
            let asked = |program| side.log(program, option, word, &zone);
            let (ours, theirs) = (asked(crate::common::DYNRUN), asked("docker"));
            let second = |asked: &Option<String>| asked.as_ref()?.parse::<i64>().ok();
            let apart = second(&ours).zip(second(&theirs)).map(|(ours, theirs)| (ours - theirs).abs());
            let is_close = apart.is_some_and(|apart| apart < 5);
            assert!(ours == theirs || is_close, "{option} {word}: {ours:?}, docker: {theirs:?}");
        }
    }
}
