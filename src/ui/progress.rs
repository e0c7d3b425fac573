//! The steps of a launch, as they come: a bar a layer on a terminal, plain lines elsewhere.

use super::{Ui, clean};
use crate::engine::{Layer, Phase, Step};
use indicatif::{HumanBytes, MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How many layers are followed: an image has at most 127.
const MOST_LAYERS: usize = 256;
/// How often it is said, where there are no bars, how far a pull is.
const PAUSE: Duration = Duration::from_secs(10);
/// A bar: the layer, what is done with it, how much of it, how fast, and how long it will take.
const BAR: &str =
    "{prefix:12} {msg:11} [{wide_bar}] {bytes:>10} of {total_bytes:<10} {bytes_per_sec:>12} {eta:>4} left";
/// The same where nobody knows how much there will be.
const NO_BAR: &str = "{prefix:12} {msg}";

/// Tells of the steps of a launch.
#[derive(Debug)]
pub struct Progress<'a> {
    ui: &'a Ui,
    is_quiet: bool,
    /// Whether steps are told at all: of one launch among several, only what is kept is.
    has_steps: bool,
    layers: RefCell<Layers>,
}

/// The layers of the image that is on its way.
#[derive(Debug, Default)]
struct Layers {
    screen: Option<MultiProgress>,
    bars: BTreeMap<String, ProgressBar>,
    /// What has come of each, and all of it.
    bytes: BTreeMap<String, (u64, u64)>,
    begun: Option<Instant>,
    told: Option<Instant>,
}

impl<'a> Progress<'a> {
    /// Tells it to the caller; of images, nothing to one that wants it quiet.
    #[must_use]
    pub fn new(ui: &'a Ui, is_quiet: bool) -> Self {
        Self { ui, is_quiet, has_steps: true, layers: RefCell::default() }
    }

    /// The same, but that no step is told.
    #[must_use]
    pub fn without_steps(self) -> Self {
        Self { has_steps: false, is_quiet: self.is_quiet, ui: self.ui, layers: RefCell::default() }
    }

    /// Tells of a step. `masked` takes secrets out of what a step says.
    pub fn tell(&self, step: Step<'_>, masked: impl Fn(&str) -> String) {
        if let Step::Kept(finding) = step {
            return self.above(|| self.ui.findings(std::slice::from_ref(finding)));
        }
        if !self.has_steps
            || (self.is_quiet && is_of_image(&step))
            || !self.ui.is_heard(crate::finding::Level::Note)
        {
            return;
        }
        match step {
            Step::Layer(layer) => self.layer(&layer),
            Step::Output(line) => self.above(|| self.ui.line(&masked(line))),
            step => {
                if matches!(step, Step::Pulled { .. } | Step::NotPulled(_) | Step::Built(_)) {
                    self.layers.take().clear();
                }
                if let Some(words) = words(&step) {
                    self.above(|| self.ui.note(&masked(&words)));
                }
            }
        }
    }

    /// Says something above the bars, where there are any.
    fn above(&self, say: impl FnOnce()) {
        match &self.layers.borrow().screen {
            Some(screen) => screen.suspend(say),
            None => say(),
        }
    }

    fn layer(&self, layer: &Layer<'_>) {
        let line = {
            let mut layers = self.layers.borrow_mut();
            if layers.bytes.len() >= MOST_LAYERS && !layers.bytes.contains_key(layer.id) {
                return;
            }
            if self.ui.has_bars {
                layers.draw(layer);
                None
            } else {
                layers.count(layer, Instant::now())
            }
        };
        if let Some(line) = line {
            self.ui.note(&line);
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.layers.take().clear();
    }
}

impl Layers {
    /// Moves the layer's bar, which goes when the layer is there.
    fn draw(&mut self, layer: &Layer<'_>) {
        let screen = self
            .screen
            .get_or_insert_with(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr()))
            .clone();
        self.bytes.entry(layer.id.to_owned()).or_default();
        if matches!(layer.phase, Phase::Pulled | Phase::Held) {
            if let Some(bar) = self.bars.remove(layer.id) {
                bar.finish_and_clear();
                screen.remove(&bar);
            }
            return;
        }
        let bar = self.bars.entry(layer.id.to_owned()).or_insert_with(|| {
            let bar = screen.add(ProgressBar::no_length());
            bar.set_prefix(clean(layer.id));
            bar
        });
        let doing = doing(layer);
        if bar.message() != doing {
            // How fast it comes says nothing of how fast it is unpacked.
            bar.reset();
            bar.set_message(doing);
        }
        match layer.total {
            Some(total) => {
                bar.set_style(style(BAR));
                bar.set_length(total);
                bar.set_position(layer.done.unwrap_or_default().min(total));
            }
            None => {
                bar.set_style(style(NO_BAR));
                bar.tick();
            }
        }
    }

