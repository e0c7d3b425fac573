//! The gateway's image, made from dynrun's own static binary: no registry and no Dockerfile. It carries the
//! binary's SHA-256 and is used only while that is this binary's.

use super::ask::encoded;
use super::endpoint::hex;
use super::error::EngineError;
use super::image::Image;
use super::launch::{Observer, Step};
use super::{ANSWER, Engine, WORK};
use crate::finding::{Code, Finding};
use crate::values::ImageRef;
use bollard::body_full;
use bollard::models::{ImageSummary, SystemVersion};
use bollard::query_parameters::CreateImageOptions;
use futures_util::StreamExt;
use http::Method;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io;
use std::sync::OnceLock;

/// The label that holds the binary's SHA-256.
const BINARY: &str = "dev.dynrun.binary";
/// This process's own binary, also when its file was replaced meanwhile.
const SELF: &str = "/proc/self/exe";
/// The folder for the log of states.
const DATA: &str = "data/";

/// Sees to it that the engine has the image of this very binary.
pub(super) async fn ensure(
    engine: &Engine,
    reference: &ImageRef,
    observer: Observer<'_>,
) -> Result<(), Finding> {
    let digest = own_digest()?;
    let held = engine.image(reference).await?;
    let held_digest = held.as_ref().and_then(Image::labels).and_then(|labels| labels.get(BINARY));
    if held_digest == Some(digest) {
        return Ok(());
    }
    let binary = own_binary()?;
    if needs_libraries(&binary) {
        return Err(Finding::error(
            Code::BinaryNotStatic,
            "the gateway's image is made from dynrun's own binary, and this one is not static",
        )
        .help("build the static one: scripts/build")
        .help("or name an image that the engine has: --image IMAGE"));
    }
    same_architecture(engine).await?;
    observer(Step::Making(&reference.tagged()));
    import(engine, reference, &binary, digest).await?;
    sweep(engine).await;
    Ok(())
}

fn own_binary() -> Result<Vec<u8>, Finding> {
    std::fs::read(SELF).map_err(|error| {
        Finding::error(Code::BinaryNotStatic, format!("dynrun cannot read its own binary: {error}"))
    })
}

/// The binary's SHA-256. It is asked for again while a container is stopped that the next one replaces, and computed once.
fn own_digest() -> Result<&'static String, Finding> {
    static DIGEST: OnceLock<String> = OnceLock::new();
    match DIGEST.get() {
        Some(digest) => Ok(digest),
        None => {
            let digest = hex(&Sha256::digest(own_binary()?));
            Ok(DIGEST.get_or_init(|| digest))
        }
    }
}

/// Removes the images of older binaries, and of launches beside this one that lost the name to it. One that a
/// container still uses stays: the engine refuses.
async fn sweep(engine: &Engine) {
    let filters = [("dangling", "true"), ("label", BINARY)];
    let filters = filters.map(|(name, value)| (name.to_owned(), vec![value.to_owned()]));
    let filters: HashMap<_, _> = filters.into();
    let images: Vec<ImageSummary> = engine.listed("/images/json?", &json!(filters)).await.unwrap_or_default();
    for image in images {
        let path = format!("/images/{}", encoded(&image.id));
        let _ = engine.transport.call(Method::DELETE, &path, None, ANSWER).await;
    }
}

async fn same_architecture(engine: &Engine) -> Result<(), Finding> {
    let version: SystemVersion =
        engine.get("/version").await.map_err(|error| error.finding("say its version", &engine.endpoint))?;
    let theirs = version.arch.unwrap_or_default();
    let ours = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    if theirs == ours {
        return Ok(());
    }
    let message = format!("the engine's machine is {theirs}, and this dynrun is built for {ours}");
    let help = "run a dynrun of that architecture, or name an image that the engine has: --image IMAGE";
    Err(Finding::error(Code::Architecture, message).help(help))
}

