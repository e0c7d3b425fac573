//! The machine's zone: how far its clock is from UTC at a moment. Read as Go reads it, from `TZ` or `/etc/localtime`, so that
//! a time without a zone means what it means to docker's client. What cannot be read is UTC.

use super::Root;
use std::ops::Range;

/// Where files of zones are.
const FOLDERS: [&str; 3] = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/etc/zoneinfo"];
const DAY: i64 = 24 * 60 * 60;

/// The seconds that the zone is ahead of UTC at a moment, in seconds since 1970. `named` is `TZ`.
#[must_use]
pub fn offset(named: Option<&str>, root: &Root, at: i64) -> i64 {
    let read = |path: &str| std::fs::read(root.path(path)).ok();
    let file = match named.map(|name| name.strip_prefix(':').unwrap_or(name)) {
        None => read("/etc/localtime"),
        Some(path) if path.starts_with('/') => read(path),
        Some(name) if name.is_empty() || name.split('/').any(|part| part == "..") => None,
        Some(name) => FOLDERS.iter().find_map(|folder| read(&format!("{folder}/{name}"))),
    };
    file.and_then(|bytes| told(&bytes, at)).unwrap_or_default()
}

/// The numbers that the head of a block says: of marks for UTC, of marks for standard time, of leap seconds, of changes,
/// of kinds of time, of letters.
fn counts(block: &[u8]) -> Option<[usize; 6]> {
    let mut counts = [0; 6];
    for (index, count) in counts.iter_mut().enumerate() {
        *count = usize::try_from(big_endian(block.get(20 + index * 4..24 + index * 4)?)).ok()?;
    }
    Some(counts)
}

/// What a file of a zone says of a moment (RFC 9636).
fn told(bytes: &[u8], at: i64) -> Option<i64> {
    const HEAD: usize = 44;
    if bytes.get(..4)? != b"TZif" {
        return None;
    }
    // The second block has the wider numbers.
    let (block, width) = match bytes.get(4)? {
        0 => (bytes, 4),
        _ => {
            let [utc, standard, leaps, changes, kinds, letters] = counts(bytes)?;
            let length = HEAD + changes * 5 + kinds * 6 + letters + leaps * 8 + standard + utc;
            (bytes.get(length..)?, 8)
        }
    };
    let [utc, standard, leaps, changes, kinds, letters] = counts(block)?;
    let mut from = HEAD;
    let mut next = |length: usize| -> Range<usize> {
        let part = from..from + length;
        from = part.end;
        part
    };
    let times = block.get(next(changes * width))?;
    let indices = block.get(next(changes))?;
    let kinds = block.get(next(kinds * 6))?;
    next(letters + leaps * (width + 4) + standard + utc);
    let rule = if width == 8 { block.get(from..).and_then(footer) } else { None };
    let offset = |kind: &[u8]| Some(big_endian(kind.get(..4)?));
    let passed = times.chunks(width).take_while(|time| big_endian(time) <= at).count();
    match passed {
        0 if changes > 0 => kinds.chunks(6).find(|kind| kind.get(4) == Some(&0)).and_then(offset),
        _ if passed == changes && rule.is_some_and(|rule| !rule.is_empty()) => ruled(rule?, at),
        0 => kinds.chunks(6).next().and_then(offset),
        _ => offset(kinds.chunks(6).nth(usize::from(indices[passed - 1]))?),
    }
}

/// The rule for the time after the last change.
fn footer(rest: &[u8]) -> Option<&str> {
    std::str::from_utf8(rest.strip_prefix(b"\n")?.strip_suffix(b"\n")?).ok()
}

fn big_endian(bytes: &[u8]) -> i64 {
    let sign = if bytes.first().is_some_and(|byte| *byte >= 0x80) { -1 } else { 0 };
    bytes.iter().fold(sign, |number, byte| number << 8 | i64::from(*byte))
}

/// What a rule says of a moment: `CET-1CEST,M3.5.0,M10.5.0/3`.
fn ruled(rule: &str, at: i64) -> Option<i64> {
    let (standard, rest) = named_offset(rule)?;
    if rest.is_empty() {
        return Some(standard);
    }
    let rest = after_name(rest)?;
    let (summer, rest) = match rest.starts_with(',') || rest.is_empty() {
        true => (standard + 60 * 60, rest),
        false => signed_time(rest).map(|(time, rest)| (-time, rest))?,
    };
    let mut parts = rest.strip_prefix(',').unwrap_or("M3.2.0,M11.1.0").split(',');
    let year = year_of(at + standard);
    let begins = moment(parts.next()?, year)? - standard;
    let ends = moment(parts.next()?, year)? - summer;
    let is_summer = match begins < ends {
        true => (begins..ends).contains(&at),
        false => !(ends..begins).contains(&at),
    };
    Some(if is_summer { summer } else { standard })
}

/// A zone's name and its seconds ahead of UTC; a rule counts them the other way.
fn named_offset(rule: &str) -> Option<(i64, &str)> {
    signed_time(after_name(rule)?).map(|(time, rest)| (-time, rest))
}

/// What stands behind a name: letters, or anything in angle brackets.
fn after_name(rule: &str) -> Option<&str> {
    let rest = match rule.strip_prefix('<') {
        Some(rest) => rest.split_once('>')?.1,
        None => rule.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()),
    };
    (rest.len() < rule.len()).then_some(rest)
}

