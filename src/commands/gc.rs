//! `dynrun gc`: removes what launches have left that nobody owns, brings back what made way in vain, and lists the rest.

use super::{Desk, Exit, asker, block_on, is_proven_ready};
use crate::cli::{Format, Gc};
use crate::engine::{Engine, EngineError, Leftover, Verdict, short_id};
use crate::finding::{Code, Finding, Findings};
use crate::ui::{clean, clean_json, table};
use serde_json::{Value, json};

/// What became of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Removed,
    WouldBeRemoved,
    NotRemoved,
    Back,
    WouldBeBack,
    NotBack,
    Kept,
}

impl Fate {
    const fn word(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::WouldBeRemoved => "would be removed",
            Self::NotRemoved => "not removed",
            Self::Back => "brought back",
            Self::WouldBeBack => "would be brought back",
            Self::NotBack => "not brought back",
            Self::Kept => "kept",
        }
    }
}

/// Removes, or says what would be removed.
pub(super) fn run(gc: &Gc, desk: &Desk<'_>) -> Exit {
    let (rows, findings) = match block_on(collected(gc, desk)).and_then(|collected| collected) {
        Ok(collected) => collected,
        Err(finding) => return desk.refuse(&[finding], Exit::Problem),
    };
    let exit = if findings.is_empty() { Exit::Fine } else { desk.refuse(&findings, Exit::Problem) };
    match gc.call.format {
        Format::Json => desk.print(&json(&rows), exit),
        Format::Text if rows.is_empty() => {
            desk.ui.note("launches have left nothing");
            exit
        }
        Format::Text => desk.print(&text(&rows), exit),
    }
}

/// What came of each thing, and what went wrong.
#[derive(Default)]
struct Collected {
    rows: Vec<(Leftover, Fate)>,
    /// Those that stay come last.
    kept: Vec<(Leftover, Fate)>,
    findings: Findings,
}

async fn collected(gc: &Gc, desk: &Desk<'_>) -> Result<(Vec<(Leftover, Fate)>, Findings), Finding> {
    let engine = desk.engine(&gc.call).await?;
    let asker = asker(&engine);
    let failed = |error: EngineError| error.finding("list what launches have left", engine.endpoint());
    let found = engine.left_containers(&asker).await.map_err(failed)?;
    let mut collected = Collected::default();
    if gc.dry_run {
        let others = engine.left_otherwise(&found, &asker).await.map_err(failed)?;
        let (asides, containers): (Vec<_>, Vec<_>) = found.into_iter().partition(Leftover::is_aside);
        for leftover in containers.into_iter().chain(asides).chain(others) {
            collected.would(proven(leftover, &engine).await);
        }
    } else {
        let (asides, containers): (Vec<_>, Vec<_>) = found.into_iter().partition(Leftover::is_aside);
        collected.reap(containers, &engine).await;
        for aside in asides {
            // What it made way for may be gone by now, or up.
            if let Some(leftover) = engine.leftover(&aside.id, &asker).await.map_err(failed)? {
                collected.settle(proven(leftover, &engine).await, &engine).await;
            }
        }
        // What a container used is free now that it is gone, and is used by one that is back.
        let others = engine.left_otherwise(&[], &asker).await.map_err(failed)?;
        collected.reap(others, &engine).await;
    }
    let Collected { mut rows, kept, findings } = collected;
    rows.extend(kept);
    Ok((rows, findings))
}

/// The same, once it is known whether the container is ready for which it made way.
async fn proven(leftover: Leftover, engine: &Engine) -> Leftover {
    let is_ready = match &leftover.verdict {
        Verdict::Unproven(new) => is_proven_ready(engine, new).await,
        Verdict::Ownerless(_) | Verdict::Displaced(_) | Verdict::Kept(_) => false,
    };
    leftover.proven(is_ready)
}

impl Collected {
    /// Says what would become of a thing.
    fn would(&mut self, leftover: Leftover) {
        match leftover.verdict {
            Verdict::Ownerless(_) => self.rows.push((leftover, Fate::WouldBeRemoved)),
            Verdict::Displaced(_) => self.rows.push((leftover, Fate::WouldBeBack)),
            Verdict::Unproven(_) | Verdict::Kept(_) => self.kept.push((leftover, Fate::Kept)),
        }
    }

    /// Removes what is nobody's.
    async fn reap(&mut self, leftovers: Vec<Leftover>, engine: &Engine) {
        let (ownerless, kept): (Vec<_>, Vec<_>) = leftovers.into_iter().partition(Leftover::is_ownerless);
        self.kept.extend(kept.into_iter().map(|leftover| (leftover, Fate::Kept)));
        for (mut leftover, result) in engine.reap_all(ownerless).await {
            match result {
                Ok(true) => self.rows.push((leftover, Fate::Removed)),
                Ok(false) => {
                    leftover.verdict = Verdict::Kept("it was started meanwhile".to_owned());
                    self.kept.push((leftover, Fate::Kept));
                }
                Err(error) => {
                    let doing = format!("remove the {} {}", leftover.kind.word(), leftover.name);
                    let finding = error.finding(&doing, engine.endpoint());
                    self.findings.push(Finding { code: Code::CleanupFailed, ..finding });
                    self.rows.push((leftover, Fate::NotRemoved));
                }
            }
        }
    }

    /// Does with one that made way what is to become of it.
    async fn settle(&mut self, leftover: Leftover, engine: &Engine) {
        if !matches!(leftover.verdict, Verdict::Displaced(_)) {
            return self.reap(vec![leftover], engine).await;
        }
        match engine.reinstate(&leftover).await {
            Ok(true) => self.rows.push((leftover, Fate::Back)),
            // Whoever was faster has it.
            Ok(false) => {}
            Err(finding) => {
                self.rows.push((leftover, Fate::NotBack));
                self.findings.push(finding);
            }
        }
    }
}

fn reason(leftover: &Leftover) -> &str {
    match &leftover.verdict {
        Verdict::Ownerless(why) | Verdict::Displaced(why) | Verdict::Kept(why) => why,
        Verdict::Unproven(_) => "nobody knows yet whether the new one is ready",
    }
}

fn text(rows: &[(Leftover, Fate)]) -> String {
    let titles = ["KIND", "NAME", "ID", "STATE", "", "BECAUSE"].map(str::to_owned);
    let cells = rows.iter().map(|(leftover, fate)| {
        let id = if leftover.id == leftover.name { "" } else { short_id(&leftover.id) };
        let cells =
            [leftover.kind.word(), &leftover.name, id, &leftover.state, fate.word(), reason(leftover)];
        cells.map(clean)
    });
    let lines: Vec<[String; 6]> = std::iter::once(titles).chain(cells).collect();
    table(&lines)
}

fn json(rows: &[(Leftover, Fate)]) -> String {
    let rows: Vec<Value> = rows
        .iter()
        .map(|(leftover, fate)| {
            json!({
                "kind": leftover.kind.word(), "name": leftover.name, "id": leftover.id, "state": leftover.state,
                "fate": fate.word(), "because": reason(leftover),
            })
        })
        .collect();
    clean_json(&rows)
}
