//! What the tests of every value assert.

use std::fmt::Debug;

use super::Value;

/// Each word is read, and written back as wanted; what is written is read into the same value.
#[track_caller]
pub(super) fn reads<T: Value + Debug>(table: &[(&str, &str)]) {
    for (word, want) in table {
        let value = T::parse(word).unwrap_or_else(|error| panic!("{word:?} is refused: {error:?}"));
        assert_eq!(value.word(), *want, "{word:?}");
        round_trips(&value);
    }
}

/// Each word is refused with this text, followed by the suggestion, if any, after an arrow.
#[track_caller]
pub(super) fn refuses<T: Value + Debug>(table: &[(&str, &str)]) {
    for (word, want) in table {
        let error = T::parse(word).expect_err(word);
        let arrow = error.suggestion.map(|suggestion| format!(" -> {suggestion}")).unwrap_or_default();
        assert_eq!(format!("{}{arrow}", error.problem), *want, "{word:?}");
    }
}

/// The word of a value is read back into it.
#[track_caller]
pub(super) fn round_trips<T: Value + Debug>(value: &T) {
    assert_eq!(T::parse(&value.word()).as_ref(), Ok(value), "{:?}", value.word());
}

mod any_text {
    use crate::values::{
        AddHost, Annotation, BlkioWeight, Capability, CgroupNamespace, CidFile, ContainerName, CpuPeriod,
        CpuQuota, CpuRtPeriod, CpuRtRuntime, CpuShares, Cpus, Cpuset, Day, DetachKeys, Device, DeviceBps,
        DeviceIops, DeviceRule, DeviceWeight, DnsSearch, Domainname, Duration, EnvFile, EnvVar, Expose, File,
        Gpus, HealthRetries, HealthTime, HostNamespace, Hostname, IfExists, ImageRef, Ipc, Isolation, Label,
        Link, LinkLocalIp, LogOpt, MacAddress, MemoryLimit, MemorySwap, Mount, NetworkChoice, NoContentTrust,
        OomScoreAdj, Pid, PidsLimit, Platform, PortPolicy, PortQuery, Publish, Pull, Ready, Restart,
        SecretNames, SecretReference, SecurityOpt, Size, StopSignal, StopTimeout, StorageOpt, Stream, Subnet,
        Swappiness, Sysctl, Text, Tmpfs, Tty, Ulimit, User, Value, Volume, VolumesFrom, Wait, WindowsOnly,
        WorkDir, parse_env_file,
    };
    use proptest::prelude::*;
    use std::net::IpAddr;

    /// Nothing panics, and what is read is written as a word that says the same.
    fn survives<T: Value>(word: &str) {
        if let Ok(value) = T::parse(word) {
            assert!(T::parse(&value.word()).as_ref() == Ok(&value), "{word:?} becomes {:?}", value.word());
            assert!(!value.spread().is_empty());
        }
    }

    proptest! {
        #[test]
        fn is_read_or_refused(
            word in "(\\PC{0,6}|[a-z0-9:/.,=@_\"~ \\[\\]-]{0,14}|(name|target|device|count|options|type=bind,src|type=tmpfs,dst|dst)=[a-z0-9:/,=\"-]{0,9}|(tcp|http|log|command):[ -~]{0,9})",
        ) {
            let all: &[fn(&str)] = &[
                survives::<AddHost>, survives::<Annotation>, survives::<BlkioWeight>, survives::<bool>,
                survives::<Capability>, survives::<CgroupNamespace>, survives::<CidFile>,
                survives::<ContainerName>, survives::<CpuPeriod>, survives::<CpuQuota>,
                survives::<CpuRtPeriod>, survives::<CpuRtRuntime>, survives::<Cpus>, survives::<Cpuset>,
                survives::<CpuShares>, survives::<Day>, survives::<DetachKeys>, survives::<Device>,
                survives::<DeviceBps>, survives::<DeviceIops>, survives::<DeviceRule>,
                survives::<DeviceWeight>, survives::<DnsSearch>, survives::<Domainname>, survives::<Duration>,
                survives::<EnvFile>, survives::<EnvVar>, survives::<Expose>, survives::<File>,
                survives::<Gpus>, survives::<HealthRetries>, survives::<HealthTime>, survives::<Hostname>,
                survives::<HostNamespace>, survives::<IfExists>, survives::<ImageRef>, survives::<IpAddr>, survives::<Ipc>,
                survives::<Isolation>, survives::<Label>, survives::<Link>, survives::<LinkLocalIp>,
                survives::<LogOpt>, survives::<MacAddress>, survives::<MemoryLimit>, survives::<MemorySwap>,
                survives::<Mount>, survives::<NetworkChoice>, survives::<NoContentTrust>,
                survives::<OomScoreAdj>, survives::<Pid>, survives::<PidsLimit>, survives::<Platform>,
                survives::<PortPolicy>, survives::<PortQuery>, survives::<Publish>, survives::<Pull>,
                survives::<Ready>, survives::<Restart>, survives::<SecretReference>, survives::<SecurityOpt>, survives::<Size>, survives::<StopSignal>,
                survives::<StopTimeout>, survives::<StorageOpt>, survives::<Stream>, survives::<Subnet>, survives::<Swappiness>,
                survives::<Sysctl>, survives::<Text>, survives::<Tmpfs>, survives::<Tty>, survives::<Ulimit>,
                survives::<User>, survives::<Volume>, survives::<VolumesFrom>, survives::<Wait>, survives::<WindowsOnly>,
                survives::<WorkDir>,
            ];
            all.iter().for_each(|survive| survive(&word));
            let _ = parse_env_file(word.as_bytes());
            let _ = SecretNames::default().without_url_passwords(&word);
        }
    }
}
