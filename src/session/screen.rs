//! What a container's output switches on in the caller's terminal, and leaves on: another screen, the mouse, a hidden
//! cursor. A small pure machine over the bytes, so that it is switched off in the end, and nothing else is.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// A private mode of the terminal, as `CSI ? NUMBER h` and `l` switch it on and off.
struct Mode {
    number: u16,
    /// Whether it is on before anybody switches it.
    rests_on: bool,
}

const fn off(number: u16) -> Mode {
    Mode { number, rests_on: false }
}

/// The modes that spoil a shell when they are left, in the order in which they are put right: the mouse first, and what
/// belongs to the other screen before that is left.
const MODES: [Mode; 18] = [
    off(9),    // the mouse: clicks
    off(1000), // presses and releases
    off(1001), // a highlighted range
    off(1002), // moves with a button
    off(1003), // every move
    off(1004), // the window's focus
    off(1005), // the mouse's coordinates, in four ways
    off(1006),
    off(1015),
    off(1016),
    off(2004), // marks around what is pasted
    off(1),    // cursor keys of their own
    off(1049), // the other screen, in three ways
    off(1047),
    off(47),
    off(6),                              // lines that count from a scrolled part's first
    Mode { number: 7, rests_on: true },  // a line that goes on below where it is full
    Mode { number: 25, rests_on: true }, // the cursor
];
/// The modes that are one screen: leaving it by one of them leaves it by all.
const SCREENS: [u16; 3] = [1049, 1047, 47];

/// The numbers of a sequence that are read; terminals have their own such limit.
const MOST_NUMBERS: usize = 16;

const CANCEL: u8 = 0x18;
const SUBSTITUTE: u8 = 0x1a;
const ESCAPE: u8 = 0x1b;
const DELETE: u8 = 0x7f;

/// Modes that are not as they rest: bit N for the Nth mode.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Switched(u32);

impl Switched {
    /// The bytes that put the modes right.
    pub(super) fn undone(self) -> Vec<u8> {
        self.written(|mode| mode.rests_on)
    }

    /// The bytes that switch them again.
    pub(super) fn redone(self) -> Vec<u8> {
        self.written(|mode| !mode.rests_on)
    }

    fn written(self, is_on: impl Fn(&Mode) -> bool) -> Vec<u8> {
        let switched = MODES.iter().enumerate().filter(|(nth, _)| self.0 & (1 << nth) != 0);
        let sequences = switched.map(|(_, mode)| {
            let end = if is_on(mode) { 'h' } else { 'l' };
            format!("\x1b[?{}{end}", mode.number)
        });
        sequences.collect::<String>().into_bytes()
    }

    fn switch(&mut self, number: u16, on: bool) {
        let Some(nth) = MODES.iter().position(|mode| mode.number == number) else { return };
        if on != MODES[nth].rests_on {
            self.0 |= 1 << nth;
        } else {
            self.0 &= !(1 << nth);
        }
    }
}

/// Held while output is written to the terminal.
pub(super) static SHOWING: Mutex<()> = Mutex::new(());
/// The modes that the output has left switched so far.
static LEFT: AtomicU32 = AtomicU32::new(0);

/// The modes that the output has left switched so far.
pub(super) fn left() -> Switched {
    Switched(LEFT.load(Ordering::Relaxed))
}

/// The same, which are counted as put right from now on.
pub(super) fn take_left() -> Switched {
    Switched(LEFT.swap(0, Ordering::Relaxed))
}

/// A stream to the caller's terminal, with an eye on what is left switched.
#[derive(Debug)]
pub(super) struct Watched<W> {
    to: W,
    screen: Screen,
}

impl<W> Watched<W> {
    /// Watches a stream.
    pub(super) fn new(to: W) -> Self {
        Self { to, screen: Screen::default() }
    }
}

