//! Lines of cells as a text in columns.

/// Two spaces between the columns, each as wide as its widest cell; the last one is not filled up.
#[must_use]
pub fn table<const N: usize>(lines: &[[String; N]]) -> String {
    let width =
        |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..N).map(width).collect();
    let mut text = String::new();
    for line in lines {
        let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let lines = [["A", "LONGER", "C"], ["wide", "x", ""], ["", "é", "last"]];
        let text = table(&lines.map(|line| line.map(str::to_owned)));
        assert_eq!(text, "A     LONGER  C\nwide  x\n      é       last\n");
    }
}