/// `[+|-]H[H][:MM[:SS]]` in seconds, and what stands behind it.
fn signed_time(text: &str) -> Option<(i64, &str)> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != ':').unwrap_or(text.len());
    let (time, rest) = text.split_at(end);
    let mut seconds = 0;
    for (part, unit) in time.split(':').zip([3600, 60, 1]) {
        seconds += part.parse::<i64>().ok()? * unit;
    }
    Some((sign * seconds, rest))
}

/// When a day of a rule comes in a year, by the clock that it changes: `M3.5.0/2`, `J60`, `59`.
fn moment(rule: &str, year: i64) -> Option<i64> {
    let (day, time) = match rule.split_once('/') {
        Some((day, time)) => (day, signed_time(time)?.0),
        None => (rule, 2 * 60 * 60),
    };
    let first = days(year, 1);
    let is_leap = days(year + 1, 1) - first == 366;
    let day = match (day.strip_prefix('M'), day.strip_prefix('J')) {
        (Some(words), _) => {
            let numbers = words.split('.').map(str::parse::<i64>).collect::<Result<Vec<_>, _>>().ok()?;
            let [month, week, weekday] = numbers[..] else { return None };
            let begin = days(year, month);
            let end = if month == 12 { days(year + 1, 1) } else { days(year, month + 1) };
            // 1970 began on a Thursday.
            let to_weekday = (weekday - (begin + 4)).rem_euclid(7);
            let wanted = begin + to_weekday + (week - 1) * 7;
            if wanted < end { wanted } else { wanted - 7 }
        }
        // The 29th of February is not counted.
        (None, Some(number)) => {
            let number: i64 = number.parse().ok()?;
            first + number - if is_leap && number >= 60 { 0 } else { 1 }
        }
        (None, None) => first + day.parse::<i64>().ok()?,
    };
    Some(day * DAY + time)
}

/// The year of a moment.
fn year_of(at: i64) -> i64 {
    let day = at.div_euclid(DAY);
    let near = 1970 + day.div_euclid(366);
    (near..).take_while(|year| days(*year, 1) <= day).last().unwrap_or(near)
}

/// The days from 1970 to the first day of a month.
fn days(year: i64, month: i64) -> i64 {
    // The year begins in March: its day of leap is its last one.
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leaps + (month * 153 + 2) / 5 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `TZ=RULE date -d @AT +%z` says.
    #[test]
    fn rules_are_read() {
        for (rule, at, hours) in [
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_767_225_600, 1.0),
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_782_864_000, 2.0),
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_774_745_999, 1.0),
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_774_746_000, 2.0),
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_792_889_999, 2.0),
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_792_890_000, 1.0),
            ("EST5EDT,M3.2.0,M11.1.0", 1_782_864_000, -4.0),
            ("EST5EDT", 1_767_225_600, -5.0),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", 1_767_225_600, 11.0),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", 1_782_864_000, 10.0),
            ("<+0545>-5:45", 0, 5.75),
            ("<-03>3", 0, -3.0),
            ("A1B,J60/0,J61/0", 1_709_251_200, -1.0),
            ("A1B,J60/0,J61/0", 1_709_254_800, 0.0),
            ("A1B,59/0,60/0", 1_709_168_400, 0.0),
        ] {
            #[expect(clippy::cast_possible_truncation, reason = "quarters of an hour are whole seconds")]
            let seconds = (hours * 3600.0) as i64;
            assert_eq!(ruled(rule, at), Some(seconds), "{rule} at {at}");
        }
        for rule in ["", "-1", "CET", "CET-1CEST,M3.5,M10.5.0", "<CET-1"] {
            assert_eq!(ruled(rule, 1_782_864_000), None, "{rule}");
        }
    }

    /// A file with one change, at 1000, from one hour to two, and a rule, if any, for the time after it.
    fn file(rule: &str) -> Vec<u8> {
        let block = |width: usize| {
            let mut block = b"TZif2".to_vec();
            block.extend([0; 15]);
            for count in [0u32, 0, 0, 1, 2, 4] {
                block.extend(count.to_be_bytes());
            }
            block.extend(&1000i64.to_be_bytes()[8 - width..]);
            block.push(1);
            for (offset, is_summer) in [(3600i32, 0), (7200, 1)] {
                block.extend(offset.to_be_bytes());
                block.extend([is_summer, 0]);
            }
            block.extend(b"CET\0");
            block
        };
        [block(4), block(8), format!("\n{rule}\n").into_bytes()].concat()
    }

    #[test]
    fn a_file_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::at(folder.path());
        std::fs::create_dir_all(folder.path().join("usr/share/zoneinfo/Here")).unwrap();
        std::fs::create_dir_all(folder.path().join("etc")).unwrap();
        std::fs::write(folder.path().join("usr/share/zoneinfo/Here/There"), file("")).unwrap();
        std::fs::write(folder.path().join("etc/localtime"), file("<-03>3")).unwrap();
        for (named, at, hours) in [
            (Some("Here/There"), 999, 1),
            (Some(":Here/There"), 1000, 2),
            (Some("/usr/share/zoneinfo/Here/There"), 2_000_000_000, 2),
            (None, 999, 1),
            (None, 1000, -3),
            (Some(""), 1000, 0),
            (Some("UTC"), 1000, 0),
            (Some("../etc/localtime"), 1000, 0),
            (Some("CET-1CEST"), 1000, 0),
        ] {
            assert_eq!(offset(named, &root, at), hours * 3600, "{named:?} at {at}");
        }
        for cut in 0..file("").len() {
            let _ = told(&file("CET-1")[..cut], 2000);
        }
    }
}
