//! `Gpus`: which GPUs the container gets, for `--gpus`.

use super::nearest::{unknown, unknown_in};
use super::record::{fields, join};
use super::{Names, Offer, Power, Value, ValueError};

/// The keys of docker's own form.
const KEYS: [&str; 5] = ["count", "device", "driver", "capabilities", "options"];

/// Which GPUs the container gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gpus {
    /// None.
    None,
    /// All of them where the engine has any, else none.
    Auto,
    /// All of them.
    All,
    /// Any of them, this many: at least one.
    Count(u32),
    /// These, by index, UUID or CDI name.
    Devices(Vec<String>),
    /// What docker's own form asks for beyond a count or devices.
    Request(GpuRequest),
}

/// A request for devices as docker's client makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GpuRequest {
    /// The driver; empty leaves it to the engine.
    pub driver: String,
    /// How many, -1 for all; none where devices are named.
    pub count: Option<i64>,
    /// The devices, by index, UUID or CDI name.
    pub device_ids: Vec<String>,
    /// Alternatives of capabilities, all of one needed; docker adds `gpu`.
    pub capabilities: Vec<Vec<String>>,
    /// Options for the driver, in the order said.
    pub options: Vec<(String, String)>,
}

impl Gpus {
    /// Whether a device is named as CDI does: `nvidia.com/gpu=0`.
    #[must_use]
    pub fn is_cdi(device: &str) -> bool {
        device.split_once('=').is_some_and(|(kind, name)| {
            kind.split_once('/').is_some_and(|(vendor, class)| !vendor.is_empty() && !class.is_empty())
                && !name.is_empty()
        })
    }
}

impl Value for Gpus {
    const FORM: &'static str = "all|none|auto|COUNT|DEVICE,DEVICE|KEY=VALUE[,KEY=VALUE]";
    const OFFER: Offer = Offer::Any(&[
        Offer::Form,
        Offer::List(&Offer::Names(Names::Gpus)),
        Offer::Behind("device=", &Offer::Names(Names::Gpus)),
    ]);

    fn parse(word: &str) -> Result<Self, ValueError> {
        match word.to_ascii_lowercase().as_str() {
            "all" => return Ok(Self::All),
            "none" => return Ok(Self::None),
            "auto" => return Ok(Self::Auto),
            "" => return Err(ValueError::new("the GPUs are missing")),
            _ => {}
        }
        let fields = fields(word)?;
        match fields.as_slice() {
            [one] if is_integer(one) => counted(count(one)?),
            all if all.iter().all(|field| is_device(field)) => {
                let mut draft = Draft::default();
                all.iter().try_for_each(|devices| draft.devices(devices))?;
                draft.finish()
            }
            [one] if !one.contains('=') => {
                Err(unknown("this is neither a count nor a device", one, ["all", "none", "auto"]))
            }
            all if !all.iter().any(|field| field.contains('=')) => {
                Err(ValueError::new("a device is an index, a UUID such as GPU-..., or a CDI name"))
            }
            all => Draft::read(all, word)?.finish(),
        }
    }

    fn word(&self) -> String {
        match self {
            Self::None => "none".to_owned(),
            Self::Auto => "auto".to_owned(),
            Self::All => "all".to_owned(),
            Self::Count(count) => format!("count={count}"),
            Self::Devices(devices) => join(&[format!("device={}", devices.join(","))]),
            Self::Request(request) => request_word(request),
        }
    }

    fn power(&self) -> Option<Power> {
        (*self != Self::None).then_some(Power::Device)
    }
}

/// Whether docker would read this as a count.
fn is_integer(word: &str) -> bool {
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the word names a device by itself: an index, an index of a MIG device, a UUID or a CDI name.
fn is_device(word: &str) -> bool {
    let is_index = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_mig_index = word.split_once(':').is_some_and(|(gpu, mig)| is_index(gpu) && is_index(mig));
    let is_uuid = ["GPU-", "MIG-"].iter().any(|prefix| {
        word.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && !rest.contains(['=', ' ']))
    });
    is_index(word) || is_mig_index || is_uuid || Gpus::is_cdi(word)
}

