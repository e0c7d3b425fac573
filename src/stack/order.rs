//! `Order`: what has to be done before what, and doing it: all at once that can be, and nothing more once something
//! has failed.

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

/// For each thing, those that come before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    after: Vec<Vec<usize>>,
}

impl Order {
    /// An order, of what each thing comes after.
    ///
    /// # Errors
    /// Things that come after each other in a circle: the circle, its first thing once more at its end.
    pub fn of(after: Vec<Vec<usize>>) -> Result<Self, Vec<usize>> {
        let mut is_done = vec![false; after.len()];
        for start in 0..after.len() {
            walk(start, &after, &mut Vec::new(), &mut is_done)?;
        }
        Ok(Self { after })
    }

    /// So many things, each of which can be done at any time.
    #[must_use]
    pub fn free(things: usize) -> Self {
        Self { after: vec![Vec::new(); things] }
    }

    /// The same the other way round: what comes first is last.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let mut after = vec![Vec::new(); self.after.len()];
        for (thing, before) in self.after.iter().enumerate() {
            before.iter().for_each(|earlier| after[*earlier].push(thing));
        }
        Self { after }
    }

    /// One of the sequences that hold to it.
    #[must_use]
    pub fn sequence(&self) -> Vec<usize> {
        let (mut sequence, mut is_done) = (Vec::new(), vec![false; self.after.len()]);
        while sequence.len() < self.after.len() {
            let is_next =
                |thing: &usize| !is_done[*thing] && self.is_free(*thing, |earlier| is_done[earlier]);
            // There is no circle, so there is always one.
            let Some(next) = (0..self.after.len()).find(is_next) else { break };
            is_done[next] = true;
            sequence.push(next);
        }
        sequence
    }

    /// Does everything, each thing as soon as all is done that comes before it. Once one has failed, nothing further is
    /// begun, and `halt` is called once, for what is on its way. What was never begun has no outcome.
    pub async fn done<T, E, F: Future<Output = Result<T, E>>>(
        &self,
        act: impl Fn(usize) -> F,
        mut halt: impl FnMut(),
    ) -> Vec<Option<Result<T, E>>> {
        let mut outcomes: Vec<Option<Result<T, E>>> = self.after.iter().map(|_| None).collect();
        let mut is_begun = vec![false; self.after.len()];
        let mut has_failed = false;
        let mut at_work = FuturesUnordered::new();
        loop {
            let is_done = |thing: usize| matches!(outcomes[thing], Some(Ok(_)));
            let free: Vec<usize> = (0..self.after.len())
                .filter(|thing| !has_failed && !is_begun[*thing] && self.is_free(*thing, is_done))
                .collect();
            for thing in free {
                is_begun[thing] = true;
                let work = act(thing);
                at_work.push(async move { (thing, work.await) });
            }
            let Some((thing, outcome)) = at_work.next().await else { return outcomes };
            if outcome.is_err() && !has_failed {
                has_failed = true;
                halt();
            }
            outcomes[thing] = Some(outcome);
        }
    }

    fn is_free(&self, thing: usize, is_done: impl Fn(usize) -> bool) -> bool {
        self.after[thing].iter().all(|earlier| is_done(*earlier))
    }
}

/// Walks down from a thing; the way so far tells a circle.
fn walk(
    thing: usize,
    after: &[Vec<usize>],
    way: &mut Vec<usize>,
    is_done: &mut [bool],
) -> Result<(), Vec<usize>> {
    if let Some(start) = way.iter().position(|passed| *passed == thing) {
        let mut circle = way[start..].to_vec();
        circle.push(thing);
        return Err(circle);
    }
    if is_done[thing] {
        return Ok(());
    }
    way.push(thing);
    for earlier in &after[thing] {
        walk(*earlier, after, way, is_done)?;
    }
    way.pop();
    is_done[thing] = true;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cell::RefCell;
    use std::task::Poll;

    /// Is asked so many times before it is done.
    async fn rounds(mut left: usize) {
        std::future::poll_fn(|context| {
            if left == 0 {
                return Poll::Ready(());
            }
            left -= 1;
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    /// What is done, as events: `+2` begun, `-2` ended. A thing takes a round more than its number says.
    fn events(order: &Order, failing: &[usize]) -> (Vec<String>, Vec<Option<bool>>, usize) {
        let said = RefCell::new(Vec::new());
        let halts = RefCell::new(0);
        let act = |thing: usize| {
            let said = &said;
            async move {
                said.borrow_mut().push(format!("+{thing}"));
                rounds(thing + 1).await;
                said.borrow_mut().push(format!("-{thing}"));
                if failing.contains(&thing) { Err(()) } else { Ok(()) }
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let outcomes = runtime.block_on(order.done(act, || *halts.borrow_mut() += 1));
        let outcomes = outcomes.into_iter().map(|outcome| outcome.map(|outcome| outcome.is_ok())).collect();
        (said.into_inner(), outcomes, halts.into_inner())
    }

    #[test]
    fn what_can_be_is_done_at_once_and_the_rest_after_what_it_needs() {
        // 0 and 1 by themselves, 2 after both, 3 after 1.
        let order = Order::of(vec![vec![], vec![], vec![0, 1], vec![1]]).unwrap();
        let (said, outcomes, halts) = events(&order, &[]);
        assert_eq!(said, ["+0", "+1", "-0", "-1", "+2", "+3", "-2", "-3"]);
        assert_eq!((outcomes, halts), (vec![Some(true); 4], 0));
    }

    #[test]
    fn nothing_is_begun_after_a_failure_and_what_is_on_its_way_is_told_once() {
        let order = Order::of(vec![vec![], vec![], vec![0, 1], vec![1]]).unwrap();
        let (said, outcomes, halts) = events(&order, &[0, 1]);
        assert_eq!(said, ["+0", "+1", "-0", "-1"]);
        assert_eq!((outcomes, halts), (vec![Some(false), Some(false), None, None], 1));
    }

    #[test]
    fn a_circle_is_named_from_its_first_thing_to_it() {
        for (after, want) in [
            (vec![vec![0]], vec![0, 0]),
            (vec![vec![1], vec![0]], vec![0, 1, 0]),
            (vec![vec![1], vec![2], vec![3], vec![1]], vec![1, 2, 3, 1]),
        ] {
            assert_eq!(Order::of(after.clone()), Err(want), "{after:?}");
        }
    }

    proptest! {
        #[test]
        fn a_sequence_holds_to_the_order_and_its_reverse_to_the_reversed_one(
            edges in prop::collection::vec((1usize..12, any::<prop::sample::Index>()), 0..40),
        ) {
            let mut after = vec![Vec::new(); 12];
            edges.iter().for_each(|(thing, earlier)| after[*thing].push(earlier.index(*thing)));
            let order = Order::of(after.clone()).unwrap();
            let sequence = order.sequence();
            let place = |thing: usize, within: &[usize]| within.iter().position(|one| *one == thing).unwrap();
            prop_assert_eq!(sequence.len(), 12);
            let back = order.reversed().sequence();
            for (thing, before) in after.iter().enumerate() {
                for earlier in before {
                    prop_assert!(place(*earlier, &sequence) < place(thing, &sequence));
                    prop_assert!(place(*earlier, &back) > place(thing, &back));
                }
            }
        }
    }
}
