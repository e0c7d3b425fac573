//! What a container's output switches on in the caller's terminal, and leaves on: another screen, the mouse, a hidden
//! cursor, keys that are written in other ways. A small pure machine over the bytes, so that it is switched off in the end, and nothing else is.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

/// A mode of the terminal, as `CSI ? NUMBER h` and `l` switch it on and off; without the mark, where it is none of DEC's own.
struct Mode {
    mark: u8,
    number: u16,
    /// Whether it is on before anybody switches it.
    rests_on: bool,
}

/// DEC's own mark, and none.
const PRIVATE: u8 = b'?';
const PLAIN: u8 = b' ';

const fn off(number: u16) -> Mode {
    Mode { mark: PRIVATE, number, rests_on: false }
}

const fn on(number: u16) -> Mode {
    Mode { mark: PRIVATE, number, rests_on: true }
}

const fn plain(number: u16) -> Mode {
    Mode { mark: PLAIN, number, rests_on: false }
}

/// The modes that spoil a shell when they are left, in the order in which they are put right: the mouse first, and what
/// belongs to the other screen before that is left.
const MODES: [Mode; 21] = [
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
    off(ORIGIN),
    on(7),     // a line that goes on below where it is full
    on(25),    // the cursor
    plain(2),  // a keyboard that is locked
    plain(4),  // text that pushes what is there to the right
    plain(20), // Enter that ends a line twice
];
/// Lines that count from a scrolled part's first. To leave that takes the cursor to the first line of the screen, over what
/// stands there, and no terminal brings it back with it left: the last line is where a shell goes on.
const ORIGIN: u16 = 6;
const LAST_LINE: &str = "\x1b[9999;1H";
/// The modes that are one screen: leaving it by one of them leaves it by all.
const SCREENS: [u16; 3] = [1049, 1047, 47];

/// The numbers of a sequence that are read; terminals have their own such limit.
const MOST_NUMBERS: usize = 16;

const SHIFT_OUT: u8 = 0x0e;
const SHIFT_IN: u8 = 0x0f;
const CANCEL: u8 = 0x18;
const SUBSTITUTE: u8 = 0x1a;
const ESCAPE: u8 = 0x1b;
const DELETE: u8 = 0x7f;

/// The character set that a terminal begins with: ASCII.
const ASCII: u8 = b'B';
/// The number of xterm's `modifyOtherKeys` among the ways in which it writes keys.
const OTHER_KEYS: u16 = 4;

/// What is not as it rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Switched {
    /// Bit N for the Nth mode.
    modes: u32,
    /// The first and the last line of the part that scrolls.
    scrolled: Option<(u16, u16)>,
    /// The character set in the place of ASCII.
    charset: u8,
    /// Whether the second character set is used.
    is_shifted: bool,
    /// Whether the keypad has keys of its own.
    keypad: bool,
    /// How much xterm says of keys with modifiers.
    other_keys: u16,
    /// The form of the cursor; 0 is the terminal's own.
    cursor: u16,
    /// How kitty's protocol writes keys: on the first screen and on the other one, which has a stack of its own.
    keyboards: [Keyboard; 2],
}

impl Switched {
    const NONE: Self = Self {
        modes: 0,
        scrolled: None,
        charset: ASCII,
        is_shifted: false,
        keypad: false,
        other_keys: 0,
        cursor: 0,
        keyboards: [Keyboard::NONE; 2],
    };

    /// The bytes that put it right.
    pub(super) fn undone(self) -> Vec<u8> {
        let [first, other] = self.keyboards.map(Keyboard::undone);
        let rest = self.others(Self::NONE);
        let modes = self.modes(|mode| mode.rests_on);
        let line = if self.is_switched(ORIGIN) { LAST_LINE } else { "" };
        // Each screen's keyboard while that is shown.
        [&other, &rest, &modes, line, &first].concat().into_bytes()
    }

    /// The bytes that switch it again.
    pub(super) fn redone(self) -> Vec<u8> {
        let [first, other] = self.keyboards.map(Keyboard::redone);
        let rest = self.others(self);
        let modes = self.modes(|mode| !mode.rests_on);
        [first, modes, rest, other].concat().into_bytes()
    }

    fn modes(self, is_on: impl Fn(&Mode) -> bool) -> String {
        let switched = MODES.iter().enumerate().filter(|(nth, _)| self.modes & (1 << nth) != 0);
        let sequences = switched.map(|(_, mode)| {
            let end = if is_on(mode) { 'h' } else { 'l' };
            let mark = if mode.mark == PRIVATE { "?" } else { "" };
            format!("\x1b[{mark}{}{end}", mode.number)
        });
        sequences.collect()
    }

