//! What a build writes, cut into lines, with the step that it is at.

use std::collections::VecDeque;

/// How many of the last lines a failure tells that were not shown.
const LAST: usize = 10;
/// How long a line may become before it is cut.
const LONGEST: usize = 16 << 10;

/// The output so far.
#[derive(Debug, Default)]
pub(super) struct Output {
    part: String,
    last: VecDeque<String>,
    /// The last step that began: `2/3 : RUN make`.
    pub(super) step: Option<String>,
}

impl Output {
    /// Takes a piece in, and gives its lines out.
    pub(super) fn take(&mut self, piece: &str, mut line: impl FnMut(&str)) {
        self.part.push_str(&without_colours(piece));
        while let Some(end) = self.part.find('\n') {
            let rest = self.part.split_off(end + 1);
            let whole = std::mem::replace(&mut self.part, rest);
            self.keep(whole.trim_end(), &mut line);
        }
        if self.part.len() > LONGEST {
            let whole = std::mem::take(&mut self.part);
            self.keep(&whole, &mut line);
        }
    }

    /// Gives out what has no end.
    pub(super) fn end(&mut self, mut line: impl FnMut(&str)) {
        let whole = std::mem::take(&mut self.part);
        self.keep(whole.trim_end(), &mut line);
    }

    /// The last lines.
    pub(super) fn last(&self) -> impl Iterator<Item = &str> {
        self.last.iter().map(String::as_str)
    }

    fn keep(&mut self, whole: &str, line: &mut impl FnMut(&str)) {
        if whole.trim().is_empty() {
            return;
        }
        if let Some(step) =
            whole.strip_prefix("Step ").filter(|step| step.starts_with(|c: char| c.is_ascii_digit()))
        {
            self.step = Some(step.to_owned());
        }
        line(whole);
        if self.last.len() == LAST {
            self.last.pop_front();
        }
        self.last.push_back(whole.to_owned());
    }
}

/// A text without the colours that the engine gives to what a step writes on its standard error.
fn without_colours(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((front, behind)) = rest.split_once("\x1b[") {
        out.push_str(front);
        let end = behind.find(|letter: char| !(letter.is_ascii_digit() || letter == ';'));
        rest = match end.filter(|end| behind[*end..].starts_with('m')) {
            Some(end) => &behind[end + 1..],
            None => {
                out.push_str("\x1b[");
                behind
            }
        };
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_become_lines() {
        let (mut output, mut lines) = (Output::default(), Vec::new());
        for piece in
            ["Step 1/2 : FROM x", "\n", " ---> abc\n", "\n", "\x1b[91mbad", "\n\x1b[0m", "Steps\nlast"]
        {
            output.take(piece, |line| lines.push(line.to_owned()));
        }
        output.end(|line| lines.push(line.to_owned()));
        assert_eq!(lines, ["Step 1/2 : FROM x", " ---> abc", "bad", "Steps", "last"]);
        assert_eq!(output.step.as_deref(), Some("1/2 : FROM x"));
        assert_eq!(output.last().count(), 5);
    }

    #[test]
    fn only_colours_are_taken_out() {
        for (text, want) in [
            ("\x1b[91ma\x1b[0m", "a"),
            ("\x1b[1;31mx", "x"),
            ("\x1b]0;PWN\x07\x1b[2J\x1b[", "\x1b]0;PWN\x07\x1b[2J\x1b["),
        ] {
            assert_eq!(without_colours(text), want);
        }
    }

    #[test]
    fn a_line_without_end_is_cut() {
        let (mut output, mut lines) = (Output::default(), 0);
        for _ in 0..100 {
            output.take(&"x".repeat(1000), |_| lines += 1);
        }
        assert!(lines >= 5 && output.part.len() <= LONGEST, "{lines}");
    }
}
