//! Docker's contexts: an engine's address, and what TLS is spoken to it with, under a name.

use super::address::Address;
use super::endpoint::hex;
use super::tls::Tls;
use crate::host::read_text;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::io;
use std::path::{Path, PathBuf};

/// Why a context leads to no engine: in words that follow its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ContextFault {
    /// The context itself is at fault.
    Context(String),
    /// The address in it is.
    Address(String),
}

/// The address that a context names; `folder` is that of docker's configuration.
pub(super) fn address(folder: &Path, name: &str) -> Result<Address, ContextFault> {
    let wrong = |problem: String| ContextFault::Context(problem);
    let file = file(folder, name);
    let text = read_text(&file).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => wrong("does not exist".to_owned()),
        _ => wrong(format!("cannot be read: {}: {error}", file.display())),
    })?;
    let meta: Value = serde_json::from_str(&text)
        .map_err(|error| wrong(format!("cannot be read: {} is not JSON: {error}", file.display())))?;
    let endpoint = meta.get("Endpoints").and_then(|all| all.get("docker"));
    let url = endpoint.and_then(|endpoint| endpoint.get("Host")).and_then(Value::as_str);
    let url =
        url.filter(|url| !url.is_empty()).ok_or_else(|| wrong("names no docker endpoint".to_owned()))?;
    let trusts_anybody = endpoint.and_then(|endpoint| endpoint.get("SkipTLSVerify")?.as_bool());
    Address::parse(url, tls(folder, name, trusts_anybody.unwrap_or_default())).map_err(ContextFault::Address)
}

/// What TLS is spoken with: the files that the context was made with, if any.
fn tls(folder: &Path, name: &str, trusts_anybody: bool) -> Option<Tls> {
    let tls = Tls::in_folder(&folder.join("contexts/tls").join(digest(name)).join("docker"), trusts_anybody);
    (tls != Tls::default()).then_some(tls)
}

/// Docker files a context under the SHA-256 of its name.
fn file(folder: &Path, name: &str) -> PathBuf {
    folder.join("contexts/meta").join(digest(name)).join("meta.json")
}

fn digest(name: &str) -> String {
    hex(&Sha256::digest(name.as_bytes()))
}

/// The names of the contexts that there are, to tell what was meant.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let folders = std::fs::read_dir(folder.join("contexts/meta")).into_iter().flatten().flatten();
    let texts = folders.filter_map(|folder| read_text(&folder.path().join("meta.json")).ok());
    let names = texts.filter_map(|text| {
        let meta: Value = serde_json::from_str(&text).ok()?;
        meta.get("Name")?.as_str().map(str::to_owned)
    });
    names.collect()
}

#[cfg(test)]
pub(super) mod testing {
    use super::{digest, file};
    use std::path::Path;

    /// Writes a context.
    pub(in crate::engine) fn write(folder: &Path, name: &str, meta: &str, tls: &[&str]) {
        let meta_file = file(folder, name);
        let tls_folder = folder.join("contexts/tls").join(digest(name)).join("docker");
        std::fs::create_dir_all(meta_file.parent().unwrap()).unwrap();
        std::fs::write(meta_file, meta).unwrap();
        for name in tls {
            std::fs::create_dir_all(&tls_folder).unwrap();
            std::fs::write(tls_folder.join(name), "").unwrap();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::write;
    use super::*;

    fn read(meta: &str, tls: &[&str]) -> Result<Address, String> {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "desk", meta, tls);
        address(folder.path(), "desk").map_err(|fault| match fault {
            ContextFault::Context(words) => words.replace(&format!("{}/", folder.path().display()), ""),
            ContextFault::Address(words) => format!("address: {words}"),
        })
    }

    #[test]
    fn a_context_is_read() {
        let host = |url: &str| format!(r#"{{"Name":"desk","Endpoints":{{"docker":{{"Host":"{url}"}}}}}}"#);
        let shown = |meta: &str| read(meta, &[]).map(|address| address.to_string());
        assert_eq!(shown(&host("unix:///desk")).as_deref(), Ok("unix:///desk"));
        assert_eq!(shown(&host("ssh://me@box")).as_deref(), Ok("ssh://me@box"));
        assert_eq!(shown(&host("garbage")), Err("address: it has no scheme".to_owned()));
        for meta in ["{}", "[]", "null", r#"{"Endpoints":{"docker":{"Host":5}}}"#, &host("")] {
            assert_eq!(shown(meta), Err("names no docker endpoint".to_owned()), "{meta}");
        }
        let problem = shown("{").unwrap_err();
        let file = format!("contexts/meta/{}/meta.json", digest("desk"));
        assert!(problem.starts_with(&format!("cannot be read: {file} is not JSON: EOF")), "{problem}");
        let missing = address(Path::new("/nonexistent"), "desk");
        assert_eq!(missing, Err(ContextFault::Context("does not exist".to_owned())));
    }

    #[test]
    fn its_files_make_it_tls() {
        let meta = |more: &str| format!(r#"{{"Endpoints":{{"docker":{{"Host":"tcp://h:1"{more}}}}}}}"#);
        let tls = |more: &str, files: &[&str]| match read(&meta(more), files) {
            Ok(Address::Tcp { tls, .. }) => tls.map(|tls| {
                let has = |file: Option<PathBuf>| file.is_some();
                (has(tls.ca), has(tls.cert), has(tls.key), tls.trusts_anybody)
            }),
            other => panic!("{other:?}"),
        };
        assert_eq!(tls("", &[]), None);
        assert_eq!(tls("", &["ca.pem"]), Some((true, false, false, false)));
        assert_eq!(tls("", &["ca.pem", "cert.pem", "key.pem"]), Some((true, true, true, false)));
        assert_eq!(tls(r#","SkipTLSVerify":true"#, &[]), Some((false, false, false, true)));
        assert_eq!(tls(r#","SkipTLSVerify":false"#, &[]), None);
    }
}
