//! Executors for those who know only the traits of `futures_task`.
//!
//! What is spawned this way is detached, and its panics are kept from everybody else. After the executor's
//! end `status` says so, and `spawn_obj` gives an error instead of dropping the future in silence. Between the two
//! threads there is a race: an executor that ends meanwhile drops the future.
//!
//! ```
//! use executor::Executor;
//! use futures::task::SpawnExt;
//!
//! let executor = Executor::new();
//! let spawner = executor.spawner();
//! let tea = spawner.spawn_with_handle(async { "tea" }).unwrap();
//! assert_eq!(executor::block_on(tea), "tea");
//!
//! drop(executor);
//! assert!(SpawnExt::spawn(&spawner, async {}).unwrap_err().is_shutdown());
//! ```

use crate::{Executor, LocalExecutor, LocalSpawner, Spawner};
use futures_task::{FutureObj, LocalFutureObj, LocalSpawn, Spawn, SpawnError};

fn open(has_ended: bool) -> Result<(), SpawnError> {
    if has_ended { Err(SpawnError::shutdown()) } else { Ok(()) }
}

impl Spawn for Spawner {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.status()?;
        self.spawn(future).detach();
        Ok(())
    }

    fn status(&self) -> Result<(), SpawnError> {
        open(self.pool().has_ended())
    }
}

impl Spawn for Executor {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.spawner_ref().spawn_obj(future)
    }

    fn status(&self) -> Result<(), SpawnError> {
        self.spawner_ref().status()
    }
}

impl LocalSpawn for LocalSpawner {
    fn spawn_local_obj(&self, future: LocalFutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.status_local()?;
        self.spawn(future).detach();
        Ok(())
    }

    fn status_local(&self) -> Result<(), SpawnError> {
        open(self.has_ended())
    }
}

impl LocalSpawn for LocalExecutor {
    fn spawn_local_obj(&self, future: LocalFutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.spawn(future).detach();
        Ok(())
    }
}

/// What runs tasks that need not be `Send` runs those that are as well.
impl Spawn for LocalSpawner {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.spawn_local_obj(future.into())
    }

    fn status(&self) -> Result<(), SpawnError> {
        self.status_local()
    }
}

/// As for [`LocalSpawner`].
impl Spawn for LocalExecutor {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.spawn_local_obj(future.into())
    }
}
