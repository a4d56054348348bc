//! Who may change the world: one servo at a time, and one operation of it.
//!
//! A servo that runs holds the lock from its start to its end, so that nobody changes what it measures; without one an
//! operation takes the lock for itself. Looking needs neither, since the file is always whole.

use std::sync::{Arc, PoisonError};

use async_trait::async_trait;
use servo_core::event::On;
use servo_core::event::standard::{Detach, Ending, Shutdown, Startup};
use servo_core::{Context, Error, Result};
use tokio::sync::OwnedMutexGuard;

use crate::connector::{Emulator, blocking};
use crate::lock::Lock;
use crate::world::World;

/// The right to change the world, for one operation.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    /// Shared with what is being written: an operation that is dropped ends when its last write has.
    _shared: Arc<(Arc<Lock>, OwnedMutexGuard<()>)>,
}

impl Turn {
    /// Writes the world down. It is carried through once begun, even where nobody waits for it any more, and until then
    /// it is nobody else's turn.
    ///
    /// # Errors
    ///
    /// The file cannot be written; then the world is as it was.
    pub(crate) async fn save(&self, world: World) -> Result<World> {
        let turn = self.clone();
        blocking(move || {
            let saved = world.save();
            drop(turn);
            saved
        })
        .await
    }
}

impl Emulator {
    /// Waits until no other operation of this connector may change the world, and sees to it that nobody else does.
    ///
    /// # Errors
    ///
    /// Class failed: another servo uses the world, or it cannot be locked. Class cancelled while waiting.
    pub(crate) async fn turn(&self, cx: &Context) -> Result<Turn> {
        let alone = self.alone(cx).await?;
        let lock = match self.held() {
            Some(lock) => lock,
            None => self.lock(cx).await?,
        };
        Ok(Turn { _shared: Arc::new((lock, alone)) })
    }

    async fn alone(&self, cx: &Context) -> Result<OwnedMutexGuard<()>> {
        tokio::select! {
            guard = Arc::clone(&self.turn).lock_owned() => Ok(guard),
            () = cx.token().cancelled() => Err(Error::cancelled("cancelled while another operation runs")),
        }
    }

    async fn lock(&self, cx: &Context) -> Result<Arc<Lock>> {
        let (file, servo) = (self.file(cx), cx.servo().to_owned());
        blocking(move || Lock::take(&file, &servo).map(Arc::new)).await
    }

    pub(crate) fn is_held(&self) -> bool {
        self.held().is_some()
    }

    fn held(&self) -> Option<Arc<Lock>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn hold(&self, lock: Option<Arc<Lock>>) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = lock;
    }
}

#[async_trait]
impl On<Startup> for Emulator {
    async fn on(&self, cx: &Context, (): &()) -> Result<()> {
        let _alone = self.alone(cx).await?;
        if self.held().is_none() {
            let lock = self.lock(cx).await?;
            self.hold(Some(lock));
        }
        Ok(())
    }
}

#[async_trait]
impl On<Shutdown> for Emulator {
    async fn on(&self, _: &Context, _: &Ending) -> Result<()> {
        self.hold(None);
        Ok(())
    }
}

#[async_trait]
impl On<Detach> for Emulator {
    async fn on(&self, _: &Context, (): &()) -> Result<()> {
        self.hold(None);
        Ok(())
    }
}
