//! `dynrun man`: a page of the manual on standard output, or the pages in a folder.

use super::{Desk, EXIT_CODES, Exit};
use crate::cli::{Man, ManPage, man_page, man_pages};
use crate::finding::{Code, Finding};
use std::fs;
use std::path::Path;

/// Prints or writes.
pub(super) fn run(query: &Man, desk: &Desk<'_>) -> Exit {
    let verb = query.verb.as_deref();
    let Some(dir) = &query.dir else { return desk.print(&man_page(verb, EXIT_CODES).text, Exit::Fine) };
    let pages = match verb {
        Some(_) => vec![man_page(verb, EXIT_CODES)],
        None => man_pages(EXIT_CODES),
    };
    match write(&desk.host.folder().join(dir), &pages) {
        Ok(names) => desk.print(&names, Exit::Fine),
        Err(finding) => desk.refuse(&[finding], Exit::Problem),
    }
}

/// Writes the pages, and lists them.
fn write(dir: &Path, pages: &[ManPage]) -> Result<String, Finding> {
    let unwritable = |path: &Path, error: &std::io::Error| {
        Finding::error(Code::PageFile, format!("{} cannot be written: {error}", path.display()))
            .help("name a folder that is yours: dynrun man --dir FOLDER")
    };
    fs::create_dir_all(dir).map_err(|error| unwritable(dir, &error))?;
    let mut names = String::new();
    for ManPage { file, text } in pages {
        let path = dir.join(file);
        fs::write(&path, text).map_err(|error| unwritable(&path, &error))?;
        names.push_str(&format!("{}\n", path.display()));
    }
    Ok(names)
}
