//! The watch of a running desk: a loop that hangs, and a clock that jumps.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

use chrono::TimeDelta;
use mesad::cli::workplace::Workplace;
use mesad::daemon::{self, Hooks};
use mesad::delivery::{Delivery, Envelope, Sent, SimulatedDelivery};
use mesad::desk::World;
use mesad::desk::clock::Clock;

use crate::running::until;
use crate::stage::{OPERATORS, Stage, TOMAS, memorandum};

/// A desk looks each five seconds, and takes a loop for stuck after 120 looks.
const ROUND: Duration = Duration::from_millis(50);

/// A way out that takes each mail, or holds it for as long as it is told.
#[derive(Debug)]
struct Holds(Arc<AtomicBool>);

impl SimulatedDelivery for Holds {
    fn send(&mut self, _: &Envelope<'_>, _: &[u8]) -> Sent {
        while self.0.load(Ordering::SeqCst) {
            sleep(Duration::from_millis(10));
        }
        Sent::Sent {
            reply: "250".to_owned(),
        }
    }

    fn is_reached(&self) -> bool {
        true
    }
}

/// A desk whose three loops turn; it is stopped in any case.
struct Runs {
    /// What is left of the stage: its folder, and the world to ask.
    folder: tempfile::TempDir,
    world: World,
    /// What was said of it each time that it was said to be alive.
    alive: Arc<Mutex<Vec<String>>>,
    stop: Arc<AtomicBool>,
    loops: Option<JoinHandle<Result<(), daemon::LoopEnded>>>,
}

impl Runs {
    fn begin(stage: Stage) -> Self {
        let (folder, work) = (stage.folder, stage.work);
        let Workplace { world, ends, .. } = work;
        let (alive, stop) = (Arc::<Mutex<Vec<String>>>::default(), Arc::default());
        let loops = {
            let (world, alive, stop) = (world.clone(), Arc::clone(&alive), Arc::clone(&stop));
            spawn(move || {
                let said = |state: &str| alive.lock().unwrap().push(state.to_owned());
                let hooks = Hooks {
                    round: ROUND,
                    ..Hooks::alive(&said)
                };
                daemon::run_with(ends, world, stop, &hooks)
            })
        };
        Self {
            folder,
            world,
            alive,
            stop,
            loops: Some(loops),
        }
    }

    fn clock(&self) -> &Clock {
        &self.world.clock
    }

    /// How often it was said to be alive, and with which words last.
    fn alive(&self) -> (usize, String) {
        let said = self.alive.lock().unwrap();
        (said.len(), said.last().cloned().unwrap_or_default())
    }

    fn column(&self, sql: &str) -> Vec<String> {
        let path = self.folder.path().join("state/mesad.sqlite");
        let connection = rusqlite::Connection::open(path).unwrap();
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    fn stops(mut self) {
        self.stop.store(true, Ordering::SeqCst);
        self.loops.take().unwrap().join().unwrap().unwrap();
    }
}

impl Drop for Runs {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
    }
}

const ALARMS: &str = "SELECT kind || ': ' || details FROM alarms WHERE ended_at IS NULL";
const OVER: &str = "SELECT kind FROM alarms WHERE ended_at IS NOT NULL";

/// systemd starts a desk anew that says no more that it lives; before that, the hanging loop is told.
#[test]
fn a_loop_that_hangs_stops_the_sign_of_life_and_is_named() {
    let held = Arc::new(AtomicBool::new(false));
    let mut stage = Stage::begin();
    stage.work.ends.delivery = Delivery::Simulated(Box::new(Holds(Arc::clone(&held))));
    let maildir = stage.maildir();
    let desk = Runs::begin(stage);
    // Ten minutes' worth of looks and more, with nothing to do: it lives.
    until("signs of life", || desk.alive().0 > 250);
    assert!(desk.alive().1.starts_with("healthy"), "{}", desk.alive().1);
    held.store(true, Ordering::SeqCst);
    let mail = format!(
        "Message-ID: <h@maule.example>\r\nFrom: <{TOMAS}>\r\nTo: <mesa@sigec.example>\r\n\
         Subject: Solicitud\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}",
        memorandum("Informe N° 1").replace('\n', "\r\n")
    );
    mesad::mailbox::maildir::deliver(&maildir, "h1", desk.clock().now(), mail.as_bytes()).unwrap();
    until("the alarm", || desk.column(ALARMS) == ["stuck: deliver"]);
    let alive = desk.alive().0;
    sleep(20 * ROUND);
    assert_eq!(desk.alive().0, alive, "it says that it lives");
    // The others go on, and it is over when the mail is through.
    held.store(false, Ordering::SeqCst);
    until("signs of life", || desk.alive().0 > alive + 20);
    let told = "SELECT address FROM notices WHERE message = 'alarm' AND state = 'sent'
                ORDER BY address";
    until("the word about it", || desk.column(told) == OPERATORS);
    desk.clock()
        .set(desk.clock().now() + TimeDelta::minutes(11));
    until("the end", || {
        desk.column(OVER).contains(&"stuck".to_owned())
    });
    desk.stops();
}

/// The loops' own look at the clock, which nothing but a running desk takes.
#[test]
fn a_clock_that_jumps_under_a_running_desk_is_told_once_and_its_return_once() {
    let desk = Runs::begin(Stage::begin());
    until("signs of life", || desk.alive().0 > 5);
    // Time passes, however fast: no jump.
    desk.clock()
        .set(desk.clock().now() + TimeDelta::minutes(25));
    sleep(10 * ROUND);
    assert_eq!(desk.column(ALARMS), [] as [String; 0]);
    desk.clock().jump(TimeDelta::minutes(-90));
    let back = "clock: 90 minutos hacia atrás";
    until("the alarm", || {
        desk.column(ALARMS).contains(&back.to_owned())
    });
    let alive = desk.alive().0;
    until("signs of life", || desk.alive().0 > alive + 5);
    assert!(desk.alive().1.contains("clock"), "{}", desk.alive().1);
    // Nothing rests on such a clock.
    let doubted = "SELECT name FROM marks WHERE name = 'clock-doubted'";
    assert_eq!(desk.column(doubted).len(), 1);
    desk.clock().jump(TimeDelta::minutes(90));
    until("the end", || desk.column(OVER) == ["clock"]);
    let told = "SELECT subject FROM notices WHERE message = 'alarm' AND state = 'sent'";
    until("the words", || {
        desk.column(told).len() == 2 * OPERATORS.len()
    });
    desk.stops();
}
