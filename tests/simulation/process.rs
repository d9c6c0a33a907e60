//! The desk's process: the turns of its three loops, in an order that chance gives, until nothing is
//! left to do or it dies.

use chrono::{DateTime, TimeDelta, Utc};
use mesad::daemon::CatchingUp;
use mesad::delivery::Delivery;
use mesad::desk::decide::Decided;
use mesad::desk::deliver::Delivered;
use mesad::desk::{
    DeskError, World, absence, anchor, decide, deliver, digest, file, operate, purge, receive,
    reconcile, wake,
};
use mesad::mailbox::Mailbox;

use crate::chance::Chance;
use crate::host::{Shared, TheWayOut};
use crate::mailbox::TheMailbox;

/// The longest wait of a loop after a failed turn, in seconds.
const LONGEST_WAIT: i64 = 300;
/// Turns in a row after which the desk is taken to go round for ever.
const RESTLESS: u32 = 60_000;

/// A loop: when it may turn again after a failure, and its next wait.
#[derive(Clone, Copy, Debug)]
struct Loop {
    wait: i64,
    until: Option<DateTime<Utc>>,
}

const RESTED: Loop = Loop {
    wait: 1,
    until: None,
};

/// What a turn came to.
enum Turned {
    Something,
    Nothing,
    Failed,
}

/// A running desk.
pub struct Process {
    pub world: World,
    host: Shared,
    mailbox: Mailbox,
    delivery: Delivery,
    catching_up: CatchingUp,
    loops: [Loop; 3],
    /// What failed, other than by a fault of the host: nothing may.
    pub faults: Vec<String>,
}

impl Process {
    pub fn start(world: World, host: Shared) -> Self {
        let now = world.clock.now();
        let process = Self {
            mailbox: Mailbox::Simulated(Box::new(TheMailbox(host.clone()))),
            delivery: Delivery::Simulated(Box::new(TheWayOut(host.clone()))),
            catching_up: CatchingUp::begin(now),
            loops: [RESTED; 3],
            faults: vec![],
            world,
            host,
        };
        // What could not be resumed waits for its next try.
        let _ = deliver::resume(&process.world);
        process
    }

    /// When a loop that failed turns again.
    pub fn again(&self) -> Option<DateTime<Utc>> {
        self.loops.iter().filter_map(|l| l.until).min()
    }

    /// Turns until nothing is left to do, or it dies.
    pub fn works(&mut self, chance: &mut Chance) {
        let now = self.host.lock().now;
        let mut resting = [false; 3];
        for (one, rests) in self.loops.iter_mut().zip(&mut resting) {
            *rests = one.until.is_some_and(|until| until > now);
            if !*rests {
                one.until = None;
            }
        }
        for _ in 0..RESTLESS {
            let awake: Vec<usize> = (0..3).filter(|index| !resting[*index]).collect();
            if awake.is_empty() || !self.host.lock().alive {
                return;
            }
            let index = *chance.pick(&awake);
            let turned = match index {
                0 => self.fetches(chance),
                1 => self.decides(),
                _ => self.sends(),
            };
            let turned = turned.unwrap_or_else(|error| {
                self.note(&error);
                Turned::Failed
            });
            let one = &mut self.loops[index];
            match turned {
                Turned::Something => {
                    one.wait = 1;
                    // Whatever it did may be work for the others.
                    for (one, rests) in self.loops.iter().zip(&mut resting) {
                        *rests = one.until.is_some();
                    }
                }
                Turned::Nothing => {
                    one.wait = 1;
                    resting[index] = true;
                }
                Turned::Failed => {
                    resting[index] = true;
                    let jitter = chance.between(0, 500) * one.wait;
                    let wait = TimeDelta::milliseconds(one.wait * 1_000 + jitter);
                    one.until = Some(self.host.lock().now + wait);
                    one.wait = (one.wait * 2).min(LONGEST_WAIT);
                }
            }
        }
        self.faults
            .push("the desk does not come to rest".to_owned());
    }

    /// What lies in the mailbox and is not accounted for.
    pub fn gaps(&mut self) -> Vec<String> {
        let now = self.world.clock.now();
        let compared = reconcile::compare(&mut self.mailbox, &self.world.store, now);
        match compared {
            Ok(report) => report.gaps.iter().map(|gap| format!("{gap:?}")).collect(),
            Err(error) => vec![error.to_string()],
        }
    }

    /// A fault of the host passes; any other is the desk's.
    fn note(&mut self, error: &DeskError) {
        if !error.is_passing() {
            self.faults.push(error.to_string());
        }
    }

    fn fetches(&mut self, chance: &mut Chance) -> Result<Turned, DeskError> {
        let arrived = receive::look(&mut self.mailbox, &self.world)?;
        if arrived.is_empty() {
            self.catching_up.looked();
        }
        // Not all at once: the other loops turn meanwhile.
        let some = chance.below(4) + 1;
        for mail in arrived.iter().take(some) {
            receive::take(&mut self.mailbox, &self.world, mail)?;
            self.catching_up.arrived(self.world.clock.now());
        }
        let filed = file::turn(&mut self.mailbox, &self.world)?;
        if filed.error.is_some() {
            return Ok(Turned::Failed);
        }
        reconcile::turn(&mut self.mailbox, &self.world)?;
        Ok(turned(!arrived.is_empty() || filed.filed > 0))
    }

    fn decides(&mut self) -> Result<Turned, DeskError> {
        let world = &self.world;
        let looked = self.catching_up.has_looked();
        let decided = decide::turn(world);
        let operated = operate::turn(world).and_then(|done| Ok(absence::turn(world)? || done));
        let rests = matches!(decided, Ok(Decided::Nothing));
        let over = self.catching_up.is_over(looked && rests, world.clock.now());
        let woken = if over { wake::turn(world) } else { Ok(false) };
        let told = digest::turn(world);
        let purged = purge::turn(world);
        let anchored = anchor::turn(world);
        let decided = decided?;
        let more = woken? | operated?;
        told?;
        anchored?;
        purged?;
        if matches!(decided, Decided::Failed { .. }) {
            self.faults
                .push(format!("a mail could not be handled: {decided:?}"));
            return Ok(Turned::Failed);
        }
        Ok(turned(more || matches!(decided, Decided::Mail { .. })))
    }

    fn sends(&mut self) -> Result<Turned, DeskError> {
        Ok(match deliver::turn(&mut self.delivery, &self.world)? {
            Delivered::Notice => Turned::Something,
            Delivered::Unreached => Turned::Failed,
            Delivered::Nothing { .. } => Turned::Nothing,
        })
    }
}

fn turned(busy: bool) -> Turned {
    if busy {
        Turned::Something
    } else {
        Turned::Nothing
    }
}
