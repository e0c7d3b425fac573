//! A stack's launch: all checked before the first container, then each service as soon as what it needs is ready; and all
//! of it taken back where one fails.

use super::followed::{Raised, followed};
use super::refused;
use super::turn::Turn;
use crate::cli::{Format, Up};
use crate::commands::launching::Launching;
use crate::commands::lowered::{Fate, Lowered, lowered};
use crate::commands::made_way::Held;
use crate::commands::report::Report;
use crate::commands::run::ends_a_launch;
use crate::commands::stacked::{of_one_that_is_there, once};
use crate::commands::{Desk, Exit, asker, signals, unwritable};
use crate::engine::{
    Asker, CalledOff, Calls, Cancel, Engine, EngineError, Identity, StackContainer, StackNetwork, called_off,
};
use crate::finding::{Code, Finding, Findings, refuses};
use crate::host::Owner;
use crate::preflight::Moment;
use crate::spec::{LaunchSpec, NetworkDeclaration, Networking};
use crate::stack::{Member, Stack};
use crate::ui::{Progress, clean, clean_json, table};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::Instant;
use tokio::sync::watch;

/// A stack on its way up.
struct Raising<'a> {
    engine: Engine,
    asker: Asker,
    owner: Owner,
    stack: &'a Stack,
    up: &'a Up,
    desk: &'a Desk<'a>,
    cancel: Cancel,
    /// The containers of the stack that were there before.
    before: Vec<StackContainer>,
    /// What was said so far: what several services have to say alike is said once.
    said: RefCell<BTreeSet<String>>,
    /// The services that are up, as they were launched, in that order.
    up_already: RefCell<Vec<LaunchSpec>>,
    /// What has made way for services of it.
    held: Held,
}

/// Why a stack is not up, and how far it came.
struct NotUp {
    phase: &'static str,
    findings: Findings,
}

impl NotUp {
    /// Before anything was made.
    fn before(findings: Findings) -> Self {
        Self { phase: "preflight", findings }
    }

    /// Says why.
    fn told(self, called_off: Option<CalledOff>, up: &Up, desk: &Desk<'_>) -> Exit {
        let Self { phase, findings } = self;
        let Some(CalledOff::Signal(signal)) = called_off else {
            return refused(phase, &once(findings), Exit::Launch, up, desk);
        };
        let message = "a signal called the launch off; nothing of it was left behind";
        let finding = Finding::warning(Code::Interrupted, message);
        let findings = if refuses(&findings) { findings } else { vec![finding] };
        refused(phase, &once(findings), Exit::Code(u8::try_from(128 + signal).unwrap_or(u8::MAX)), up, desk)
    }
}

/// Launches it. In the foreground its output is followed, and its end is the stack's.
pub(super) async fn raised(stack: Stack, up: &Up, desk: &Desk<'_>) -> Exit {
    let mut signals = match signals() {
        Ok(signals) => signals,
        Err(finding) => return refused("plan", &[finding], Exit::Launch, up, desk),
    };
    let (cancel, cancelled) = watch::channel(Calls::default());
    let whole = async {
        let one = |finding| NotUp::before(vec![finding]);
        let mut hears = cancelled.clone();
        let engine = unless_called_off(&mut hears, desk.engine(&up.launch.call));
        let engine = engine.await.map_err(NotUp::before)?.map_err(one)?;
        let turn = turn(&stack, &engine, desk, cancelled.clone()).await?;
        let raising = Raising::at(engine, &stack, up, desk, cancelled);
        let raising = unless_called_off(&mut hears, raising).await.map_err(NotUp::before)?.map_err(one)?;
        let raised = raising.whole(|| cancel.send_modify(|calls| calls.hear(CalledOff::Stack))).await?;
        Ok::<_, NotUp>((raising.engine, raised, turn))
    };
    let mut whole = std::pin::pin!(whole);
    let outcome = loop {
        tokio::select! {
            outcome = &mut whole => break outcome,
            signal = signals.next() => if ends_a_launch(signal) {
                cancel.send_modify(|calls| calls.hear(CalledOff::Signal(signal)));
            },
        }
    };
    let called_off = cancel.borrow().why;
    let (engine, raised, turn) = match outcome {
        Ok(raised) => raised,
        Err(not_up) => return not_up.told(called_off, up, desk),
    };
    if up.launch.options.detach.is_on() {
        return Exit::Fine;
    }
    if let Some(CalledOff::Signal(signal)) = called_off {
        signals.put_back(Some(signal));
    }
    drop(turn);
    followed(raised, &engine, signals, &up.launch, desk).await
}