impl<W: Write> Write for Watched<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _showing = SHOWING.lock().unwrap_or_else(PoisonError::into_inner);
        let written = self.to.write(bytes)?;
        self.screen.see(&bytes[..written]);
        LEFT.store(self.screen.switched.0, Ordering::Relaxed);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Where in a sequence the output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// In none.
    Text,
    /// After an escape character.
    Escape,
    /// After an escape character that begins the choice of a character set.
    Charset,
    /// After `CSI`.
    Opened,
    /// After `CSI ?`: its numbers.
    Numbers,
    /// In a sequence that says nothing of modes.
    Other,
}

/// The machine.
#[derive(Debug)]
struct Screen {
    at: At,
    numbers: [u16; MOST_NUMBERS],
    /// The number that is read.
    nth: usize,
    switched: Switched,
}

impl Default for Screen {
    fn default() -> Self {
        Self { at: At::Text, numbers: [0; MOST_NUMBERS], nth: 0, switched: Switched::default() }
    }
}

impl Screen {
    /// Takes the next bytes of the output, wherever they begin and end.
    fn see(&mut self, mut bytes: &[u8]) {
        while let [first, rest @ ..] = bytes {
            if self.at == At::Text {
                let escape = bytes.iter().position(|byte| *byte == ESCAPE);
                bytes = &bytes[escape.unwrap_or(bytes.len())..];
                self.at = if bytes.is_empty() { At::Text } else { At::Escape };
                bytes = bytes.get(1..).unwrap_or_default();
            } else {
                self.step(*first);
                bytes = rest;
            }
        }
    }

    /// Takes a byte of a sequence. What a terminal obeys in the midst of one changes nothing here.
    fn step(&mut self, byte: u8) {
        self.at = match (self.at, byte) {
            (_, CANCEL | SUBSTITUTE) => At::Text,
            (_, ESCAPE) => At::Escape,
            (at, ..b' ' | DELETE) => at,
            (At::Escape, b'[') => At::Opened,
            (At::Escape | At::Charset, b' '..=b'/') => At::Charset,
            (At::Escape, b'c') => {
                self.switched = Switched::default();
                At::Text
            }
            // The text of a title or the like: it holds no sequence, as an escape character ends it.
            (At::Escape | At::Charset | At::Text, _) => At::Text,
            (At::Opened, b'?') => {
                (self.numbers, self.nth) = ([0; MOST_NUMBERS], 0);
                At::Numbers
            }
            (At::Numbers, b'0'..=b'9' | b';') => {
                self.number(byte);
                At::Numbers
            }
            (At::Numbers, b'h' | b'l') => {
                self.switch(byte == b'h');
                At::Text
            }
            (At::Opened | At::Numbers | At::Other, b'@'..=b'~') => At::Text,
            (At::Opened | At::Numbers | At::Other, _) => At::Other,
        };
    }

    fn number(&mut self, byte: u8) {
        if byte == b';' {
            self.nth += 1;
        } else if let Some(number) = self.numbers.get_mut(self.nth) {
            *number = number.saturating_mul(10).saturating_add(u16::from(byte - b'0'));
        }
    }

