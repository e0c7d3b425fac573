//! Where a command's streams go, and the here-documents that it reads.

use super::Script;
use super::word::Built;
use crate::convert::import::left_out;
use crate::finding::Origin;
use std::ops::Range;

/// A here-document.
pub(super) struct Document {
    /// The line that ends it.
    end: String,
    /// Whether tabs before that are none of it.
    is_indented: bool,
    /// Where it is begun.
    span: Range<usize>,
}

impl Script<'_> {
    /// Whether what comes next sends a stream elsewhere: `>`, `2>`, `&>`, `<`, `<<`.
    pub(super) fn is_redirection(&self) -> bool {
        let rest = self.rest().trim_start_matches(|letter: char| letter.is_ascii_digit());
        let is_process = rest.starts_with("<(") || rest.starts_with(">(");
        let has_number = rest.len() < self.rest().len();
        let is_both = rest.starts_with("&>") && !has_number;
        (rest.starts_with(['<', '>']) && !is_process) || is_both
    }

    pub(super) fn redirection(&mut self) {
        let from = self.at;
        let digits =
            self.rest().len() - self.rest().trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        self.at += digits;
        let signs: usize = self.rest().chars().take_while(|letter| "<>&|".contains(*letter)).count();
        let is_document = self.rest().starts_with("<<") && !self.rest().starts_with("<<<");
        self.at += signs;
        let is_indented = is_document && self.rest().starts_with('-');
        self.at += usize::from(is_indented);
        self.blanks();
        let target = self.word();
        let is_empty = target.first().and_then(Built::plain) == Some("/dev/null");
        if self.text[from + digits..].starts_with('<') && !is_empty {
            self.input = Some(from..self.at);
        }
        if is_document {
            let end = target.first().map(|word| word.text.written()).unwrap_or_default();
            self.documents.push(Document { end, is_indented, span: from..self.at });
        }
    }

    /// The lines of the here-documents that begin here.
    pub(super) fn skip_documents(&mut self) {
        for Document { end, is_indented, span } in std::mem::take(&mut self.documents) {
            let mut is_ended = false;
            while self.at < self.end && !is_ended {
                let line = self.rest().split_inclusive('\n').next().unwrap_or_default();
                self.at += line.len();
                let line = line.trim_end_matches(['\n', '\r']);
                is_ended = end == if is_indented { line.trim_start_matches('\t') } else { line };
            }
            if !is_ended {
                let note = left_out("a here-document has no end: what follows is taken for a part of it");
                let place = Origin::File(self.place(span.clone()));
                self.faults
                    .push(note.asked(&self.text[span], &place).help(format!("end it by a line `{end}`")));
            }
        }
    }
}