/// This launch's turn among those of the stack, unless it is called off first.
async fn turn(stack: &Stack, engine: &Engine, desk: &Desk<'_>, mut cancel: Cancel) -> Result<Turn, NotUp> {
    let instance = &stack.instance;
    let waits = |pid| {
        desk.ui.note(&format!("waiting for another dynrun, process {pid}, which launches {instance}"));
    };
    unless_called_off(&mut cancel, Turn::of(instance, engine.endpoint(), waits)).await.map_err(NotUp::before)
}

impl<'a> Raising<'a> {
    async fn at(
        engine: Engine,
        stack: &'a Stack,
        up: &'a Up,
        desk: &'a Desk<'a>,
        cancel: Cancel,
    ) -> Result<Self, Finding> {
        let failed = |error: EngineError| error.finding("look for the stack", engine.endpoint());
        let before = engine.stack_containers(Some(&stack.instance)).await.map_err(failed)?;
        let (asker, owner) = (asker(&engine), Owner::read());
        let (said, up_already) = (RefCell::default(), RefCell::default());
        let held = Held::default();
        Ok(Self { engine, asker, owner, stack, up, desk, cancel, before, said, up_already, held })
    }

    /// All steps. `halt` calls off what is on its way once one has failed.
    async fn whole(&self, halt: impl FnMut()) -> Result<Vec<Raised>, NotUp> {
        let checked = unless_called_off(&mut self.cancel.clone(), self.checked()).await;
        checked.and_then(|checked| checked).map_err(NotUp::before)?;
        let mut networks = Vec::new();
        let outcome = match self.prepared(&mut networks).await {
            Ok(()) => self.launched(halt).await,
            Err(findings) => Err((Vec::new(), findings)),
        };
        match self.announced(outcome).await {
            Ok(raised) => {
                self.tell(&self.held.go(&self.engine).await);
                Ok(raised)
            }
            Err((started, mut findings)) => {
                findings.extend(self.taken_back(&started, &networks).await);
                Err(NotUp { phase: "launch", findings })
            }
        }
    }

    /// The same, once the caller has been told what runs in the background now. Nobody else would know of it.
    async fn announced(
        &self,
        outcome: Result<Vec<Raised>, (Vec<Raised>, Findings)>,
    ) -> Result<Vec<Raised>, (Vec<Raised>, Findings)> {
        let raised = outcome?;
        if !self.up.launch.options.detach.is_on() {
            return Ok(raised);
        }
        let (text, told) = listed(&raised, &self.engine, self.up.launch.call.format).await;
        match self.desk.ui.result(text.trim_end()) {
            Ok(()) => {
                Report::raised(told).write(&self.up.launch, self.desk);
                Ok(raised)
            }
            Err(error) => Err((raised, vec![unwritable(&error)])),
        }
    }

    /// Every launch against this machine and the engine, before anything is made. What is up already holds its own ports,
    /// and gives them up where it is replaced.
    async fn checked(&self) -> Result<(), Findings> {
        let is_there = |member: &Member| self.before.iter().any(|one| one.service == member.service());
        let names: Vec<&str> = self.before.iter().map(|one| one.name.as_str()).collect();
        let mut findings = Findings::new();
        for member in &self.stack.members {
            let spec = member.spec.clone();
            let checked = self.desk.checked(spec, &self.engine, &self.up.launch.call, Moment::Ahead).await;
            if is_there(member) {
                findings.extend(of_one_that_is_there(member, checked, &names));
                continue;
            }
            let said = checked.findings.into_iter().filter(|finding| !self.comes_before(member, finding));
            findings.extend(said.map(|finding| finding.of_service(member.service())));
        }
        if refuses(&findings) { Err(findings) } else { Ok(()) }
    }

