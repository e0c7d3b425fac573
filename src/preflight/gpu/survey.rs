//! `Survey`: the GPUs of the engine's machine, who holds them and how a container gets them, for whoever wants the whole
//! picture. Asks for no launch and judges none.

use super::holder::{Holder, Place, holders};
use super::listing::{Gpu, MigDevice};
use super::smi::{DEADLINE, Silence, look};
use super::world::{Answer, Route, Way, World};
use super::{machine, world};
use crate::engine::{Engine, EngineError, RunningContainer};
use crate::finding::{Code, Finding, Findings};
use crate::host::Host;
use crate::sockets::{Proof, is_same_machine};
use crate::spec::{DriverCuda, Lack, NVIDIA, gpu_facts};
use crate::values::Version;

/// What there is of GPUs.
#[derive(Debug)]
pub struct Survey {
    /// Why this machine's files say nothing of the engine's GPUs. None where it is the engine's machine.
    pub elsewhere: Option<String>,
    /// The GPUs.
    pub gpus: Vec<Gpu>,
    /// The parts of those in MIG mode; none where nobody tells of them.
    pub migs: Option<Vec<MigDevice>>,
    /// Who holds their memory.
    pub holders: Vec<Holder>,
    /// Why nothing is told of their memory.
    pub silence: Option<Silence>,
    /// The driver's version.
    pub driver: Option<String>,
    /// The CUDA that it has.
    pub cuda: Option<DriverCuda>,
    /// NVIDIA's programs that are installed.
    pub programs: Vec<&'static str>,
    /// How the engine would bring GPUs into a container: `runtime nvidia`, the hook's name, `CDI by FILE`.
    pub way: Option<String>,
    /// What is missing for that, the first of all.
    pub lack: Option<Lack>,
    /// What there is and what is not, a line for each.
    pub inventory: Vec<String>,
}

impl Survey {
    /// What is wrong: something missing between a GPU and a container, memory that processes of no container hold.
    #[must_use]
    pub fn findings(&self) -> Findings {
        let missing = self.lack.filter(|lack| *lack != Lack::Device).map(|lack| {
            let finding = Finding::warning(lack.code(), "a container cannot have this machine's GPUs");
            let finding = self.inventory.iter().cloned().fold(finding, Finding::noted);
            finding.helped(lack.help().iter().copied())
        });
        let outside = self.holders.iter().filter(|holder| matches!(holder.place, Place::Outside { .. }));
        let orphans = outside.map(|holder| {
            let message = format!("{} holds {}, and is in no container", holder.words(), holder.holds());
            Finding::warning(Code::GpuOrphan, message)
                .help(format!("see whose it is: ps -o pid,ppid,user,lstart,cmd -p {}", holder.pid))
                .help(format!("where nobody needs it, end it: kill {}", holder.pid))
        });
        missing.into_iter().chain(orphans).collect()
    }
}

/// Looks at everything.
///
/// # Errors
/// The engine does not tell what it has.
pub async fn survey(engine: &Engine, host: &Host) -> Result<Survey, EngineError> {
    let world = world(engine.info().await?, engine, host);
    let elsewhere = match is_same_machine(engine.peer_pid()) {
        Proof::Same => None,
        Proof::Other(why) | Proof::CannotTell(why) => Some(why),
    };
    let containers = match &world.machine {
        Some(_) => engine.running_containers().await.unwrap_or_default(),
        None => Vec::new(),
    };
    Ok(survey_of(&world, elsewhere, host, &containers).await)
}

/// The same of a machine and an engine of which it is known what they have. For a machine alone, the engine is an empty
/// one.
pub async fn survey_of(
    world: &World,
    elsewhere: Option<String>,
    host: &Host,
    containers: &[RunningContainer],
) -> Survey {
    let mut survey = of_world(world, elsewhere);
    let Some(machine) = world.machine.as_ref().filter(|machine| machine.driver.is_some()) else {
        return survey;
    };
    let view = look(host, machine, DEADLINE).await;
    survey.holders = holders(&view.listing, &host.root, containers);
    let told = view.listing.gpus.iter().find_map(|gpu| gpu.driver.clone());
    survey.driver = survey.driver.or(told);
    survey.cuda =
        survey.driver.as_deref().and_then(Version::parse).map(|driver| gpu_facts().cuda_of(&driver));
    (survey.gpus, survey.migs, survey.silence) = (view.listing.gpus, view.listing.migs, view.silence);
    survey
}

/// What is known without a look at the GPUs themselves.
fn of_world(world: &World, elsewhere: Option<String>) -> Survey {
    let (way, lack) = match world.answer(Route::Driver) {
        Answer::Has(Way::Runtime) => (Some(format!("runtime {NVIDIA}")), None),
        Answer::Has(Way::Hook) => (Some(machine::HOOK.to_owned()), None),
        Answer::Has(Way::Cdi(by)) => (Some(by), None),
        Answer::Lacks(lack) => (None, Some(lack)),
        Answer::CannotTell => (None, None),
    };
    let machine = world.machine.as_ref();
    Survey {
        elsewhere,
        gpus: Vec::new(),
        migs: None,
        holders: Vec::new(),
        silence: None,
        driver: machine.and_then(|machine| machine.driver.as_ref()?.version.clone()),
        cuda: None,
        programs: machine.map(|machine| machine.programs.clone()).unwrap_or_default(),
        way,
        lack,
        inventory: world.inventory(),
    }
}
