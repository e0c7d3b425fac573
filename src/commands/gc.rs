//! `dynrun gc`: removes what launches have left that nobody owns, brings back what made way in vain, and lists the rest.

use super::{Desk, Exit, asker, block_on, is_proven_ready};
use crate::cli::{Format, Gc};
use crate::engine::{Engine, EngineError, Kind, Leftover, Verdict, short_id};
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

async fn collected(gc: &Gc, desk: &Desk<'_>) -> Result<(Vec<(Leftover, Fate)>, Findings), Finding> {
    let engine = desk.engine(&gc.call).await?;
    let failed = |error: EngineError| error.finding("list what launches have left", engine.endpoint());
    let mut found = Vec::new();
    for leftover in engine.leftovers(&asker(&engine)).await.map_err(failed)? {
        let is_ready = match &leftover.verdict {
            Verdict::Unproven(new) => is_proven_ready(&engine, new).await,
            Verdict::Ownerless(_) | Verdict::Displaced(_) | Verdict::Kept(_) => false,
        };
        found.push(leftover.proven(is_ready));
    }
    let (ownerless, others): (Vec<_>, Vec<_>) = found.into_iter().partition(Leftover::is_ownerless);
    let is_displaced = |leftover: &Leftover| matches!(leftover.verdict, Verdict::Displaced(_));
    let (displaced, kept): (Vec<_>, Vec<_>) = others.into_iter().partition(is_displaced);
    let mut rows: Vec<(Leftover, Fate)> = Vec::new();
    let mut findings = Findings::new();
    if gc.dry_run {
        rows.extend(ownerless.into_iter().map(|leftover| (leftover, Fate::WouldBeRemoved)));
        rows.extend(displaced.into_iter().map(|leftover| (leftover, Fate::WouldBeBack)));
    } else {
        // What a container uses is free once that is gone, and so is its name.
        let (containers, others) =
            ownerless.into_iter().partition(|leftover| leftover.kind == Kind::Container);
        reap(&engine, containers, &mut rows, &mut findings).await;
        for leftover in displaced {
            let result = engine.reinstate(&leftover).await;
            rows.push((leftover, if result.is_ok() { Fate::Back } else { Fate::NotBack }));
            findings.extend(result.err());
        }
        reap(&engine, others, &mut rows, &mut findings).await;
    }
    rows.extend(kept.into_iter().map(|leftover| (leftover, Fate::Kept)));
    Ok((rows, findings))
}

/// Removes what is nobody's.
async fn reap(
    engine: &Engine,
    leftovers: Vec<Leftover>,
    rows: &mut Vec<(Leftover, Fate)>,
    findings: &mut Findings,
) {
    for (leftover, result) in engine.reap_all(leftovers).await {
        let fate = if result.is_ok() { Fate::Removed } else { Fate::NotRemoved };
        if let Err(error) = result {
            let doing = format!("remove the {} {}", leftover.kind.word(), leftover.name);
            let finding = error.finding(&doing, engine.endpoint());
            findings.push(Finding { code: Code::CleanupFailed, ..finding });
        }
        rows.push((leftover, fate));
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
