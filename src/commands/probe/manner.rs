//! How the service is called that is probed: with TLS or without, and with what shows who asks. A token comes by reference, and
//! leaves in the request alone.

use crate::cli::Probe;
use crate::commands::Desk;
use crate::config::ProbeKind;
use crate::engine::Tls;
use crate::finding::{Code, Finding, Origin};
use crate::host::read_bytes;
use crate::spec::without_values;
use crate::speech;
use crate::values::{Secret, SecretSource};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD_NO_PAD as STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD};
use http::HeaderValue;
use serde_json::json;
use std::io;
use std::sync::Arc;

/// How it is called.
pub(super) struct Manner {
    /// TLS, and what a web server is shown.
    pub(super) speech: speech::Manner,
    /// The token, or the password of the user.
    pub(super) token: Option<Secret>,
    user: Option<String>,
    tls: Option<Tls>,
}

impl Manner {
    /// Decides it: the token is read, and the certificates.
    ///
    /// # Errors
    /// There is no token where the caller says that it is, a file is none of its kind, or this kind of service cannot be
    /// called so.
    pub(super) fn of(probe: &Probe, kind: ProbeKind, desk: &Desk<'_>) -> Result<Self, Finding> {
        let is_said = probe.token.is_some() || probe.is_tls;
        if is_said && !matches!(kind, ProbeKind::OpenAi | ProbeKind::Nats | ProbeKind::Etcd) {
            return Err(Finding::error(Code::ProbeFailed, "a datagram shows no token, and goes without TLS"));
        }
        if probe.user.is_some() && kind == ProbeKind::OpenAi {
            let finding = Finding::error(Code::ProbeFailed, "OpenAI's API knows tokens, and no users");
            return Err(finding.help("leave out --user: the token is shown by itself"));
        }
        let token = probe.token.as_ref().map(|source| read(source, desk)).transpose()?;
        let bearer = |token: &Secret| {
            let header = HeaderValue::from_str(&format!("Bearer {}", token.expose()));
            let mut header = header.map_err(|_| missing("it has letters that no token has"))?;
            header.set_sensitive(true);
            Ok(header)
        };
        let shown = token.as_ref().filter(|_| probe.user.is_none() && kind != ProbeKind::Nats);
        let authorization = shown.map(bearer).transpose()?;
        let ca = probe.ca.as_ref().map(|file| desk.host.folder().join(file));
        let tls = probe.is_tls.then(|| Tls { ca, ..Tls::default() });
        let settings =
            tls.as_ref().map(Tls::settings).transpose().map_err(|fault| {
                Finding::error(Code::ProbeFailed, format!("TLS cannot be set up: {fault}"))
            })?;
        let of_tls = settings.map(|settings| (Arc::new(settings), probe.tls_name.clone()));
        Ok(Self {
            speech: speech::Manner { tls: of_tls, authorization },
            token,
            user: probe.user.clone(),
            tls,
        })
    }

    /// Whether there is more to a NATS server than what it says unasked.
    pub(super) fn is_more(&self) -> bool {
        self.token.is_some() || self.tls.is_some()
    }

    /// What the service said, without what it was shown: an answer may hold the request.
    pub(super) fn hidden(&self, said: &str) -> String {
        let Some(token) = self.token.as_ref().map(|token| token.expose()) else { return said.to_owned() };
        let pair = format!("{}:{token}", self.user.as_deref().unwrap_or_default());
        let written = json!(token).to_string();
        let mut forms = vec![token.to_owned(), written.trim_matches('"').to_owned()];
        for word in [token, &pair] {
            // With its padding it begins so.
            forms.extend([STANDARD_NO_PAD.encode(word), URL_SAFE_NO_PAD.encode(word)]);
        }
        without_values(said, forms.iter().map(String::as_str))
    }

    /// Why nothing was answered.
    pub(super) fn failed(&self, error: &io::Error) -> String {
        /// The innermost cause.
        fn cause(error: &dyn std::error::Error) -> String {
            error.source().map_or_else(|| error.to_string(), cause)
        }
        let fault = self.tls.as_ref().and_then(|tls| tls.fault(error));
        match fault {
            Some(fault) => format!("TLS fails: {fault}"),
            None if self.tls.is_some() && error.kind() == io::ErrorKind::UnexpectedEof => {
                "TLS fails: it ends the connection, and may not speak TLS".to_owned()
            }
            None => format!("it does not answer: {}", cause(error)),
        }
    }
}

/// Reads a token: of a file all but the end of its line.
fn read(source: &SecretSource, desk: &Desk<'_>) -> Result<Secret, Finding> {
    let text = match source {
        SecretSource::Variable(name) => match desk.host.var(name) {
            Some(text) => text.to_owned(),
            None => {
                return Err(missing(&format!("{name} is not set here")).help(format!("export {name}=...")));
            }
        },
        SecretSource::File(file) => {
            let file = desk.host.folder().join(file);
            let failed = |error: io::Error| missing(&format!("{} cannot be read: {error}", file.display()));
            String::from_utf8(read_bytes(&file).map_err(failed)?)
                .map_err(|_| missing("its file is not text"))?
        }
    };
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() { Err(missing("it is empty")) } else { Ok(Secret::new(text)) }
}

fn missing(why: &str) -> Finding {
    let origin = Origin::Flag("--token".to_owned());
    Finding::error(Code::SecretMissing, format!("the token is missing: {why}")).asked("--token", &origin)
}
