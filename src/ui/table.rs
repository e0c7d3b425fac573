//! Lines of cells as a text in columns.

/// Two spaces between the columns, each as wide as its widest cell; the last one is not filled up.
#[must_use]
pub fn table<const N: usize>(lines: &[[String; N]]) -> String {
    let widths = widths(lines);
    lines.iter().map(|line| row(line, &widths)).collect()
}

/// The same in at most so many columns of characters, where there is a most: cells of the widest columns go on in further
/// lines below.
#[must_use]
pub fn table_within<const N: usize>(lines: &[[String; N]], most: Option<u16>) -> String {
    let Some(most) = most else { return table(lines) };
    let widths = narrowed(widths(lines), usize::from(most));
    let mut text = String::new();
    for line in lines {
        let parts: [Vec<String>; N] = std::array::from_fn(|column| wrapped(&line[column], widths[column]));
        let height = parts.iter().map(Vec::len).max().unwrap_or_default();
        for at in 0..height {
            let cells = parts.each_ref().map(|cell| cell.get(at).cloned().unwrap_or_default());
            text.push_str(&row(&cells, &widths));
        }
    }
    text
}

/// What stands between two columns.
const GAP: &str = "  ";
/// No column is narrowed to less: words of a few letters stay whole.
const NARROWEST: usize = 12;

fn widths<const N: usize>(lines: &[[String; N]]) -> [usize; N] {
    std::array::from_fn(|column| {
        lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default()
    })
}

fn row<const N: usize>(line: &[String; N], widths: &[usize; N]) -> String {
    let cells = line.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
    format!("{}\n", cells.collect::<Vec<_>>().join(GAP).trim_end())
}

/// Takes from the widest column, time and again, until all fit or none can give any more.
fn narrowed<const N: usize>(mut widths: [usize; N], most: usize) -> [usize; N] {
    let gaps = GAP.len() * N.saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > most {
        let Some(widest) = widths.iter_mut().filter(|width| **width > NARROWEST).max() else { break };
        *widest -= 1;
    }
    widths
}

/// A cell in lines of that width, parted at spaces where that is possible.
fn wrapped(cell: &str, width: usize) -> Vec<String> {
    let letters: Vec<char> = cell.chars().collect();
    let mut rest = letters.as_slice();
    let mut lines = Vec::new();
    while rest.len() > width.max(1) {
        let room = &rest[..=width.max(1)];
        let space = room.iter().rposition(|letter| *letter == ' ').filter(|at| *at > 0);
        let end = space.unwrap_or(width.max(1));
        lines.push(rest[..end].iter().collect());
        rest = &rest[end + usize::from(space.is_some())..];
    }
    lines.push(rest.iter().collect());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let lines = [["A", "LONGER", "C"], ["wide", "x", ""], ["", "é", "last"]];
        let lines = lines.map(|line| line.map(str::to_owned));
        let want = "A     LONGER  C\nwide  x\n      é       last\n";
        assert_eq!(table(&lines), want);
        assert_eq!(table_within(&lines, None), want);
        assert_eq!(table_within(&lines, Some(19)), want);
        // What is narrow stays as it is.
        assert_eq!(table_within(&lines, Some(4)), want);
    }

    #[test]
    fn what_is_too_wide_goes_on_below() {
        let lines = [
            ["OPTION", "ASKED FOR", "HAS"],
            ["env", "A=1, B=2, LONG=0123456789abcdef0123", "?"],
            ["rm", "true", "a sentence of words"],
        ];
        let text = table_within(&lines.map(|line| line.map(str::to_owned)), Some(36));
        let want = [
            "OPTION  ASKED FOR      HAS",
            "env     A=1, B=2,      ?",
            "        LONG=01234567",
            "        89abcdef0123",
            "rm      true           a sentence of",
            "                       words",
        ];
        assert_eq!(text.lines().collect::<Vec<_>>(), want);
    }

    #[test]
    fn a_cell_is_parted_at_its_spaces() {
        for (cell, width, want) in [
            ("", 4, &[""][..]),
            ("four", 4, &["four"]),
            ("four fives", 4, &["four", "five", "s"]),
            ("a b c", 3, &["a b", "c"]),
            (" abc", 2, &[" a", "bc"]),
            ("é è", 1, &["é", "è"]),
        ] {
            assert_eq!(wrapped(cell, width), want, "{cell:?} in {width}");
        }
    }
}
