//! Several views of one file in a session: they share the handle, and with it what is known of a packed file; what one of them has
//! learnt of its lines the others take over. Each finds out by itself what becomes of the file, and takes carriage control as
//! its own person says.

use super::bytes::Blocks;
use super::file::{Inner, SourceFile, lock};
use super::format::Wanted;
use super::snap::Snap;
use std::sync::{Arc, Mutex, RwLock};

impl SourceFile {
    /// Another view of the file as it is taken to be now, with the carriage control of `wanted`.
    #[must_use]
    pub fn twin(&self, wanted: Wanted) -> Self {
        let (snap, inner) = (self.snap(), &self.0);
        // An index that is of an older or a newer state is of no use.
        let index = self.with_index(&snap, |index| index.clone());
        let pages = lock(&inner.pages).clone();
        let twin = Self(Arc::new(Inner {
            path: inner.path.clone(),
            outer: inner.outer.clone(),
            meter: Arc::clone(&inner.meter),
            shape: inner.shape,
            blocks: Mutex::new(Blocks::new(inner.shape.blocks)),
            snap: RwLock::new(Arc::clone(&snap)),
            index: Mutex::new((snap.epoch, index.unwrap_or_else(|| Inner::index_of(&snap)))),
            pages: Mutex::new(pages),
        }));
        if (wanted.carriage, wanted.printed) != (snap.wanted.carriage, snap.wanted.printed) {
            twin.set_printed(wanted.carriage, wanted.printed);
        }
        twin
    }

    /// Takes over what another view of the same bytes knows of lines; whether it could.
    pub fn learn_from(&self, other: &Self) -> bool {
        let (old, theirs) = (self.snap(), other.snap());
        let same = Arc::ptr_eq(&old.bytes, &theirs.bytes) || old.stamp == theirs.stamp;
        if !same || old.stamp.size > theirs.stamp.size || old.detected.format != theirs.detected.format {
            return false;
        }
        let Some(index) = other.with_index(&theirs, |index| index.clone()) else { return false };
        // More of a packed file may be known there.
        let snap = if old.stamp == theirs.stamp {
            Arc::clone(&old)
        } else {
            let new = Snap {
                wanted: old.wanted,
                detected: old.detected,
                epoch: old.epoch + 1,
                ..theirs.as_ref().clone()
            };
            self.replace(&old, new);
            self.snap()
        };
        snap.stamp == theirs.stamp && self.with_index(&snap, |own| *own = index).is_some()
    }
}
