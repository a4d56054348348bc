//! Threads that make pages, each so many at once.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use crate::Serve;
use crate::cache::Cache;
use crate::catalogue::Catalogue;
use crate::exposition::Figures;
use crate::page;

/// How many requests wait at most; further ones are turned away.
const MOST_WAITING: usize = 4096;

/// What waits to be made.
struct Job {
    id: u32,
    is_compressed: bool,
    reply: oneshot::Sender<io::Result<Vec<u8>>>,
}

/// What the threads share.
pub(crate) struct Workshop {
    catalogue: Catalogue,
    figures: Arc<Figures>,
    compression: u32,
    batch: usize,
    waiting: Mutex<Waiting>,
    arrived: Condvar,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    is_closed: bool,
}

impl Workshop {
    /// Makes the products.
    pub(crate) fn open(serve: &Serve, figures: Arc<Figures>) -> io::Result<Self> {
        Ok(Self {
            catalogue: Catalogue::new(serve)?,
            figures,
            compression: serve.compression,
            batch: serve.batch.into(),
            waiting: Mutex::default(),
            arrived: Condvar::new(),
        })
    }

    /// Lets threads work until [`Workshop::close`], each with a cache that has the pages which are looked at most.
    pub(crate) fn staff(self: &Arc<Self>, serve: &Serve) -> io::Result<Vec<JoinHandle<()>>> {
        let room_bytes = usize::try_from(serve.cache_mib).unwrap_or(usize::MAX).saturating_mul(1 << 20);
        let mut caches: Vec<Cache> = (0..serve.workers).map(|_| Cache::new(room_bytes)).collect();
        for id in 0..serve.products {
            let page = page::render(&self.catalogue, &self.catalogue.store.unpack(id)?);
            if caches.iter().any(|cache| cache.is_full_for(page.len())) {
                break;
            }
            for cache in &mut caches {
                cache.put(id, page.clone().into());
            }
        }
        let work = |cache| {
            let workshop = Arc::clone(self);
            std::thread::spawn(move || workshop.work(cache))
        };
        Ok(caches.into_iter().map(work).collect())
    }

    /// Returns true where there is such a product.
    pub(crate) fn has(&self, id: u32) -> bool {
        self.catalogue.has(id)
    }

    /// Asks for a page; `None` where too many wait already.
    pub(crate) fn ask(&self, id: u32, is_compressed: bool) -> Option<oneshot::Receiver<io::Result<Vec<u8>>>> {
        let (reply, made) = oneshot::channel();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.is_closed || waiting.jobs.len() >= MOST_WAITING {
            return None;
        }
        waiting.jobs.push_back(Job { id, is_compressed, reply });
        drop(waiting);
        self.arrived.notify_one();
        Some(made)
    }

    /// Lets the threads end once nothing waits.
    pub(crate) fn close(&self) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).is_closed = true;
        self.arrived.notify_all();
    }

    fn work(&self, mut cache: Cache) {
        while let Some(jobs) = self.take() {
            let made = self.make(&mut cache, &jobs);
            for (job, page) in jobs.into_iter().zip(made) {
                // A visitor who has gone does not want it any more.
                let _ = job.reply.send(page);
            }
        }
    }

    /// Waits for requests, and takes what is there up to a batch; `None` once it is closed and empty.
    fn take(&self) -> Option<Vec<Job>> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        while waiting.jobs.is_empty() {
            if waiting.is_closed {
                return None;
            }
            waiting = self.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        let count = waiting.jobs.len().min(self.batch);
        Some(waiting.jobs.drain(..count).collect())
    }

    /// Makes the pages of a batch: those that are not kept are read together.
    fn make(&self, cache: &mut Cache, jobs: &[Job]) -> Vec<io::Result<Vec<u8>>> {
        let missing: Vec<u32> = jobs.iter().map(|job| job.id).filter(|&id| !cache.has(id)).collect();
        self.figures.looked_up(jobs.len() - missing.len(), missing.len());
        let records = if missing.is_empty() { Ok(Vec::new()) } else { self.catalogue.store.read(&missing) };
        let rendered: HashMap<u32, Vec<u8>> = match records {
            Ok(records) => records.iter().map(|it| (it.id, page::render(&self.catalogue, it))).collect(),
            Err(error) => return jobs.iter().map(|_| Err(io::Error::other(error.to_string()))).collect(),
        };
        let travel = |job: &Job| {
            let page = rendered.get(&job.id).map(Vec::as_slice).or_else(|| cache.get(job.id));
            let page = page.ok_or_else(|| io::Error::other("the store left a record out"))?;
            if job.is_compressed { page::compress(page, self.compression) } else { Ok(page.to_vec()) }
        };
        let made = jobs.iter().map(travel).collect();
        for (id, page) in rendered {
            cache.put(id, page.into());
        }
        made
    }
}