async fn import(engine: &Engine, reference: &ImageRef, binary: &[u8], digest: &str) -> Result<(), Finding> {
    let archive = archive(binary).map_err(|error| {
        Finding::error(Code::Internal, format!("the image's archive cannot be written: {error}"))
    })?;
    let changes = [
        r#"ENTRYPOINT ["/dynrun","state-gateway"]"#.to_owned(),
        "EXPOSE 9999/udp".to_owned(),
        format!("LABEL {BINARY}={digest}"),
    ];
    let options = CreateImageOptions {
        from_src: Some("-".to_owned()),
        repo: Some(reference.repository().to_owned()),
        tag: Some(reference.tag().unwrap_or("latest").to_owned()),
        message: Some(format!("made by dynrun {}", env!("CARGO_PKG_VERSION"))),
        changes: changes.to_vec(),
        ..CreateImageOptions::default()
    };
    let made = async {
        let mut stream =
            std::pin::pin!(engine.docker.create_image(Some(options), Some(body_full(archive.into())), None));
        while let Some(message) = stream.next().await {
            message?;
        }
        Ok::<(), bollard::errors::Error>(())
    };
    tokio::time::timeout(WORK, made)
        .await
        .map_err(|_| EngineError::Silent(WORK))
        .and_then(|made| Ok(made?))
        .map_err(|error| error.finding("make the gateway's image", &engine.endpoint))
}

/// A root file system that holds the binary and the folder for its log.
fn archive(binary: &[u8]) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut folder = tar::Header::new_gnu();
    folder.set_entry_type(tar::EntryType::Directory);
    // As /tmp: the container may run as any user, and without the capability to write where it may not.
    folder.set_mode(0o1777);
    folder.set_size(0);
    archive.append_data(&mut folder, DATA, io::empty())?;
    let mut file = tar::Header::new_gnu();
    file.set_mode(0o755);
    file.set_size(binary.len() as u64);
    archive.append_data(&mut file, "dynrun", binary)?;
    archive.into_inner()
}

/// Whether an ELF binary names an interpreter: then it needs a loader and libraries that an empty image lacks.
fn needs_libraries(elf: &[u8]) -> bool {
    /// `p_type` of the program header that names the interpreter.
    const PT_INTERP: u32 = 3;
    let field = |at: usize, size: usize| {
        let bytes = elf.get(at..at + size)?;
        Some(bytes.iter().rev().fold(0u64, |number, byte| number << 8 | u64::from(*byte)))
    };
    let headers = || {
        // Offsets of a little-endian ELF64 header: e_phoff, e_phentsize, e_phnum.
        let (start, size, count) = (field(32, 8)?, field(54, 2)?, field(56, 2)?);
        (0..count)
            .map(|index| field(usize::try_from(start + index * size).ok()?, 4))
            .collect::<Option<Vec<_>>>()
    };
    match headers() {
        Some(types) => types.contains(&u64::from(PT_INTERP)),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interpreter_is_seen() {
        let mut elf = vec![0u8; 64 + 2 * 56];
        elf[32] = 64;
        elf[54] = 56;
        elf[56] = 2;
        elf[64] = 1;
        assert!(!needs_libraries(&elf), "two PT_LOAD-like headers");
        elf[64 + 56] = 3;
        assert!(needs_libraries(&elf), "PT_INTERP");
        assert!(needs_libraries(b"#!/bin/sh"), "no ELF at all");
    }

    #[test]
    fn the_archive_holds_the_binary_and_the_data_folder() {
        let bytes = archive(b"BIN").unwrap();
        let mut read = tar::Archive::new(bytes.as_slice());
        let entries: Vec<(String, u32)> = read
            .entries()
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                (entry.path().unwrap().display().to_string(), entry.header().mode().unwrap())
            })
            .collect();
        assert_eq!(entries, [("data/".to_owned(), 0o1777), ("dynrun".to_owned(), 0o755)]);
    }
}
