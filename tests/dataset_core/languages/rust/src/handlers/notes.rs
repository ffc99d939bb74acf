//! Notes over HTTP.

use std::collections::HashMap;
use std::{fmt, sync::Arc};

use axum::{extract::State, http::StatusCode, Json};
use serde::{Deserialize, Serialize};

use crate::store::{NoteStore, StoreError as Failure};

mod paging;

const MAX_TITLE: usize = 120;
static GREETING: &str = "hello";

/// A note as callers see it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Note {
    /// Given by the store.
    pub id: u64,
    pub title: String,
    tags: HashMap<String, String>,
}

#[derive(Debug)]
pub enum NoteError {
    Missing(u64),
    TooLong {
        length: usize,
    },
    /// The store said no.
    Store(Failure),
}

pub trait Render: Send {
    const WIDTH: usize;

    fn render(&self, out: &mut String) -> fmt::Result;

    fn is_empty(&self) -> bool {
        false
    }
}

impl Note {
    /// A note without tags.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self { id: 0, title: title.into(), tags: HashMap::new() }
    }

    pub async fn save(self, store: &NoteStore) -> Result<Note, NoteError> {
        if self.title.len() > MAX_TITLE {
            return Err(NoteError::TooLong { length: self.title.len() });
        }
        store.insert(self).await.map_err(NoteError::Store)
    }
}

impl<T: fmt::Display> Render for Wrapper<T> {
    const WIDTH: usize = 80;

    fn render(&self, out: &mut String) -> fmt::Result {
        use fmt::Write;
        write!(out, "{}", self.0)
    }
}

/// Creates a note.
pub async fn create(State(store): State<Arc<NoteStore>>, Json(note): Json<Note>) -> Result<StatusCode, NoteError> {
    let saved = note.save(&store).await?;
    tracing::info!(id = saved.id, "created");
    Ok(StatusCode::CREATED)
}

pub type Notes = Vec<Note>;

macro_rules! note {
    ($title:expr) => {
        Note::new($title)
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_without_tags() {
        assert!(Note::new("a").tags.is_empty());
    }
}
