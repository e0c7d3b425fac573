//! One record of comma-separated values, read and written as docker's flags do (Go's `encoding/csv`).

use super::ValueError;

/// Splits a record into its fields. A field that holds a comma or a quote stands in double quotes, quotes doubled.
pub(super) fn fields(record: &str) -> Result<Vec<String>, ValueError> {
    let mut out = Vec::new();
    let mut rest = record.strip_suffix('\n').unwrap_or(record);
    loop {
        let (field, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_field(quoted)?,
            None => bare_field(rest)?,
        };
        out.push(field);
        match after {
            Some(next) => rest = next,
            None => return Ok(out),
        }
    }
}

/// A field without quotes, and what follows its comma.
fn bare_field(text: &str) -> Result<(String, Option<&str>), ValueError> {
    let (field, after) = match text.split_once(',') {
        Some((field, after)) => (field, Some(after)),
        None => (text, None),
    };
    if field.contains('"') {
        return Err(ValueError::new("a double quote stands inside a field: quote the whole field"));
    }
    // Docker's client drops what stands behind it.
    if field.contains('\n') {
        return Err(ValueError::new("a line break stands outside of double quotes"));
    }
    Ok((field.to_owned(), after))
}

/// The rest of a field whose opening quote is gone, and what follows its comma.
fn quoted_field(text: &str) -> Result<(String, Option<&str>), ValueError> {
    let mut field = String::new();
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once('"') {
        field.push_str(head);
        if let Some(next) = tail.strip_prefix('"') {
            field.push('"');
            rest = next;
        } else if tail.is_empty() {
            return Ok((field, None));
        } else if let Some(next) = tail.strip_prefix(',') {
            return Ok((field, Some(next)));
        } else {
            return Err(ValueError::new("a closing double quote must be followed by a comma or the end"));
        }
    }
    Err(ValueError::new("a double quote is not closed"))
}

/// Writes a record that `fields` reads back.
pub fn join<S: AsRef<str>>(fields: &[S]) -> String {
    let written: Vec<String> = fields.iter().map(|field| quote(field.as_ref())).collect();
    written.join(",")
}

/// A field in quotes where it needs them.
#[must_use]
pub fn quote(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) || field.starts_with(char::is_whitespace) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quotes_hold_commas_and_quotes() {
        for (record, want) in [
            ("", vec![""]),
            ("a,b", vec!["a", "b"]),
            ("a,,", vec!["a", "", ""]),
            ("\"a,b\",c", vec!["a,b", "c"]),
            ("\"a\"\"b\"", vec!["a\"b"]),
            ("\"\",\"\"", vec!["", ""]),
            ("a,b\n", vec!["a", "b"]),
            ("\"a\nb\",c", vec!["a\nb", "c"]),
        ] {
            assert_eq!(fields(record), Ok(want.into_iter().map(str::to_owned).collect()), "{record}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (record, want) in [
            ("a\"b\"", "a double quote stands inside a field: quote the whole field"),
            ("\"a\"b", "a closing double quote must be followed by a comma or the end"),
            ("\"a", "a double quote is not closed"),
            ("a\nb", "a line break stands outside of double quotes"),
        ] {
            assert_eq!(fields(record).unwrap_err().problem, want);
        }
    }

    proptest! {
        #[test]
        fn what_is_joined_is_split_again(all in prop::collection::vec("[ -~]{0,6}", 1..4)) {
            prop_assert_eq!(fields(&join(&all)), Ok(all));
        }
    }
}
