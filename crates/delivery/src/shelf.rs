//! What is kept: listed, and deleted.

use std::collections::BTreeSet;

use peek_protocol::StoredModel;

use crate::{
    piece::{self, PIECE},
    record::{RECORDS, Record},
    store::{Store, StoreError},
};

/// Every model of which something is kept, the newest first.
///
/// # Errors
/// Where the storage fails.
pub async fn stored(store: &impl Store) -> Result<Vec<StoredModel>, StoreError> {
    let mut models = Vec::new();
    for record in Record::all(store).await? {
        let (mut bytes, mut is_complete) = (0, true);
        for file in &record.model.files {
            // What was kept of a file under another hash is another file.
            let is_it = |folder: &str| file.sha256.as_deref().is_none_or(|hash| hash == folder);
            let known = record.file(&file.address).filter(|known| known.is_absent || is_it(&known.folder));
            let Some(known) = known else {
                is_complete = false;
                continue;
            };
            if known.is_absent {
                continue;
            }
            let pieces = pieces(store, &known.folder).await?;
            match known.total {
                Some(total) => {
                    bytes += pieces.iter().map(|index| piece::len(index * PIECE, total)).sum::<u64>();
                    is_complete &= (0..piece::count(total)).all(|index| pieces.contains(&index));
                }
                None => {
                    bytes += PIECE * pieces.len() as u64;
                    is_complete = false;
                }
            }
        }
        if bytes > 0 {
            let stored_at_ms = record.written_ms;
            models.push(StoredModel { model: record.model, bytes, is_complete, stored_at_ms });
        }
    }
    models.sort_by(|a, b| b.stored_at_ms.total_cmp(&a.stored_at_ms));
    Ok(models)
}

/// Deletes what is kept of the model of this id, and whatever no other model's record speaks of.
///
/// # Errors
/// Where the storage fails; what is still there is deleted with the next model.
pub async fn forget(store: &impl Store, id: &str) -> Result<(), StoreError> {
    Record::delete(store, id).await?;
    let records = Record::all(store).await?;
    let wanted: BTreeSet<&str> =
        records.iter().flat_map(|record| &record.files).map(|file| &*file.folder).collect();
    for folder in store.folders().await? {
        if folder != RECORDS && !wanted.contains(&*folder) {
            store.delete_folder(&folder).await?;
        }
    }
    Ok(())
}

/// The pieces in a folder, by their places in the file.
pub(crate) async fn pieces(store: &impl Store, folder: &str) -> Result<BTreeSet<u64>, StoreError> {
    Ok(store.list(folder).await?.iter().filter_map(|name| name.parse().ok()).collect())
}