/// Reads a count: `all` is -1.
fn count(word: &str) -> Result<i64, ValueError> {
    if word == "all" {
        return Ok(-1);
    }
    match word.parse() {
        Ok(0) => {
            Err(ValueError::new("0 may mean the first GPU or no GPU: say device=0 or none")
                .suggest("device=0"))
        }
        Ok(count @ (-1 | 1..=0xffff_ffff)) => Ok(count),
        _ => Err(ValueError::new("the count of GPUs is neither a positive number nor all")),
    }
}

/// A count as a value.
fn counted(count: i64) -> Result<Gpus, ValueError> {
    Ok(u32::try_from(count).map_or(Gpus::All, Gpus::Count))
}

/// What the fields said so far.
#[derive(Default)]
struct Draft {
    seen: Vec<String>,
    driver: String,
    count: Option<i64>,
    devices: Vec<String>,
    capabilities: Option<Vec<String>>,
    options: Vec<(String, String)>,
}

impl Draft {
    /// Reads docker's fields. A device may follow `device=` without quotes around both, which docker takes for a count.
    fn read(fields: &[String], word: &str) -> Result<Self, ValueError> {
        let mut draft = Self::default();
        let mut after = "";
        for field in fields {
            let last = after;
            let pair = field.split_once('=').filter(|(key, _)| !key.contains('/'));
            after = pair.map_or(last, |(key, _)| key);
            match pair {
                None if last == "device" => draft.devices(field)?,
                None if last == "capabilities" => {
                    return Err(ValueError::new(
                        "several capabilities stand in quotes: '\"capabilities=A,B\"'",
                    ));
                }
                None => draft.once("count")?.count = Some(count(field)?),
                Some((key, value)) => draft.pair(key, value, word)?,
            }
        }
        Ok(draft)
    }

    /// Takes one `KEY=VALUE` of the word.
    fn pair(&mut self, key: &str, value: &str, word: &str) -> Result<(), ValueError> {
        match key {
            "count" => self.once(key)?.count = Some(count(value)?),
            "device" => {
                self.once(key)?.devices(value)?;
            }
            "driver" => value.clone_into(&mut self.once(key)?.driver),
            "capabilities" => {
                if value.split(',').any(str::is_empty) {
                    return Err(ValueError::new("a capability is empty"));
                }
                let words = value.split(',').chain(["gpu"]).map(str::to_owned).collect();
                self.once(key)?.capabilities = Some(words);
            }
            "options" if value.is_empty() => return Err(ValueError::new("the options are empty")),
            "options" => {
                let pairs = fields(value)?;
                self.once(key)?.options = pairs
                    .iter()
                    .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                    .map(|(key, value)| (key.to_owned(), value.to_owned()))
                    .collect();
            }
            _ => {
                let problem =
                    "a GPU request knows the keys count, device, driver, capabilities and options only";
                return Err(unknown_in(problem, key, word, KEYS));
            }
        }
        Ok(())
    }

    /// Notes that a key was said, once.
    fn once(&mut self, key: &str) -> Result<&mut Self, ValueError> {
        if self.seen.iter().any(|seen| seen == key) {
            return Err(ValueError::new(format!("{key} is said twice")));
        }
        self.seen.push(key.to_owned());
        Ok(self)
    }

    /// Takes devices with commas between them.
    fn devices(&mut self, devices: &str) -> Result<(), ValueError> {
        devices.split(',').try_for_each(|device| self.device(device))
    }

    /// Takes one device.
    fn device(&mut self, device: &str) -> Result<(), ValueError> {
        if device.is_empty() {
            return Err(ValueError::new("a device is empty"));
        }
        if self.devices.iter().any(|other| other == device) {
            return Err(ValueError::new("a device is said twice"));
        }
        self.devices.push(device.to_owned());
        Ok(())
    }

