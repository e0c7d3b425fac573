//! TLS to an engine: which files, as docker's client finds them; the connection's settings made from them; and what goes
//! wrong, told apart.

use super::address::Address;
use crate::host::{Host, read_bytes};
use crate::values::{Day, Value as _};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use thiserror::Error;

/// Where Linux distributions keep the certificates that everybody trusts; the first one that is there counts.
const TRUSTED: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// What TLS is spoken with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tls {
    /// Who may have signed the engine's certificate; none for whom this machine trusts.
    pub ca: Option<PathBuf>,
    /// This side's own certificate.
    pub cert: Option<PathBuf>,
    /// The key to it.
    pub key: Option<PathBuf>,
    /// Whether the engine may be anybody.
    pub trusts_anybody: bool,
}

impl Tls {
    /// What DOCKER_TLS_VERIFY, DOCKER_TLS and DOCKER_CERT_PATH ask for; `config` is the folder of docker's configuration.
    pub(super) fn of_environment(host: &Host, config: Option<PathBuf>) -> Option<Self> {
        let is_verified = host.var_said("DOCKER_TLS_VERIFY").is_some();
        if !is_verified && host.var_said("DOCKER_TLS").is_none() {
            return None;
        }
        let folder = host.var_said("DOCKER_CERT_PATH").map(PathBuf::from).or(config).unwrap_or_default();
        let tls = Self::in_folder(&folder, !is_verified);
        // Whoever is to be verified is verified by this file: docker's client fails where it is missing.
        let ca = if is_verified { Some(folder.join("ca.pem")) } else { tls.ca };
        Some(Self { ca, ..tls })
    }

    /// The files that are in a folder.
    pub(super) fn in_folder(folder: &Path, trusts_anybody: bool) -> Self {
        let file = |name: &str| Some(folder.join(name)).filter(|file| file.symlink_metadata().is_ok());
        Self { ca: file("ca.pem"), cert: file("cert.pem"), key: file("key.pem"), trusts_anybody }
    }

    /// The settings of connections.
    ///
    /// # Errors
    /// A file cannot be read, or is none of its kind.
    pub fn settings(&self) -> Result<ClientConfig, TlsFault> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsFault::Other(error.to_string()))?;
        let builder = match self.trusts_anybody {
            true => builder.dangerous().with_custom_certificate_verifier(Arc::new(Anybody(provider))),
            false => builder.with_root_certificates(self.roots()?),
        };
        match (&self.cert, &self.key) {
            (None, None) => Ok(builder.with_no_client_auth()),
            (Some(cert), Some(key)) => {
                let chain = certificates(cert)?;
                let config = builder.with_client_auth_cert(chain, private_key(key)?);
                config.map_err(|error| {
                    TlsFault::file(key, &format!("does not go with {}: {error}", cert.display()))
                })
            }
            (Some(cert), None) => Err(TlsFault::file(cert, "has no key.pem beside it")),
            (None, Some(key)) => Err(TlsFault::file(key, "has no cert.pem beside it")),
        }
    }

    fn roots(&self) -> Result<RootCertStore, TlsFault> {
        let trusted = || TRUSTED.iter().map(PathBuf::from).find(|file| file.exists());
        let Some(file) = self.ca.clone().or_else(trusted) else { return Ok(RootCertStore::empty()) };
        let mut roots = RootCertStore::empty();
        let (added, _) = roots.add_parsable_certificates(certificates(&file)?);
        if added == 0 { Err(TlsFault::file(&file, "holds no certificate that can sign")) } else { Ok(roots) }
    }

    /// What a connection failed of, where TLS is in the error's chain of causes.
    #[must_use]
    pub fn fault(&self, error: &(dyn std::error::Error + 'static)) -> Option<TlsFault> {
        let fault = match cause(error)? {
            rustls::Error::InvalidCertificate(why) => TlsFault::of_certificate(why),
            rustls::Error::AlertReceived(alert) => return Some(self.fault_of_alert(*alert)),
            rustls::Error::InvalidMessage(_) => TlsFault::NotSpoken,
            other => TlsFault::Other(other.to_string()),
        };
        Some(fault)
    }

    /// What the engine says against this side. One without a certificate is told so in several ways.
    fn fault_of_alert(&self, alert: AlertDescription) -> TlsFault {
        use AlertDescription as Alert;
        let is_about_us = matches!(
            alert,
            Alert::CertificateRequired
                | Alert::BadCertificate
                | Alert::UnknownCA
                | Alert::CertificateExpired
                | Alert::CertificateUnknown
                | Alert::CertificateRevoked
                | Alert::UnsupportedCertificate
                | Alert::AccessDenied
                | Alert::DecryptError
        );
        match &self.cert {
            _ if !is_about_us => TlsFault::Other(format!("it ends the connection: {alert:?}")),
            None => TlsFault::Unknown,
            Some(cert) => TlsFault::Refused(cert.clone(), spaced(&format!("{alert:?}"))),
        }
    }
}

