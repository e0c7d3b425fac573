//! Valid states into a JSONL file, on a thread of its own: each object as received, `received_ms` added at its end.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, atomic::AtomicU64, atomic::Ordering::Relaxed};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Bytes that are written at once, where they come within `FLUSH`.
const CHUNK: usize = 64 << 10;
const FLUSH: Duration = Duration::from_millis(250);
/// Chunks that a stalled disk may pile up: 32 MiB, two seconds at 50,000 lines a second.
const CHUNKS: usize = 512;

/// Whole lines, and how many.
type Lines = (Vec<u8>, u64);

/// The log as the receiving thread sees it. `lost` lines found the writer too far behind; it is none once it ended.
pub(super) struct Log {
    pub(super) waiting: Lines,
    pub(super) handed: Instant,
    pub(super) appended: u64,
    pub(super) written: Arc<AtomicU64>,
    pub(super) lost: u64,
    pub(super) writer: Option<(SyncSender<Lines>, JoinHandle<io::Result<()>>)>,
}

impl Log {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        append_to(path)?;
        let (sender, receiver) = sync_channel(CHUNKS);
        let written = Arc::new(AtomicU64::new(0));
        let (path, count) = (path.to_path_buf(), Arc::clone(&written));
        let run = move || write(&path, &receiver, &count);
        let writer = Some((sender, thread::Builder::new().spawn(run)?));
        let (waiting, handed) = (Lines::default(), Instant::now());
        Ok(Self { waiting, handed, appended: 0, written, lost: 0, writer })
    }

    /// Adds an object's text as a line: a line break in it can only be white space.
    pub(super) fn append(&mut self, object: &str, received_ms: u128) {
        let bytes = object.strip_suffix('}').unwrap_or(object).bytes();
        self.waiting.0.extend(bytes.map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte }));
        self.waiting.0.extend_from_slice(format!(",\"received_ms\":{received_ms}}}\n").as_bytes());
        self.waiting.1 += 1;
        self.appended += 1;
    }

    /// Hands lines to the writer when it is time; answers the one error of a writer that has failed.
    pub(super) fn tend(&mut self, now: Instant) -> Option<io::Error> {
        if self.waiting.0.len() >= CHUNK || now.saturating_duration_since(self.handed) >= FLUSH {
            self.handed = now;
            self.hand();
        }
        self.writer.as_ref().filter(|(_, thread)| thread.is_finished())?;
        self.close()
    }

    fn hand(&mut self) {
        let (lines, count) = std::mem::take(&mut self.waiting);
        if let Some((sender, _)) = self.writer.as_ref().filter(|_| count > 0) {
            self.lost += sender.try_send((lines, count)).map_or(count, |()| 0);
        }
    }

    /// Writes what is left; answers its error.
    pub(super) fn close(&mut self) -> Option<io::Error> {
        self.hand();
        let (sender, thread) = self.writer.take()?;
        drop(sender);
        thread.join().unwrap_or_else(|_| Err(io::Error::other("its thread panicked"))).err()
    }

    /// Lines in the file, and lines that will never be.
    pub(super) fn counts(&self) -> (u64, u64) {
        let written = self.written.load(Relaxed);
        (written, if self.writer.is_some() { self.lost } else { self.appended - written })
    }
}

fn append_to(path: &Path) -> io::Result<File> {
    File::options().append(true).create(true).open(path)
}

/// Opens the path for each chunk, as logrotate may have moved the file; takes back what a full disk took of one.
fn write(path: &Path, chunks: &Receiver<Lines>, written: &AtomicU64) -> io::Result<()> {
    for (chunk, lines) in chunks {
        let mut file = append_to(path)?;
        let before = file.metadata()?.len();
        file.write_all(&chunk).inspect_err(|_| drop(file.set_len(before)))?;
        written.fetch_add(lines, Relaxed);
    }
    Ok(())
}
