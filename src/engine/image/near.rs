//! The images that the engine has and that may have been meant by one that it has not.

use super::Finding;
use crate::engine::Engine;
use crate::finding::nearest;
use crate::values::ImageRef;
use serde::Deserialize;

/// How many other tags of an image are worth naming.
const MOST_TAGS: usize = 5;

impl Engine {
    /// Adds to a finding about an image that is missing which one may have been meant.
    pub(super) async fn near(&self, finding: Finding, reference: &ImageRef) -> Finding {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Held {
            repo_tags: Option<Vec<String>>,
        }
        let held: Vec<Held> = self.get("/images/json").await.unwrap_or_default();
        let mut names: Vec<String> =
            held.into_iter().flat_map(|image| image.repo_tags.unwrap_or_default()).collect();
        names.sort_unstable();
        match near(&reference.tagged(), &names) {
            Near::None => finding,
            Near::One(name) => finding.help(format!("did you mean {name}?")),
            Near::Tags(names) => {
                let more = names.len().saturating_sub(MOST_TAGS);
                let shown = names[..names.len() - more].join(", ");
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                finding.noted(format!("the engine has {shown}{more}"))
            }
        }
    }
}

/// What is near a name.
#[derive(Debug, PartialEq, Eq)]
enum Near<'a> {
    None,
    /// One that it may be a slip of, or that differs by its registry and organisation alone.
    One(&'a str),
    /// Those of the same repository, by their full names.
    Tags(Vec<&'a str>),
}

fn near<'a>(wanted: &str, held: &'a [String]) -> Near<'a> {
    let names = || held.iter().map(String::as_str).filter(|name| !name.starts_with("<none>"));
    let (repository, tag) = parts(wanted);
    let of_same = names().filter(|name| parts(name).0 == repository);
    let tags: Vec<&str> = of_same.collect();
    if !tags.is_empty() {
        let near = nearest(tag, tags.iter().map(|name| parts(name).1));
        let near = near.and_then(|near| tags.iter().find(|name| parts(name).1 == near));
        return near.map_or(Near::Tags(tags.clone()), |near| Near::One(near));
    }
    // A slip in the name itself: what it shares with others in front says nothing.
    let last = last(repository);
    let slip = |name: &&str| {
        let (other, other_tag) = parts(name);
        let slips = strsim::osa_distance(last, self::last(other));
        let is_near = slips <= if last.len() <= 4 { 1 } else { 2 } && slips < last.len();
        is_near && (other_tag == tag || slips == 0)
    };
    names().find(slip).map_or(Near::None, Near::One)
}

/// A name without its tag, and the tag. A port is none.
fn parts(name: &str) -> (&str, &str) {
    match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, tag),
        Some(_) | None => (name, ""),
    }
}

/// The last part of a repository's name.
fn last(repository: &str) -> &str {
    repository.rsplit('/').next().unwrap_or(repository)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_image_that_was_meant_is_found() {
        let held =
            ["<none>:<none>", "dynamo:0.9-vllm", "dynamo:latest-vllm", "registry.test:5000/org/busybox:1"];
        let held = held.map(str::to_owned);
        for (wanted, want) in [
            ("dynamo:latest-vlm", Near::One("dynamo:latest-vllm")),
            ("dynamo:7", Near::Tags(vec!["dynamo:0.9-vllm", "dynamo:latest-vllm"])),
            ("dynano:latest-vllm", Near::One("dynamo:latest-vllm")),
            ("busybox:1", Near::One("registry.test:5000/org/busybox:1")),
            ("busybox:latest", Near::One("registry.test:5000/org/busybox:1")),
            ("org/nosuchimage:1", Near::None),
            ("app:1", Near::None),
        ] {
            assert_eq!(near(wanted, &held), want, "{wanted}");
        }
    }
}