    /// Whether a service's network is that of another one which it needs: its container is there by the time.
    fn comes_before(&self, member: &Member, finding: &Finding) -> bool {
        let Networking::Container { target } = &member.spec.networking else { return false };
        let is_it = |other: &Member| {
            let is_needed = member.needs.iter().any(|need| need.value == other.service());
            is_needed && other.spec.options.name.get().is_some_and(|name| name.0 == *target)
        };
        finding.code == Code::NetworkTarget && self.stack.members.iter().any(is_it)
    }

    /// The images, one after the other, and the networks of the stack's own.
    async fn prepared(&self, networks: &mut Vec<StackNetwork>) -> Result<(), Findings> {
        let one = |finding: Finding| vec![finding];
        for member in &self.stack.members {
            let spec = &member.spec;
            let progress = Progress::new(self.desk.ui, spec.options.quiet.is_on());
            let observer =
                |step: crate::engine::Step<'_>| progress.tell(step, |text| spec.without_secret_values(text));
            let image = self.engine.ensure_image(spec, &observer);
            let image = unless_called_off(&mut self.cancel.clone(), image).await?;
            image.map_err(|finding| one(finding.of_service(member.service())))?;
        }
        for member in &self.stack.members {
            for (name, declared) in &member.spec.create_networks {
                networks.extend(self.network_made(name, declared).await?);
            }
        }
        Ok(())
    }

    /// Makes a network of the stack's own, unless there is one of its name. Called off, what the engine has made of it goes.
    async fn network_made(
        &self,
        name: &str,
        declared: &NetworkDeclaration,
    ) -> Result<Option<StackNetwork>, Findings> {
        let failed = |error: EngineError| {
            vec![error.finding(&format!("create the network {name}"), self.engine.endpoint())]
        };
        let mut cancel = self.cancel.clone();
        if unless_called_off(&mut cancel, self.engine.network(name)).await?.map_err(failed)?.is_some() {
            return Ok(None);
        }
        let identity = self.identity(self.stack.members.len());
        let mut making = self.engine.make_stack_network(name, declared, (&identity, &self.stack.instance));
        let Ok(made) = unless_called_off(&mut cancel, &mut making).await else {
            let made = self.engine.made_so_far(name, &identity, making).await;
            let left = made.map_err(|finding| vec![finding])?.into_iter().collect::<Vec<_>>();
            return Err(Lowered::default().with_networks(&self.engine, &left).await.findings);
        };
        let made = made.unwrap_or(Ok(false)).map_err(failed)?;
        Ok(made.then(|| StackNetwork { id: name.to_owned(), name: name.to_owned() }))
    }

    /// Each service, as soon as what it needs is ready.
    async fn launched(&self, halt: impl FnMut()) -> Result<Vec<Raised>, (Vec<Raised>, Findings)> {
        let mut outcomes = self.stack.order.done(|index| self.member(index), halt).await;
        let (mut raised, mut findings, mut has_failed) = (Vec::new(), Findings::new(), false);
        for index in self.stack.order.sequence() {
            let member = &self.stack.members[index];
            match outcomes[index].take() {
                Some(Ok(one)) => raised.push(one),
                Some(Err(failed)) => {
                    has_failed = true;
                    findings.extend(failed.into_iter().map(|one| one.of_service(member.service())));
                }
                None => has_failed = true,
            }
        }
        if has_failed {
            return Err((raised, findings));
        }
        Ok(raised)
    }

    /// One service, through the launch that a single one goes through.
    async fn member(&self, index: usize) -> Result<Raised, Findings> {
        let member = &self.stack.members[index];
        let service = member.service();
        let begun = Instant::now();
        let identity = self.identity(index);
        let launching = Launching {
            engine: &self.engine,
            identity: &identity,
            asker: &self.asker,
            others: &[],
            said: &self.up.launch,
            desk: self.desk,
            cancel: &self.cancel,
            progress: &Progress::new(self.desk.ui, true).without_steps(),
            tell: &|findings| self.tell(findings),
            announce: &|_| Ok(()),
            held: Some(&self.held),
        };
        // Where a port of theirs has moved, it is told where that is now.
        let spec = member.spec.following(&self.up_already.borrow())?;
        let launched = launching.whole(spec).await;
        let (spec, launched) = launched.map_err(|failed| failed.into_findings())?;
        self.up_already.borrow_mut().push(spec.clone());
        let was_there = self.before.iter().find(|one| one.id == launched.id);
        if launched.is_new || was_there.is_some_and(|one| !one.is_running) {
            let what = if spec.lifecycle.readiness().is_some() { "ready" } else { "started" };
            let seconds = begun.elapsed().as_secs_f64();
            self.desk.ui.note(&format!("{service}: {what} after {seconds:.1} s"));
        }
        let name = spec.options.name.get().map(|name| name.0.clone()).unwrap_or_default();
        Ok(Raised {
            container: StackContainer {
                id: launched.id,
                name,
                stack: self.stack.instance.clone(),
                service: service.to_owned(),
                needs: member.needs.iter().map(|need| need.value.clone()).collect(),
                is_running: true,
            },
            is_new: launched.is_new,
        })
    }

