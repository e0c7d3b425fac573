//! Several services into an ordered, ready, reversible launch: who waits for whom, and what cannot stand together.
//! Launches nothing by itself: each service goes through the launch that a single one goes through.

mod clash;
mod order;
mod same;

pub use order::Order;

use crate::finding::{Code, Finding, Findings, refuses};
use crate::spec::{LaunchSpec, Same, Setting};

/// A service of a stack, decided.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its launch.
    pub spec: LaunchSpec,
    /// The services that it needs, of the stack or not.
    pub needs: Vec<Setting<String>>,
}

impl Member {
    /// The service's name.
    #[must_use]
    pub fn service(&self) -> &str {
        self.spec.service.as_deref().unwrap_or_default()
    }
}

/// A stack, decided.
#[derive(Debug)]
pub struct Stack {
    /// What its containers are called after.
    pub instance: String,
    /// Its services.
    pub members: Vec<Member>,
    /// Who waits for whom.
    pub order: Order,
}

impl Stack {
    /// Decides a stack. Findings that do not refuse it come with it.
    ///
    /// # Errors
    /// Services that need each other in a circle, that differ in what has to be the same, or that want the same port.
    pub fn of(
        instance: String,
        members: Vec<Member>,
        same: &[Setting<Same>],
    ) -> Result<(Self, Findings), Findings> {
        let mut findings = same::differences(&members, same);
        findings.extend(clash::ports(&members));
        let order = match order(&members) {
            Ok(order) => Some(order),
            Err(circle) => {
                findings.push(circle);
                None
            }
        };
        match order {
            Some(order) if !refuses(&findings) => Ok((Self { instance, members, order }, findings)),
            _ => Err(findings),
        }
    }
}

/// Who waits for whom, by what each needs of the others.
fn order(members: &[Member]) -> Result<Order, Finding> {
    let at = |name: &str| members.iter().position(|member| member.service() == name);
    let after = members
        .iter()
        .map(|member| member.needs.iter().filter_map(|need| at(&need.value)).collect())
        .collect();
    Order::of(after).map_err(|circle| {
        let names: Vec<&str> = circle.iter().map(|index| members[*index].service()).collect();
        let message = format!("services need each other in a circle: {}", names.join(" -> "));
        let links = circle.windows(2).filter_map(|pair| {
            let next = members[pair[1]].service();
            members[pair[0]].needs.iter().find(|need| need.value == next)
        });
        links.fold(Finding::error(Code::NeedsCycle, message), |finding, need| {
            finding.asked(format!("needs = [\"{}\"]", need.value), &need.origin)
        })
    })
}
