//! `TmpfsMount`: a file system in memory, for a mount of the type `tmpfs`.

use super::fields::Field;
use crate::values::{Size, Value, ValueError};

/// A file system in memory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TmpfsMount {
    /// The most that it holds; none, and 0, leave it to the kernel, which takes half of the memory.
    pub size: Option<Size>,
    /// The rights of its root, as for `chmod`; none, and 0, leave them to the kernel, which takes 1777.
    pub mode: Option<u32>,
}

impl TmpfsMount {
    /// Takes one field.
    pub(super) fn take(&mut self, field: &Field<'_>) -> Result<(), ValueError> {
        match field.key.as_str() {
            "tmpfs-size" => {
                let size = Size::parse(field.text()?);
                let size = size.map_err(|error| ValueError::new(format!("tmpfs-size: {}", error.problem)))?;
                self.size = Some(size);
            }
            "tmpfs-mode" => self.mode = Some(mode(field.text()?)?),
            _ => return Err(field.unknown()),
        }
        Ok(())
    }

    /// The mount, which has no source.
    pub(super) fn of(self, source: &str) -> Result<Self, ValueError> {
        if source.is_empty() { Ok(self) } else { Err(ValueError::new("a tmpfs has no source")) }
    }

    pub(super) fn fields(&self) -> Vec<String> {
        let size = self.size.map(|size| format!("tmpfs-size={}", size.word()));
        let mode = self.mode.map(|mode| format!("tmpfs-mode={mode:o}"));
        size.into_iter().chain(mode).collect()
    }
}

fn mode(said: &str) -> Result<u32, ValueError> {
    // Rust's own reader would take a sign.
    let is_octal = said.bytes().all(|digit| matches!(digit, b'0'..=b'7'));
    let mode = u32::from_str_radix(said, 8).ok().filter(|_| is_octal);
    mode.ok_or_else(|| ValueError::new("tmpfs-mode is an octal number, such as 1777"))
}