/// What TLS fails of.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TlsFault {
    /// A file: which, and what is wrong with it.
    #[error("{} {}", .0.display(), .1)]
    File(PathBuf, String),
    /// The engine's certificate is signed by nobody that is trusted.
    #[error("its certificate is signed by nobody that is trusted here")]
    Issuer,
    /// The engine's certificate was good once.
    #[error("its certificate has expired")]
    Expired,
    /// The engine's certificate will be good.
    #[error("its certificate is not valid yet{}", from(.0))]
    NotYet(Option<Day>),
    /// The engine's certificate is for other names: these.
    #[error("its certificate is for another name{}", named(.0))]
    Name(Vec<String>),
    /// The engine wants a certificate, and is given none.
    #[error("it wants to know who asks, and is given no certificate")]
    Unknown,
    /// The engine does not accept this side's certificate, for this reason.
    #[error("it does not accept the certificate {}: {}", .0.display(), .1)]
    Refused(PathBuf, String),
    /// The engine does not speak TLS.
    #[error("it does not speak TLS")]
    NotSpoken,
    /// The engine speaks TLS, and this side does not.
    #[error("it speaks TLS, which it was not asked for")]
    NotAsked,
    /// Something else.
    #[error("{0}")]
    Other(String),
}

/// The words of a name such as `BadCertificate`.
fn spaced(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && words.ends_with(|last: char| last.is_ascii_lowercase()) {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

/// The day on which a certificate begins.
fn from(day: &Option<Day>) -> String {
    day.as_ref().map(|day| format!(", but from {} on", day.word())).unwrap_or_default()
}

/// The names that a certificate has.
fn named(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) }
}

impl TlsFault {
    fn file(file: &Path, problem: &str) -> Self {
        Self::File(file.to_owned(), problem.to_owned())
    }

    /// What mends it.
    pub(super) fn help(&self, address: &Address) -> Vec<&'static str> {
        let is_plain = matches!(address, Address::Tcp { tls: None, .. });
        match self {
            Self::File(..) => {
                vec!["the files are ca.pem, cert.pem and key.pem, in DOCKER_CERT_PATH or ~/.docker"]
            }
            Self::Issuer => vec!["name the folder whose ca.pem signed it: DOCKER_CERT_PATH=FOLDER"],
            Self::Expired => vec!["make the engine's certificate anew, and restart the engine"],
            Self::NotYet(_) => vec![
                "compare the clocks of the two machines: date -u",
                "where both are right, make the engine's certificate anew, and restart the engine",
            ],
            Self::Name(_) => {
                vec!["name the engine by one of these, or make its certificate anew with this name"]
            }
            Self::Unknown => vec!["put cert.pem and key.pem, signed by the engine's own CA, beside ca.pem"],
            Self::Refused(..) => vec!["take a certificate that the engine's own CA has signed"],
            Self::NotSpoken => vec!["without TLS: unset DOCKER_TLS_VERIFY DOCKER_TLS"],
            Self::NotAsked if is_plain => vec!["with TLS: DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH=FOLDER"],
            Self::NotAsked | Self::Other(_) => Vec::new(),
        }
    }

    fn of_certificate(why: &CertificateError) -> Self {
        match why {
            CertificateError::UnknownIssuer | CertificateError::BadSignature => Self::Issuer,
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
            CertificateError::NotValidYet => Self::NotYet(None),
            CertificateError::NotValidYetContext { not_before, .. } => {
                Self::NotYet(Some(Day::of(not_before.as_secs())))
            }
            CertificateError::NotValidForName => Self::Name(Vec::new()),
            CertificateError::NotValidForNameContext { presented, .. } => {
                Self::Name(presented.iter().map(|name| plain(name)).collect())
            }
            other => Self::Other(format!("its certificate is not accepted: {other}")),
        }
    }
}

