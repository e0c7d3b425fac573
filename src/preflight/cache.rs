//! The models' cache: is it mounted where the container's user looks for it.

use crate::engine::{Engine, ImageFacts};
use crate::finding::{Code, Finding};
use crate::spec::{HfCache, LaunchSpec};
use std::path::{Path, PathBuf};

/// Variables that name the hub's folder itself, the first one that is set.
const HUB: [&str; 2] = ["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"];

/// Checks the mount against the image. An image that is not there yet says nothing.
pub(super) async fn check(spec: &LaunchSpec, engine: &Engine) -> Option<Finding> {
    let cache = spec.hf_cache.as_ref()?;
    let image = engine.image_facts(&spec.image.reference).await.ok()??;
    let looked = looked_for(&container(spec, image))?;
    (!looked.starts_with(&cache.target)).then(|| unseen(cache, &looked))
}

/// The container's user and variables: the launch's own, else the image's.
pub(super) fn container(spec: &LaunchSpec, image: ImageFacts) -> ImageFacts {
    let ImageFacts { user, mut env, health } = image;
    for variable in spec.options.env.values() {
        match &variable.value {
            Some(value) => drop(env.insert(variable.name.clone(), value.expose().to_owned())),
            None => drop(env.remove(&variable.name)),
        }
    }
    let said = spec.options.user.get().map(|user| user.0.clone()).filter(|user| !user.is_empty());
    ImageFacts { user: said.unwrap_or(user), env, health }
}

/// Where the hub's tools look for models; none where that cannot be told: the home of a number stands in a file of
/// the image.
fn looked_for(container: &ImageFacts) -> Option<PathBuf> {
    let said = |name: &str| container.env.get(name).filter(|value| !value.is_empty());
    if let Some(hub) = HUB.iter().find_map(|name| said(name)) {
        return Some(PathBuf::from(hub));
    }
    if let Some(home) = said("HF_HOME") {
        return Some(Path::new(home).join("hub"));
    }
    let caches = match said("XDG_CACHE_HOME") {
        Some(caches) => PathBuf::from(caches),
        None => said("HOME").map(PathBuf::from).or_else(|| home_of(&container.user))?.join(".cache"),
    };
    Some(caches.join("huggingface/hub"))
}

/// The home of a user, as images lay it out.
fn home_of(user: &str) -> Option<PathBuf> {
    let name = user.split(':').next().unwrap_or_default();
    match name {
        "" | "0" | "root" => Some(PathBuf::from("/root")),
        number if number.bytes().all(|byte| byte.is_ascii_digit()) => None,
        name => Some(Path::new("/home").join(name)),
    }
}

fn unseen(cache: &HfCache, looked: &Path) -> Finding {
    let HfCache { folder, target, words, origin } = cache;
    let (folder, looked) = (folder.display(), looked.display());
    let home = looked.to_string();
    let home = home.strip_suffix("/hub").unwrap_or(&home);
    let message = format!("the container looks for models in {looked}, and they are mounted at {target}");
    Finding::warning(Code::HfCacheUnseen, message)
        .asked(words, origin)
        .help(format!("mount them there: --hf-home none -v {folder}:{home}"))
        .help(format!("or have them looked for where they are: -e HF_HOME={target}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// N27: whom the command runs as and what is set decides where models are looked for.
    #[test]
    fn where_models_are_looked_for() {
        type Row = (&'static str, &'static [(&'static str, &'static str)], Option<&'static str>);
        let table: &[Row] = &[
            ("", &[], Some("/root/.cache/huggingface/hub")),
            ("root", &[], Some("/root/.cache/huggingface/hub")),
            ("0:0", &[], Some("/root/.cache/huggingface/hub")),
            ("dynamo", &[], Some("/home/dynamo/.cache/huggingface/hub")),
            ("dynamo:root", &[], Some("/home/dynamo/.cache/huggingface/hub")),
            ("1000", &[], None),
            ("1000:0", &[], None),
            ("1000", &[("HOME", "/home/dynamo")], Some("/home/dynamo/.cache/huggingface/hub")),
            ("root", &[("HOME", "/work")], Some("/work/.cache/huggingface/hub")),
            ("dynamo", &[("HOME", "")], Some("/home/dynamo/.cache/huggingface/hub")),
            ("1000", &[("XDG_CACHE_HOME", "/caches")], Some("/caches/huggingface/hub")),
            ("1000", &[("HF_HOME", "/models")], Some("/models/hub")),
            ("root", &[("HF_HOME", "/models"), ("HF_HUB_CACHE", "/hub")], Some("/hub")),
            ("root", &[("HUGGINGFACE_HUB_CACHE", "/old")], Some("/old")),
            ("root", &[("HUGGINGFACE_HUB_CACHE", "/old"), ("HF_HUB_CACHE", "/hub")], Some("/hub")),
            ("root", &[("HF_HOME", "")], Some("/root/.cache/huggingface/hub")),
        ];
        for (user, env, want) in table {
            let env: BTreeMap<String, String> =
                env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let container = ImageFacts { user: (*user).to_owned(), env, health: None };
            assert_eq!(looked_for(&container), want.map(PathBuf::from), "{container:?}");
        }
    }
}
