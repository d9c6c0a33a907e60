//! Waiting for news (RFC 2177), so that neither a NO, nor signs of life, nor silence prolong it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_imap::imap_proto::{MailboxDatum, Response, Status};

use super::session::{Fault, Session, broken};

/// How often a wait looks whether it should stop.
const TICK: Duration = Duration::from_millis(250);

impl Session {
    /// Waits for news by IDLE (RFC 2177), at most so long. False: the server refuses IDLE.
    pub(super) async fn idle(
        &mut self,
        at_most: Duration,
        stop: &AtomicBool,
    ) -> Result<bool, Fault> {
        if self.news {
            return Ok(true);
        }
        let patience = self.patience;
        let begun = tokio::time::timeout(patience, self.begin_idle()).await;
        let Some(tag) = begun.map_err(|_| broken("no answer to IDLE"))?? else {
            return Ok(false);
        };
        self.listen(at_most, stop).await?;
        let end = async {
            self.client
                .run_command_untagged("DONE")
                .await
                .map_err(broken)?;
            self.finish(&tag, |_| ()).await
        };
        match tokio::time::timeout(patience, end).await {
            Ok(Ok(()) | Err(Fault::No { .. })) => Ok(true),
            Ok(Err(fault)) => Err(fault),
            Err(_) => Err(broken("no answer to the end of IDLE")),
        }
    }

    async fn begin_idle(&mut self) -> Result<Option<String>, Fault> {
        let id = self.client.run_command("IDLE").await.map_err(broken)?;
        loop {
            let Some(data) = self.client.read_response().await.map_err(broken)? else {
                return Err(broken("the server closed the connection"));
            };
            match data.parsed() {
                Response::Continue(_) => return Ok(Some(id.0)),
                Response::Done { tag, .. } if *tag == id => return Ok(None),
                Response::MailboxData(MailboxDatum::Exists(_)) => self.news = true,
                _ => {}
            }
        }
    }

    /// Reads until there is news, or the time is up: "still here" lines do not put it off.
    async fn listen(&mut self, at_most: Duration, stop: &AtomicBool) -> Result<(), Fault> {
        let end = tokio::time::sleep(at_most);
        tokio::pin!(end);
        while !self.news && !stop.load(Ordering::Relaxed) {
            tokio::select! {
                response = self.client.read_response() => {
                    let Some(data) = response.map_err(broken)? else {
                        return Err(broken("the server closed the connection"));
                    };
                    match data.parsed() {
                        Response::MailboxData(MailboxDatum::Exists(_)) => self.news = true,
                        Response::Data { status: Status::Bye, .. } => {
                            return Err(broken("the server says goodbye"));
                        }
                        _ => {}
                    }
                }
                () = &mut end => break,
                () = tokio::time::sleep(TICK) => {}
            }
        }
        Ok(())
    }
}

/// Sleeps, but not when it should stop.
pub(super) async fn pause(at_most: Duration, stop: &AtomicBool) {
    let end = tokio::time::sleep(at_most);
    tokio::pin!(end);
    while !stop.load(Ordering::Relaxed) {
        tokio::select! {
            () = &mut end => return,
            () = tokio::time::sleep(TICK) => {}
        }
    }
}