/// A name without the kind that it is of: `DnsName("box")`, `IpAddress(10.0.0.1)`.
fn plain(name: &str) -> String {
    let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(name);
    inner.trim_matches('"').to_owned()
}

/// TLS's own error among the causes of another.
fn cause<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<rustls::Error>() {
            return Some(found);
        }
        // An I/O error names the cause of what it holds, and not that itself.
        let held = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = match held {
            Some(held) => Some(held),
            None => error.source(),
        };
    }
    None
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsFault> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&read(file)?).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(TlsFault::file(file, "holds no certificate")),
        Err(_) => Err(TlsFault::file(file, "is not PEM")),
    }
}

fn private_key(file: &Path) -> Result<PrivateKeyDer<'static>, TlsFault> {
    let text = read(file)?;
    let is_locked = String::from_utf8_lossy(&text).contains("ENCRYPTED");
    PrivateKeyDer::from_pem_slice(&text).map_err(|error| match error {
        _ if is_locked => TlsFault::file(file, "is encrypted: docker's client takes no such key, either"),
        pem::Error::NoItemsFound => TlsFault::file(file, "holds no private key"),
        _ => TlsFault::file(file, "is not PEM"),
    })
}

fn read(file: &Path) -> Result<Vec<u8>, TlsFault> {
    read_bytes(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => TlsFault::file(file, "does not exist"),
        _ => TlsFault::file(file, &format!("cannot be read: {error}")),
    })
}

/// Takes any certificate, as long as the other side has the key to it.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variables_say_which_files() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["ca.pem", "cert.pem", "key.pem"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let of = |variables: &[(&str, &str)]| {
            let mut host = Host::default();
            host.env.extend(variables.iter().map(|(name, value)| (name.into(), value.into())));
            Tls::of_environment(&host, Some(folder.path().to_owned()))
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[("DOCKER_TLS_VERIFY", ""), ("DOCKER_CERT_PATH", "/x")]), None);
        let own = |name: &str| Some(folder.path().join(name));
        let all =
            Tls { ca: own("ca.pem"), cert: own("cert.pem"), key: own("key.pem"), trusts_anybody: false };
        assert_eq!(of(&[("DOCKER_TLS_VERIFY", "0")]), Some(all.clone()), "anything but nothing is yes");
        assert_eq!(of(&[("DOCKER_TLS", "1")]), Some(Tls { trusts_anybody: true, ..all }));
        // Docker's client fails where ca.pem is missing, and does without the other two.
        let bare = Tls { ca: Some("/nowhere/ca.pem".into()), ..Tls::default() };
        let said = [("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", "/nowhere")];
        assert_eq!(of(&said), Some(bare.clone()));
        assert_eq!(bare.settings().unwrap_err().to_string(), "/nowhere/ca.pem does not exist");
    }

    #[test]
    fn a_file_that_is_none_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).unwrap();
        };
        let problem = || {
            let fault = Tls::in_folder(folder.path(), false).settings().unwrap_err().to_string();
            fault.replace(&format!("{}/", folder.path().display()), "")
        };
        write("ca.pem", "no certificate");
        assert_eq!(problem(), "ca.pem holds no certificate");
        write("ca.pem", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n");
        assert_eq!(problem(), "ca.pem is not PEM");
        std::fs::remove_file(folder.path().join("ca.pem")).unwrap();
        write("cert.pem", "");
        assert_eq!(problem(), "cert.pem has no key.pem beside it");
    }

    #[test]
    fn a_name_is_told_without_its_kind() {
        assert_eq!(plain("DnsName(\"box\")"), "box");
        assert_eq!(plain("IpAddress(10.0.0.1)"), "10.0.0.1");
        assert_eq!(
            TlsFault::Name(vec!["a".to_owned(), "b".to_owned()]).to_string(),
            "its certificate is for another name: a, b"
        );
    }
}