    fn switch(&mut self, on: bool) {
        for number in self.numbers.into_iter().take(self.nth + 1) {
            if !on && SCREENS.contains(&number) {
                SCREENS.iter().for_each(|number| self.switched.switch(*number, false));
            }
            self.switched.switch(number, on);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What the output has switched, as the bytes that put it right.
    fn undone(pieces: &[&str]) -> String {
        String::from_utf8(seen(pieces).undone()).unwrap()
    }

    fn seen(pieces: &[&str]) -> Switched {
        let mut screen = Screen::default();
        pieces.iter().for_each(|piece| screen.see(piece.as_bytes()));
        screen.switched
    }

    #[test]
    fn what_is_left_switched_is_put_right() {
        for (output, want) in [
            ("\x1b[?1049h\x1b[22;0;0t\x1b[?25l", "\x1b[?1049l\x1b[?25h"),
            ("\x1b[?1047h", "\x1b[?1047l"),
            ("\x1b[?1000;1006;2004h\x1b[?1000l", "\x1b[?1006l\x1b[?2004l"),
            ("\x1b[?1h\x1b=\x1b[?25l\x1b[?25h", "\x1b[?1l"),
            ("\x1b[?2\r5l", "\x1b[?25h"),
            ("\x1b]0;\x1b[?25l", "\x1b[?25h"),
            ("\x1b[?25l\x1b(c", "\x1b[?25h"),
            ("\x1b[?1\x1b[?1003h", "\x1b[?1003l"),
            ("\x1b[?;;47h", "\x1b[?47l"),
        ] {
            assert_eq!(undone(&[output]), want, "{output:?}");
        }
    }

    #[test]
    fn what_is_not_switched_is_left_alone() {
        for output in [
            "",
            "total 4\r\n\x1b[0m\x1b[01;34mbin\x1b[0m\r\n",
            "\x1b[?1049h\x1b[?25l\x1b[?25h\x1b[?1049l",
            "\x1b[?1049h\x1b[?47l",
            "\x1b[?47h\x1b[?1049h\x1b[?1049l",
            "\x1b[?25l\x1b[?1002h\x1bc",
            "\x1b[25l",
            "\x1b[>25l",
            "\x1b[?25$l",
            "\x1b[?25:1l",
            "\x1b[?2\x185l",
            "\x1b[?25n\x1b[?25",
            "\x1b]2;[?25l\x07[?25l",
            "\x1b[?65561l",
            "\x1b[?0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;25l",
        ] {
            assert_eq!(undone(&[output]), "", "{output:?}");
        }
    }

    /// Pieces of an output: sequences, beginnings of some, and text.
    fn output() -> impl Strategy<Value = String> {
        let numbers = prop::sample::select(vec![1, 2, 9, 25, 47, 1000, 1006, 1047, 1049, 2004, 2026]);
        let list = prop::collection::vec(numbers, 0..4);
        let switch = (list, prop::sample::select(vec!["h", "l", "", "$p", "n"])).prop_map(|(list, end)| {
            let list: Vec<String> = list.iter().map(ToString::to_string).collect();
            format!("\x1b[?{}{end}", list.join(";"))
        });
        let other =
            prop::sample::select(vec!["\x1b", "\x1bc", "\x1b(", "\x18", "\x1b[m", "\x1b]0;", "\x07", "é"]);
        let piece = prop_oneof![4 => switch, 2 => other.prop_map(str::to_owned), 1 => "[ -~]{0,5}"];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn where_a_read_ends_makes_no_difference(output in output(), cuts in prop::collection::vec(0usize..99, 0..5)) {
            let mut screen = Screen::default();
            let mut cuts: Vec<usize> = cuts.into_iter().filter(|cut| *cut <= output.len()).collect();
            cuts.extend([0, output.len()]);
            cuts.sort_unstable();
            cuts.windows(2).for_each(|ends| screen.see(&output.as_bytes()[ends[0]..ends[1]]));
            prop_assert_eq!(screen.switched, seen(&[&output]));
        }

        #[test]
        fn what_is_put_right_is_as_at_first(output in output()) {
            let switched = seen(&[&output]);
            let undone = undone(&[&output]);
            prop_assert_eq!(seen(&[&output, &undone]), Switched::default());
            let redone = String::from_utf8(switched.redone()).unwrap();
            prop_assert_eq!(seen(&[&output, &undone, &redone]), switched);
        }
    }

    /// A stream may take less than it is given: what it has not taken was not seen.
    #[test]
    fn what_was_written_counts() {
        struct Short(Vec<u8>);
        impl Write for Short {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                let taken = bytes.len().min(6);
                self.0.extend_from_slice(&bytes[..taken]);
                Ok(taken)
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut watched = Watched::new(Short(Vec::new()));
        assert_eq!(watched.write(b"\x1b[?25l\x1b[?1000h").unwrap(), 6);
        assert_eq!(left().undone(), b"\x1b[?25h");
        watched.write_all(b"\x1b[?1000h").unwrap();
        assert_eq!(watched.to.0, b"\x1b[?25l\x1b[?1000h");
        assert_eq!(take_left().undone(), b"\x1b[?1000l\x1b[?25h");
        assert_eq!(left(), Switched::default());
    }
}
