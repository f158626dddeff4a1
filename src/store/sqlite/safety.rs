//! What keeps a store safe: backups and what is put back from them, and the index made again. Invariant: before something is
//! replaced, what was there is kept.

use super::ledger::Call;
use super::migrate::{self, Found};
use super::writer::Writer;
use super::{SqliteStore, backup, changes, connect, errors, write};
use crate::base::{Budget, Result, UserError};
use rusqlite::Connection;
use std::path::{Path, PathBuf};

impl SqliteStore {
    /// Writes a verified copy of the store to the file `to`, replacing it in one step. Others may write meanwhile.
    ///
    /// # Errors
    /// `Exit::Store` if there is no space or the copy is found damaged; `to` is then as it was.
    pub fn backup_to(&self, to: &Path) -> Result<()> {
        let mut result = Ok(());
        let unlimited = Budget::unlimited();
        self.without_limit("make a backup", &unlimited, |sql| {
            result = backup::write(sql, &self.place, to, &self.settings);
            Ok(())
        })?;
        result
    }

    /// Makes the full-text index and the lists of tags, aliases and codes again from the entries, as `check` advises; what
    /// was there is kept as an automatic backup first, whose path is given back.
    ///
    /// # Errors
    /// `Exit::Store` if the store cannot be written; it is then as it was.
    pub fn rebuild_index(&self) -> Result<PathBuf> {
        let what = "rebuild the index";
        let kept = self.back_up(what)?;
        self.at_leisure(what, write::rebuild_index)?;
        Ok(kept)
    }

    /// Runs `work` in one transaction that may take as long as it needs: what it writes can be made again at any time.
    pub(super) fn at_leisure<T>(
        &self,
        what: &'static str,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let whole = |sql: &mut Connection| {
            let tx = sql.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let done = work(&tx)?;
            tx.commit()?;
            Ok(done)
        };
        let call = Call::at_leisure(what, true);
        let done =
            self.writer(what)?.exclusively(&call, |conn| conn.without_limit(&Budget::unlimited(), whole));
        done.map_err(|e| errors::explain(&self.location, what, &e))
    }

    /// Keeps what is there now as an automatic backup, whose path is given back.
    ///
    /// # Errors
    /// `Exit::Store` if the store cannot be written, or there is no space.
    pub fn back_up_now(&self) -> Result<PathBuf> {
        self.back_up("keep a backup")
    }

    /// The same for an operation.
    pub(super) fn back_up(&self, what: &'static str) -> Result<PathBuf> {
        let at = self.clock.unix_ms();
        let mut kept = Ok(PathBuf::new());
        let done = self.writer(what)?.exclusively(&Call::at_leisure(what, true), |conn| {
            kept = backup::automatic(conn.raw(), &self.place, self.schema, at, &self.settings);
            Ok(())
        });
        done.map_err(|e| errors::explain(&self.location, what, &e))?;
        kept
    }

    /// Automatic backups (made before a migration or a restore), oldest first.
    pub fn backups(&self) -> Vec<PathBuf> {
        let stem = self.place.file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        backup::automatic_backups(&self.place.dir.join("backups"), &stem)
    }

    /// Replaces everything in the store with what is in the backup `from`, in one step; what was there is kept as an
    /// automatic backup first, whose path is given back.
    ///
    /// # Errors
    /// `Exit::BadInput` if `from` is not a backup of this program that is whole; `Exit::Store` if the store cannot be written.
    pub fn restore_from(&self, from: &Path) -> Result<PathBuf> {
        let what = "restore the backup";
        let writer = self.writer(what)?;
        backup::readable(from)?;
        let schema = self.fit_to_restore(from)?;
        let explain = |e| errors::explain(&self.location, what, &e);
        let kept = self.back_up(what)?;
        let mut done = Ok(());
        writer
            .exclusively(&Call::at_leisure(what, true), |conn| {
                done = backup::restore(from, conn.raw(), &self.location, &self.settings);
                Ok(())
            })
            .map_err(explain)?;
        done?;
        if schema < self.schema {
            self.bring_up_to_date(writer)?;
        }
        // What was found in the store as it was before is not to be found in this one.
        self.at_leisure(what, changes::changed)?;
        Ok(kept)
    }

    fn fit_to_restore(&self, from: &Path) -> Result<u32> {
        let unfit = |cause: String| {
            UserError::new(format!("{} is not restored", from.display()))
                .cause(cause)
                .hint("give another backup")
        };
        let look = || -> rusqlite::Result<Found> {
            let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
            migrate::inspect(connect::Conn::open(from, flags, &self.settings)?.raw())
        };
        match look() {
            Ok(Found::Ours(schema)) if schema > self.schema => Err(unfit(format!(
                "it has schema {schema}, this program knows {}: update it first",
                self.schema
            ))),
            Ok(Found::Ours(schema)) => backup::verify(from, &self.settings).map(|()| schema),
            Ok(_) => Err(unfit("it is not a store of this program".to_owned())),
            Err(e) => Err(unfit(e.to_string())),
        }
    }

    fn bring_up_to_date(&self, writer: &Writer) -> Result<()> {
        let at = self.clock.unix_ms();
        let run = migrate::Run { steps: self.steps, at, observer: None, backup: &mut |_| Ok(()) };
        let mut failed = None;
        let call = Call::at_leisure("bring the store up to date", true);
        let result = writer.exclusively(&call, |conn| {
            failed = migrate::run(conn, self.settings.busy, run).err();
            Ok(())
        });
        match (result, failed) {
            (Err(e), _) | (_, Some(migrate::Failed::Sql(e))) => {
                Err(errors::explain(&self.location, "bring the restored store up to date", &e))
            }
            (_, Some(migrate::Failed::Backup(e))) => Err(e),
            (Ok(()), None) => Ok(()),
        }
    }
}