    /// What there is to say of a layer where there are no bars: that it is there; and now and then, how far all are.
    fn count(&mut self, layer: &Layer<'_>, now: Instant) -> Option<String> {
        let begun = *self.begun.get_or_insert(now);
        let bytes = self.bytes.entry(layer.id.to_owned()).or_default();
        match layer.phase {
            Phase::Held => return Some(format!("layer {}: there already", layer.id)),
            Phase::Pulled => return Some(format!("layer {}: pulled", layer.id)),
            Phase::Downloading => *bytes = (layer.done.unwrap_or_default(), layer.total.unwrap_or_default()),
            Phase::Downloaded | Phase::Extracting => bytes.0 = bytes.1,
            Phase::Waiting => {}
        }
        if now.duration_since(self.told.unwrap_or(begun)) < PAUSE {
            return None;
        }
        self.told = Some(now);
        let sum = |part: fn(&(u64, u64)) -> u64| self.bytes.values().map(part).fold(0, u64::saturating_add);
        Some(summary(sum(|bytes| bytes.0), sum(|bytes| bytes.1), now.duration_since(begun)))
    }

    /// Takes the bars off the screen.
    fn clear(self) {
        for bar in self.bars.values() {
            bar.finish_and_clear();
        }
        if let Some(screen) = self.screen {
            let _ = screen.clear();
        }
    }
}

/// How much has come, how fast, and how long the rest will take at that.
fn summary(done: u64, total: u64, taken: Duration) -> String {
    let rate = (done as f64 / taken.as_secs_f64().max(0.001)).max(0.0);
    let left = if rate > 0.0 { total.saturating_sub(done) as f64 / rate } else { 0.0 };
    let (done, total, rate) = (HumanBytes(done), HumanBytes(total), HumanBytes(rate as u64));
    format!("{done} of {total}, {rate}/s, {:.0} s left", left.ceil())
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn doing(layer: &Layer<'_>) -> String {
    match layer.phase {
        Phase::Downloading => "pulling".to_owned(),
        Phase::Downloaded => "pulled".to_owned(),
        Phase::Extracting => "unpacking".to_owned(),
        Phase::Waiting | Phase::Pulled | Phase::Held => clean(layer.status).to_lowercase(),
    }
}

/// Whether a step is about an image.
fn is_of_image(step: &Step<'_>) -> bool {
    match step {
        Step::Pulling(_)
        | Step::NoCredentials(_)
        | Step::Layer(_)
        | Step::Stalled(_)
        | Step::Pulled { .. }
        | Step::Kept(_)
        | Step::NotPulled(_)
        | Step::Building { .. }
        | Step::Output(_)
        | Step::Built(_) => true,
        Step::Making(_) | Step::NetworkTaken { .. } | Step::NetworkCreated(_) | Step::Waiting(_) => false,
    }
}

/// A step in words; none for what is no sentence.
fn words(step: &Step<'_>) -> Option<String> {
    Some(match step {
        Step::Pulling(image) => format!("pulling {image}"),
        Step::NoCredentials(words) => format!("{words}; the registry is asked without credentials"),
        Step::Stalled(time) => {
            format!("nothing has come of the pull for {} s; Ctrl-C gives up", time.as_secs())
        }
        Step::Pulled { image, digest: Some(digest) } => format!("pulled {image}, {digest}"),
        Step::Pulled { image, digest: None } => format!("pulled {image}"),
        Step::NotPulled(why) => format!("not pulled: {why}"),
        Step::Building { image, context } => format!("building {image} from {}", context.display()),
        Step::Built(image) => format!("built {image}"),
        Step::Making(image) => format!("making the image {image} from this dynrun"),
        Step::NetworkTaken { name, line } => {
            format!("the network {name} is made anew; should the launch fail, it is put back: {line}")
        }
        Step::NetworkCreated(name) => format!("created the network {name}"),
        Step::Waiting(readiness) => format!("waiting until it is ready, {readiness}"),
        Step::Layer(_) | Step::Output(_) | Step::Kept(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(id: &'static str, phase: Phase, done: u64, total: u64) -> Layer<'static> {
        Layer { id, phase, status: "", done: Some(done), total: Some(total).filter(|total| *total > 0) }
    }

    #[test]
    fn without_bars_a_layer_is_told_when_it_is_there_and_now_and_then_how_far_all_are() {
        let (mut layers, start) = (Layers::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut said = |layer: Layer<'_>, seconds| layers.count(&layer, at(seconds));
        assert_eq!(said(layer("a", Phase::Held, 0, 0), 0).as_deref(), Some("layer a: there already"));
        assert_eq!(said(layer("b", Phase::Downloading, 1 << 20, 8 << 20), 5), None);
        let far = said(layer("c", Phase::Downloading, 4 << 20, 7 << 20), 10);
        assert_eq!(far.as_deref(), Some("5.00 MiB of 15.00 MiB, 512.00 KiB/s, 20 s left"));
        assert_eq!(said(layer("b", Phase::Downloaded, 0, 0), 15), None);
        let far = said(layer("c", Phase::Downloading, 7 << 20, 7 << 20), 20);
        assert_eq!(far.as_deref(), Some("15.00 MiB of 15.00 MiB, 768.00 KiB/s, 0 s left"));
        assert_eq!(said(layer("b", Phase::Pulled, 0, 0), 21).as_deref(), Some("layer b: pulled"));
    }

    #[test]
    fn a_rate_of_nothing_promises_nothing() {
        assert_eq!(summary(0, 1024, Duration::from_secs(10)), "0 B of 1.00 KiB, 0 B/s, 0 s left");
        let most = summary(u64::MAX, u64::MAX, Duration::ZERO);
        assert!(most.ends_with("0 s left"), "{most}");
    }

    #[test]
    fn the_bars_are_templates_that_are_understood() {
        for template in [BAR, NO_BAR] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
