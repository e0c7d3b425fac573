//! Git's index: the list of the files that it keeps. <https://git-scm.com/docs/index-format>

/// Bytes of an entry before its flags: times, numbers, mode and size, and the SHA-1 of what it holds.
const FRONT: usize = 40 + 20;

/// The flag of an entry with two more bytes of flags.
const EXTENDED: u16 = 0x4000;

/// Whether the index lists the path. Bytes that are no index list nothing.
pub(super) fn holds(index: &[u8], path: &[u8]) -> bool {
    let Some((version, count, mut rest)) = header(index) else { return false };
    let mut name = Vec::new();
    for _ in 0..count {
        let Some(after) = entry(rest, version, &mut name) else { return false };
        if name == path {
            return true;
        }
        rest = after;
    }
    false
}

/// The version, the number of entries, and the bytes of these.
fn header(index: &[u8]) -> Option<(u32, u32, &[u8])> {
    let rest = index.strip_prefix(b"DIRC")?;
    let (version, rest) = number(rest)?;
    let (count, rest) = number(rest)?;
    (2..=4).contains(&version).then_some((version, count, rest))
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((u32::from_be_bytes(*number), rest))
}

/// Reads an entry's name over that of the one before, and gives back what follows the entry.
fn entry<'a>(bytes: &'a [u8], version: u32, name: &mut Vec<u8>) -> Option<&'a [u8]> {
    let (flags, mut rest) = bytes.get(FRONT..)?.split_first_chunk()?;
    let flags = u16::from_be_bytes(*flags);
    if version >= 3 && flags & EXTENDED != 0 {
        rest = rest.get(2..)?;
    }
    if version == 4 {
        let (dropped, after) = length(rest)?;
        name.truncate(name.len().checked_sub(dropped)?);
        rest = after;
    } else {
        name.clear();
    }
    let end = rest.iter().position(|byte| *byte == 0)?;
    name.extend_from_slice(&rest[..end]);
    let after = &rest[end + 1..];
    if version == 4 {
        return Some(after);
    }
    // One to eight NULs make the entry a multiple of eight bytes long.
    let used = bytes.len() - after.len();
    after.get(used.next_multiple_of(8) - used..)
}

/// A length as packs have it: seven bits a byte, the highest first, each but the last with its upper bit set.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (first, mut rest) = bytes.split_first()?;
    let (mut byte, mut value) = (*first, usize::from(first & 0x7f));
    while byte & 0x80 != 0 {
        (byte, rest) = rest.split_first().map(|(byte, rest)| (*byte, rest))?;
        value = value.checked_add(1)?.checked_mul(128)?.checked_add(usize::from(byte & 0x7f))?;
    }
    Some((value, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lengths_are_read() {
        for (bytes, want) in
            [(&[0_u8][..], 0), (&[0x7f], 127), (&[0x80, 0], 128), (&[0x80, 0x7f], 255), (&[0x81, 0], 256)]
        {
            assert_eq!(length(bytes), Some((want, &[][..])));
        }
        assert_eq!(length(&[0x80]), None);
        assert_eq!(length(&[0xff; 40]), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), version in 0_u8..6, count: u8) {
            holds(&bytes, b"x");
            let head = [b"DIRC".as_slice(), &[0, 0, 0, version, 0, 0, 0, count], &bytes].concat();
            holds(&head, b"x");
        }
    }
}
