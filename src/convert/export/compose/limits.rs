//! The limits of a service, its GPUs and its health check.

use super::{Service, text, texts};
use crate::convert::export::yaml::Yaml;
use crate::options::Row;
use crate::values::{Gpus, HealthCommand};

impl Service<'_> {
    pub(super) fn limits(&mut self) {
        let options = &self.spec.options;
        let mut limits: Vec<(String, Yaml)> = Vec::new();
        for limit in options.ulimit.values() {
            limits.retain(|(name, _)| *name != limit.name);
            let both = [("soft", Some(Yaml::number(limit.soft))), ("hard", Some(Yaml::number(limit.hard)))];
            limits.push((limit.name.clone(), Yaml::map(both)));
        }
        self.say("ulimits", Some(Yaml::Map(limits)));
        let rates = |words: Vec<(String, String)>, key: &str| {
            let one = |(path, rate): (String, String)| {
                let rate = if key == "rate" { text(rate) } else { Yaml::Plain(rate) };
                Yaml::map([("path", Some(text(path))), (key, Some(rate))])
            };
            Yaml::List(words.into_iter().map(one).collect()).unless_empty()
        };
        let cut = |words: Vec<String>| {
            words
                .into_iter()
                .filter_map(|word| {
                    word.rsplit_once(':').map(|(path, rate)| (path.to_owned(), rate.to_owned()))
                })
                .collect::<Vec<_>>()
        };
        let of = |name: &str| cut(Row::find(name).map(|row| (row.slots.words)(options)).unwrap_or_default());
        let blkio = Yaml::map([
            ("weight", options.blkio_weight.get().map(|weight| Yaml::number(weight.0))),
            ("weight_device", rates(of("blkio-weight-device"), "weight")),
            ("device_read_bps", rates(of("device-read-bps"), "rate")),
            ("device_write_bps", rates(of("device-write-bps"), "rate")),
            ("device_read_iops", rates(of("device-read-iops"), "rate")),
            ("device_write_iops", rates(of("device-write-iops"), "rate")),
        ]);
        self.say("blkio_config", Some(blkio));
        let gpus = options.gpus.get().and_then(gpus);
        self.say("deploy", gpus);
    }

    pub(super) fn health(&mut self) {
        let options = &self.spec.options;
        if options.no_healthcheck.is_on() {
            return self.say("healthcheck", Some(Yaml::map([("disable", Some(Yaml::switch(true)))])));
        }
        let command = options.health_cmd.get().map(|command| command.without_secrets(&self.spec.secrets));
        let test = command.and_then(|command| match &command {
            HealthCommand::Shell(line) if line.is_empty() => None,
            HealthCommand::Shell(line) => Some(texts(["CMD-SHELL", line])),
            HealthCommand::Program(words) => {
                Some(texts(std::iter::once("CMD").chain(words.iter().map(String::as_str))))
            }
            HealthCommand::None => Some(texts(["NONE"])),
        });
        let time = |name: &str| {
            let words = Row::find(name).map(|row| (row.slots.words)(options)).unwrap_or_default();
            words.last().filter(|word| !word.starts_with('0')).map(text)
        };
        let check = Yaml::map([
            ("test", test),
            ("interval", time("health-interval")),
            ("timeout", time("health-timeout")),
            (
                "retries",
                options
                    .health_retries
                    .get()
                    .filter(|retries| retries.0 > 0)
                    .map(|retries| Yaml::number(retries.0)),
            ),
            ("start_period", time("health-start-period")),
        ]);
        self.say("healthcheck", Some(check));
    }
}

/// A request for GPUs.
fn gpus(gpus: &Gpus) -> Option<Yaml> {
    let request = |count: Option<Yaml>, ids: &[String], driver: &str, capabilities: &[String]| {
        let further: Vec<&str> =
            capabilities.iter().map(String::as_str).filter(|word| *word != "gpu").collect();
        Yaml::map([
            ("driver", Some(driver).filter(|driver| !driver.is_empty()).map(text)),
            ("count", count),
            ("device_ids", texts(ids).unless_empty()),
            ("capabilities", Some(texts(std::iter::once("gpu").chain(further)))),
        ])
    };
    let count = |count: i64| if count < 0 { text("all") } else { Yaml::number(count) };
    let request = match gpus {
        Gpus::None | Gpus::Auto => return None,
        Gpus::All => request(Some(text("all")), &[], "", &[]),
        Gpus::Count(number) => request(Some(Yaml::number(*number)), &[], "", &[]),
        Gpus::Devices(ids) if ids.iter().any(|id| Gpus::is_cdi(id)) => request(None, ids, "cdi", &[]),
        Gpus::Devices(ids) => request(None, ids, "", &[]),
        Gpus::Request(it) => {
            let capabilities = it.capabilities.first().map(Vec::as_slice).unwrap_or_default();
            let mut whole = request(it.count.map(count), &it.device_ids, &it.driver, capabilities);
            let options = it.options.iter().map(|(key, value)| (key.clone(), text(value)));
            if let (Yaml::Map(members), Some(options)) =
                (&mut whole, Yaml::Map(options.collect()).unless_empty())
            {
                members.push(("options".to_owned(), options));
            }
            whole
        }
    };
    let devices = Yaml::map([("devices", Some(Yaml::List(vec![request])))]);
    let reservations = Yaml::map([("reservations", Some(devices))]);
    Some(Yaml::map([("resources", Some(reservations))]))
}