    /// Which launch of the stack's it is: what one of them takes back is not another one's.
    fn identity(&self, index: usize) -> Identity {
        let nonce = format!("{index:02x}{}", self.desk.host.nonce);
        Identity { nonce, owner: self.owner.clone() }
    }

    /// Says what was not said yet.
    fn tell(&self, findings: &[Finding]) {
        for finding in findings {
            if self.said.borrow_mut().insert(format!("{} {}", finding.code, finding.message)) {
                self.desk.ui.findings(std::slice::from_ref(finding));
            }
        }
    }

    /// Takes down what this launch has started. A container that was there before is there again as it was: what was
    /// stopped is stopped, and what made way is back.
    async fn taken_back(&self, started: &[Raised], networks: &[StackNetwork]) -> Findings {
        let was_stopped = |id: &str| self.before.iter().any(|one| one.id == id && !one.is_running);
        let (new, reused): (Vec<&Raised>, Vec<&Raised>) = started.iter().partition(|one| one.is_new);
        let new: Vec<StackContainer> = new.into_iter().map(|one| one.container.clone()).collect();
        let lowered = lowered(&self.engine, &new, Fate::Removed, None).await;
        let down = new.iter().filter(|one| lowered.down.contains(&one.name));
        let down: Vec<&str> = down.map(|one| one.service.as_str()).collect();
        if !down.is_empty() {
            self.desk.ui.note(&format!("taken down again: {}", down.join(", ")));
        }
        let left = lowered.with_networks(&self.engine, networks).await.findings.into_iter();
        let mut findings: Findings =
            left.map(|finding| Finding { code: Code::CleanupFailed, ..finding }).collect();
        for Raised { container: one, .. } in reused.into_iter().filter(|one| was_stopped(&one.container.id)) {
            if let Err(error) = self.engine.stop(&one.id, None).await {
                findings.push(error.finding(&format!("stop {}", one.name), self.engine.endpoint()));
            }
        }
        findings.extend(self.held.are_back(&self.engine, &self.asker, self.desk).await);
        findings
    }
}

/// What a step comes to that leaves nothing behind, unless the launch is called off first.
async fn unless_called_off<T>(cancel: &mut Cancel, step: impl Future<Output = T>) -> Result<T, Findings> {
    tokio::select! {
        done = step => Ok(done),
        _ = called_off(cancel) => Err(Findings::new()),
    }
}

/// What runs in the background now, for the caller, and for a report.
async fn listed(raised: &[Raised], engine: &Engine, format: Format) -> (String, Vec<Value>) {
    let mut rows = Vec::new();
    for one in raised {
        let ports = match engine.container(&one.container.id).await {
            Ok(Some(state)) => state.published(),
            Ok(None) | Err(_) => Vec::new(),
        };
        rows.push((one, ports));
    }
    let told: Vec<Value> = rows.iter().map(|(one, ports)| one.told(ports)).collect();
    let text = match format {
        Format::Json => clean_json(&told),
        Format::Text => {
            let titles = ["SERVICE", "NAME", "PORTS"].map(str::to_owned);
            let cells = rows.iter().map(|(Raised { container: one, .. }, ports)| {
                [clean(&one.service), clean(&one.name), clean(&ports.join(", "))]
            });
            table(&std::iter::once(titles).chain(cells).collect::<Vec<_>>())
        }
    };
    (text, told)
}