    /// What else is switched, as it is in `to`.
    fn others(self, to: Self) -> String {
        let mut said = String::new();
        if self.scrolled.is_some() {
            let lines = to.scrolled.map(|(first, last)| format!("{first};{last}")).unwrap_or_default();
            // The cursor stays where it is.
            said += &format!("\x1b7\x1b[{lines}r\x1b8");
        }
        if self.charset != ASCII {
            said += &format!("\x1b({}", char::from(to.charset));
        }
        if self.is_shifted {
            said.push(char::from(if to.is_shifted { SHIFT_OUT } else { SHIFT_IN }));
        }
        if self.keypad {
            said += if to.keypad { "\x1b=" } else { "\x1b>" };
        }
        if self.other_keys != 0 {
            said += &format!("\x1b[>{OTHER_KEYS};{}m", to.other_keys);
        }
        if self.cursor != 0 {
            said += &format!("\x1b[{} q", to.cursor);
        }
        said
    }

    fn switch(&mut self, mark: u8, number: u16, on: bool) {
        let is_it = |mode: &Mode| (mode.mark, mode.number) == (mark, number);
        let Some(nth) = MODES.iter().position(is_it) else { return };
        if on != MODES[nth].rests_on {
            self.modes |= 1 << nth;
        } else {
            self.modes &= !(1 << nth);
        }
        if !self.has_other_screen() {
            self.keyboards[1] = Keyboard::NONE;
        }
    }

    /// Whether one of DEC's own modes is not as it rests.
    fn is_switched(self, number: u16) -> bool {
        let is_it = |mode: &Mode| (mode.mark, mode.number) == (PRIVATE, number);
        MODES.iter().enumerate().any(|(nth, mode)| is_it(mode) && self.modes & (1 << nth) != 0)
    }

    fn has_other_screen(self) -> bool {
        SCREENS.iter().any(|number| self.is_switched(*number))
    }

    /// The keyboard of the screen that is shown.
    fn keyboard(&mut self) -> &mut Keyboard {
        &mut self.keyboards[usize::from(self.has_other_screen())]
    }
}

/// What kitty's protocol has for the keyboard of one screen: flags, and a stack of those before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Keyboard {
    /// The flags that were set without a stack first, then those that were pushed.
    flags: [u16; Self::MOST],
    pushed: usize,
}

impl Keyboard {
    /// As many as kitty keeps.
    const MOST: usize = 8;
    const NONE: Self = Self { flags: [0; Self::MOST], pushed: 0 };

    fn push(&mut self, flags: u16) {
        if self.pushed + 1 == Self::MOST {
            // The eldest goes, as in terminals.
            self.flags[1..].rotate_left(1);
        } else {
            self.pushed += 1;
        }
        self.flags[self.pushed] = flags;
    }

    fn pop(&mut self, count: u16) {
        let left = self.pushed.saturating_sub(usize::from(count));
        self.flags[left + 1..].fill(0);
        if usize::from(count) > self.pushed {
            self.flags[0] = 0;
        }
        self.pushed = left;
    }

    fn set(&mut self, flags: u16, how: u16) {
        let now = &mut self.flags[self.pushed];
        *now = match how {
            2 => *now | flags,
            3 => *now & !flags,
            _ => flags,
        };
    }

    fn undone(self) -> String {
        let pop = if self.pushed > 0 { format!("\x1b[<{}u", self.pushed) } else { String::new() };
        if self.flags[0] != 0 { pop + "\x1b[=0u" } else { pop }
    }

    fn redone(self) -> String {
        let [first, ..] = self.flags;
        let set = if first != 0 { format!("\x1b[={first}u") } else { String::new() };
        let pushed = &self.flags[1..=self.pushed];
        pushed.iter().fold(set, |said, flags| said + &format!("\x1b[>{flags}u"))
    }
}

/// Held while output is written to the terminal.
pub(super) static SHOWING: Mutex<()> = Mutex::new(());
/// What the output has left switched so far.
static LEFT: Mutex<Switched> = Mutex::new(Switched::NONE);

/// What the output has left switched so far.
pub(super) fn left() -> Switched {
    *LEFT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The same, which counts as put right from now on.
pub(super) fn take_left() -> Switched {
    std::mem::replace(&mut LEFT.lock().unwrap_or_else(PoisonError::into_inner), Switched::NONE)
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
        *LEFT.lock().unwrap_or_else(PoisonError::into_inner) = self.screen.switched;
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
    /// After an escape character and bytes that choose a character set for one of four places: the first of them.
    Charset(u8),
    /// After `CSI`.
    Opened,
    /// After `CSI` and its private mark, or a blank for none: its numbers.
    Numbers(u8),
    /// The same, and a blank behind the numbers of one without a mark.
    Blank,
    /// In a sequence that is of no matter here.
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
        Self { at: At::Text, numbers: [0; MOST_NUMBERS], nth: 0, switched: Switched::NONE }
    }
}