    /// What the fields say together.
    fn finish(self) -> Result<Gpus, ValueError> {
        if self.count.is_some() && !self.devices.is_empty() {
            return Err(ValueError::new("a count and devices exclude each other"));
        }
        let is_plain = self.driver.is_empty() && self.capabilities.is_none() && self.options.is_empty();
        if is_plain && !self.devices.is_empty() {
            return Ok(Gpus::Devices(self.devices));
        }
        let count = if self.devices.is_empty() { Some(self.count.unwrap_or(1)) } else { None };
        if let (true, Some(count)) = (is_plain, count) {
            return counted(count);
        }
        Ok(Gpus::Request(GpuRequest {
            driver: self.driver,
            count,
            device_ids: self.devices,
            capabilities: vec![self.capabilities.unwrap_or_else(|| vec!["gpu".to_owned()])],
            options: self.options,
        }))
    }
}

/// Writes a request in docker's own form.
fn request_word(request: &GpuRequest) -> String {
    let mut out = Vec::new();
    match request.count {
        Some(-1) => out.push("count=all".to_owned()),
        Some(count) => out.push(format!("count={count}")),
        None => {}
    }
    if !request.device_ids.is_empty() {
        out.push(format!("device={}", request.device_ids.join(",")));
    }
    if !request.driver.is_empty() {
        out.push(format!("driver={}", request.driver));
    }
    if let Some([words @ .., _]) = request.capabilities.first().map(Vec::as_slice)
        && !words.is_empty()
    {
        out.push(format!("capabilities={}", words.join(",")));
    }
    if !request.options.is_empty() {
        let pairs: Vec<String> =
            request.options.iter().map(|(key, value)| format!("{key}={value}")).collect();
        out.push(format!("options={}", join(&pairs)));
    }
    join(&out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::testing::{reads, refuses, round_trips};
    use proptest::prelude::*;

    #[test]
    fn words_are_read_and_written() {
        reads::<Gpus>(&[
            ("all", "all"),
            ("none", "none"),
            ("auto", "auto"),
            ("count=2", "count=2"),
            ("device=0", "device=0"),
            ("\"device=0,1\"", "\"device=0,1\""),
            ("device=GPU-1a2b", "device=GPU-1a2b"),
            ("device=nvidia.com/gpu=0", "device=nvidia.com/gpu=0"),
            ("device=all", "device=all"),
            ("count=1,driver=nvidia", "count=1,driver=nvidia"),
            ("count=all,capabilities=utility", "count=all,capabilities=utility"),
            ("count=1,\"capabilities=compute,utility\"", "count=1,\"capabilities=compute,utility\""),
            ("device=0,driver=nvidia,options=a=b", "device=0,driver=nvidia,options=a=b"),
            ("count=1,capabilities=gpu", "count=1,capabilities=gpu"),
            ("count=1,\"options=\"\"a=1,2\"\",b=3\"", "count=1,\"options=\"\"a=1,2\"\",b=3\""),
            ("device=nvidia.com/gpu=0,driver=cdi", "device=nvidia.com/gpu=0,driver=cdi"),
            ("ALL", "all"),
            ("None", "none"),
            ("Auto", "auto"),
            ("2", "count=2"),
            ("+2", "count=2"),
            ("-1", "all"),
            ("count=all", "all"),
            ("count=-1", "all"),
            ("0,2", "\"device=0,2\""),
            ("device=0,1", "\"device=0,1\""),
            ("GPU-a,GPU-b", "\"device=GPU-a,GPU-b\""),
            ("\"GPU-a,GPU-b\"", "\"device=GPU-a,GPU-b\""),
            ("device=0,\"1,2\"", "\"device=0,1,2\""),
            ("MIG-1/2/3", "device=MIG-1/2/3"),
            ("0:1", "device=0:1"),
            ("nvidia.com/gpu=0", "device=nvidia.com/gpu=0"),
            ("nvidia.com/gpu=0,nvidia.com/gpu=1", "\"device=nvidia.com/gpu=0,nvidia.com/gpu=1\""),
            ("driver=", "count=1"),
            ("driver=nvidia,2", "count=2,driver=nvidia"),
            ("all,capabilities=utility", "count=all,capabilities=utility"),
            ("device=0,1,driver=x", "\"device=0,1\",driver=x"),
            ("\"options=a=b,c\"", "count=1,\"options=a=b,c=\""),
        ]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        refuses::<Gpus>(&[
            ("", "the GPUs are missing"),
            ("0", "0 may mean the first GPU or no GPU: say device=0 or none -> device=0"),
            ("count=0", "0 may mean the first GPU or no GPU: say device=0 or none -> device=0"),
            ("-2", "the count of GPUs is neither a positive number nor all"),
            ("99999999999", "the count of GPUs is neither a positive number nor all"),
            ("al", "this is neither a count nor a device -> all"),
            ("foo", "this is neither a count nor a device"),
            ("0,x", "a device is an index, a UUID such as GPU-..., or a CDI name"),
            ("1,1", "a device is said twice"),
            ("device=", "a device is empty"),
            ("\"device=0,\"", "a device is empty"),
            ("device=0,\",\"", "a device is empty"),
            ("device=0,count=1", "a count and devices exclude each other"),
            ("count=1,count=2", "count is said twice"),
            ("capabilities=compute,utility", "several capabilities stand in quotes: '\"capabilities=A,B\"'"),
            ("capabilities=", "a capability is empty"),
            ("options=", "the options are empty"),
            (
                "devices=0",
                "a GPU request knows the keys count, device, driver, capabilities and options only -> device=0",
            ),
            ("device=\"0,1\"", "a double quote stands inside a field: quote the whole field"),
            ("\"device=0,1\"x", "a closing double quote must be followed by a comma or the end"),
            ("\"device=0", "a double quote is not closed"),
        ]);
    }

    #[test]
    fn a_request_is_what_dockers_client_sends() {
        let Gpus::Request(request) = Gpus::parse("driver=nvidia,\"capabilities=compute,utility\"").unwrap()
        else {
            panic!("not a request");
        };
        assert_eq!((request.driver.as_str(), request.count), ("nvidia", Some(1)));
        assert_eq!(request.capabilities, [["compute", "utility", "gpu"]]);
        assert_eq!(Gpus::parse("device=0,1"), Ok(Gpus::Devices(vec!["0".into(), "1".into()])));
        assert_eq!((Gpus::None.power(), Gpus::Auto.power()), (None, Some(Power::Device)));
    }

    fn any_gpus() -> impl Strategy<Value = Gpus> {
        let devices =
            || prop::collection::btree_set("[0-9]{1,2}|GPU-[0-9a-f]{4}|nvidia[.]com/gpu=[0-9]", 1..4);
        let request = ("[a-z]{1,5}", prop::option::of(1..9_i64), devices(), "[a-z]{1,5}", "[ -~]{0,5}");
        prop_oneof![
            Just(Gpus::None),
            Just(Gpus::Auto),
            Just(Gpus::All),
            (1..=u32::MAX).prop_map(Gpus::Count),
            devices().prop_map(|devices| Gpus::Devices(devices.into_iter().collect())),
            request.prop_map(|(driver, count, devices, word, value)| Gpus::Request(GpuRequest {
                driver,
                count,
                device_ids: if count.is_none() { devices.into_iter().collect() } else { Vec::new() },
                capabilities: vec![vec![word.clone(), "gpu".to_owned()]],
                options: vec![(word, value)],
            })),
        ]
    }

    proptest! {
        #[test]
        fn every_value_is_read_back(gpus in any_gpus()) {
            round_trips(&gpus);
        }
    }
}