impl Screen {
    /// Takes the next bytes of the output, wherever they begin and end.
    fn see(&mut self, mut bytes: &[u8]) {
        while let [first, rest @ ..] = bytes {
            if self.at == At::Text {
                let speaks = |byte: &u8| matches!(*byte, ESCAPE | SHIFT_OUT | SHIFT_IN);
                let Some(at) = bytes.iter().position(speaks) else { return };
                match bytes[at] {
                    ESCAPE => self.at = At::Escape,
                    shift => self.switched.is_shifted = shift == SHIFT_OUT,
                }
                bytes = &bytes[at + 1..];
            } else {
                self.step(*first);
                bytes = rest;
            }
        }
    }

    /// Takes a byte of a sequence. Terminals obey a control character in the midst of one.
    fn step(&mut self, byte: u8) {
        self.at = match (self.at, byte) {
            (_, CANCEL | SUBSTITUTE) => At::Text,
            (_, ESCAPE) => At::Escape,
            (at, SHIFT_OUT | SHIFT_IN) => {
                self.switched.is_shifted = byte == SHIFT_OUT;
                at
            }
            (at, ..b' ' | DELETE) => at,
            (At::Escape, b'[') => {
                (self.numbers, self.nth) = ([0; MOST_NUMBERS], 0);
                At::Opened
            }
            (At::Escape, b' '..=b'/') => At::Charset(byte),
            (At::Charset(place), b' '..=b'/') => At::Charset(place),
            (At::Charset(b'('), charset) => {
                self.switched.charset = charset;
                At::Text
            }
            (At::Escape, b'=' | b'>') => {
                self.switched.keypad = byte == b'=';
                At::Text
            }
            (At::Escape, b'c') => {
                self.switched = Switched::NONE;
                At::Text
            }
            // The text of a title or the like: it holds no sequence, as an escape character ends it.
            (At::Escape | At::Charset(_) | At::Text, _) => At::Text,
            (At::Opened, b'<'..=b'?') => At::Numbers(byte),
            (At::Opened, b'0'..=b'9' | b';') => self.number(PLAIN, byte),
            (At::Numbers(mark), b'0'..=b'9' | b';') => self.number(mark, byte),
            (At::Opened, b'@'..=b'~') => self.end(PLAIN, byte),
            (At::Numbers(mark), b'@'..=b'~') => self.end(mark, byte),
            (At::Opened | At::Numbers(PLAIN), b' ') => At::Blank,
            (At::Blank, b'q') => {
                self.switched.cursor = self.numbers[0];
                At::Text
            }
            (At::Blank | At::Other, b'@'..=b'~') => At::Text,
            (At::Opened | At::Numbers(_) | At::Blank | At::Other, _) => At::Other,
        };
    }

    fn number(&mut self, mark: u8, byte: u8) -> At {
        if byte == b';' {
            self.nth += 1;
        } else if let Some(number) = self.numbers.get_mut(self.nth) {
            *number = number.saturating_mul(10).saturating_add(u16::from(byte - b'0'));
        }
        At::Numbers(mark)
    }

    /// Does what a sequence says, by its mark and its last byte.
    fn end(&mut self, mark: u8, last: u8) -> At {
        let [first, second, ..] = self.numbers;
        match (mark, last) {
            (PRIVATE | PLAIN, b'h' | b'l') => self.switch(mark, last == b'h'),
            (PLAIN, b'r') => self.switched.scrolled = (second > 0).then_some((first, second)),
            (b'>', b'm') if first == OTHER_KEYS => self.switched.other_keys = second,
            (b'>', b'm') if self.nth == 0 && first == 0 => self.switched.other_keys = 0,
            (b'>', b'u') => self.switched.keyboard().push(first),
            (b'<', b'u') => self.switched.keyboard().pop(first.max(1)),
            (b'=', b'u') => self.switched.keyboard().set(first, second),
            _ => {}
        }
        At::Text
    }

    fn switch(&mut self, mark: u8, on: bool) {
        for number in self.numbers.into_iter().take(self.nth + 1) {
            if !on && mark == PRIVATE && SCREENS.contains(&number) {
                SCREENS.iter().for_each(|number| self.switched.switch(PRIVATE, *number, false));
            }
            self.switched.switch(mark, number, on);
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
            ("\x1b[?1h\x1b=\x1b[?25l\x1b[?25h", "\x1b>\x1b[?1l"),
            ("\x1b[?2\r5l", "\x1b[?25h"),
            ("\x1b]0;\x1b[?25l", "\x1b[?25h"),
            ("\x1b[?25l\x1b(A", "\x1b(B\x1b[?25h"),
            ("\x1b[2\x0em", "\x0f"),
            ("\x1b[?1\x1b[?1003h", "\x1b[?1003l"),
            ("\x1b[?;;47h", "\x1b[?47l"),
            ("\x1b[2;20r", "\x1b7\x1b[r\x1b8"),
            ("\x1b(0lqqk", "\x1b(B"),
            ("\x1b)0\x0elqqk", "\x0f"),
            ("\x1b[>4;2m", "\x1b[>4;0m"),
            ("\x1b[>1u", "\x1b[<1u"),
            ("\x1b[>1u\x1b[>5u\x1b[=3;2u", "\x1b[<2u"),
            ("\x1b[=5u", "\x1b[=0u"),
            ("\x1b[5 q", "\x1b[0 q"),
            ("\x1b[2 q\x1b[6 q\x1b[?25l", "\x1b[0 q\x1b[?25h"),
            ("\x1b[4h", "\x1b[4l"),
            ("\x1b[2;4;20h\x1b[2l", "\x1b[4l\x1b[20l"),
            ("\x1b[?4h\x1b[4h\x1b[?4l", "\x1b[4l"),
            ("\x1b[?6h", "\x1b[?6l\x1b[9999;1H"),
            (
                "\x1b[?1049h\x1b[3;9r\x1b[?6h\x1b[4h\x1b[3 q",
                "\x1b7\x1b[r\x1b8\x1b[0 q\x1b[?1049l\x1b[?6l\x1b[4l\x1b[9999;1H",
            ),
            ("\x1b[>1u\x1b[?1049h\x1b[>3u\x1b[>3u", "\x1b[<2u\x1b[?1049l\x1b[<1u"),
            ("\x1b[?1049h\x1b[>3u\x1b[?1049l\x1b[?25l", "\x1b[?25h"),
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
            "\x1b[2;20r\x1b[r",
            "\x1b(0lqqk\x1b(B",
            "\x0elqqk\x0f",
            "\x1b=\x1b>",
            "\x1b[>4;2m\x1b[>4;m",
            "\x1b[>4;1m\x1b[>m",
            "\x1b[>1u\x1b[<u",
            "\x1b[>1u\x1b[>1u\x1b[<9u",
            "\x1b[=5u\x1b[=5;3u",
            "\x1b[?u\x1b[<u",
            "\x1b[>0q\x1b[4m",
            "\x1b[5 q\x1b[ q",
            "\x1b[5 q\x1b[0 q",
            "\x1b[5q\x1b[5 !q\x1b[5 t\x1b[?5 q",
            "\x1b[4h\x1b[4l",
            "\x1b[?6h\x1b[?6l",
            "\x1b[?4h\x1b[49h\x1b[>4h",
            "\x1b[5 q\x1b[4h\x1b[?6h\x1bc",
            "\x1b[2;20r\x1b(0\x0e\x1b=\x1b[>1u\x1bc\x0f",
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
        let numbers = prop::sample::select(vec![1, 2, 6, 9, 25, 47, 1000, 1006, 1047, 1049, 2004, 2026]);
        let list = prop::collection::vec(numbers, 0..4);
        let switch = (list, prop::sample::select(vec!["h", "l", "", "$p", "n"])).prop_map(|(list, end)| {
            let list: Vec<String> = list.iter().map(ToString::to_string).collect();
            format!("\x1b[?{}{end}", list.join(";"))
        });
        let other =
            prop::sample::select(vec!["\x1b", "\x1bc", "\x1b(", "\x18", "\x1b[m", "\x1b]0;", "\x07", "é"]);
        let more = prop::sample::select(vec![
            "\x1b[3;9r",
            "\x1b[r",
            "\x1b(0",
            "\x1b(B",
            "\x0e",
            "\x0f",
            "\x1b=",
            "\x1b>",
            "\x1b[>4;2m",
            "\x1b[>4m",
            "\x1b[>5u",
            "\x1b[>u",
            "\x1b[<u",
            "\x1b[<3u",
            "\x1b[=7u",
            "\x1b[=2;3u",
            "\x1b[4h",
            "\x1b[20;4l",
            "\x1b[5 q",
            "\x1b[ q",
            "\x1b[2 ",
        ]);
        let piece = prop_oneof![
            4 => switch,
            4 => more.prop_map(str::to_owned),
            2 => other.prop_map(str::to_owned),
            1 => "[ -~]{0,5}"
        ];
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
            prop_assert_eq!(seen(&[&output, &undone]), Switched::NONE);
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
        assert_eq!(left(), Switched::NONE);
    }
}
