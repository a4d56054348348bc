//! Pages that were rendered already, as many as there is room for.

use lru::LruCache;

/// What an entry takes besides its page, about.
const OVERHEAD_BYTES: usize = 128;

/// Keeps the pages that were used last. Each worker has its own, as the processes of a server do.
pub(crate) struct Cache {
    room_bytes: usize,
    pages: LruCache<u32, Box<[u8]>>,
    bytes: usize,
}

impl Cache {
    /// Makes a cache with room for so many bytes.
    pub(crate) fn new(room_bytes: usize) -> Self {
        Self { room_bytes, pages: LruCache::unbounded(), bytes: 0 }
    }

    /// Gives a page that is kept.
    pub(crate) fn get(&mut self, id: u32) -> Option<&[u8]> {
        self.pages.get(&id).map(AsRef::as_ref)
    }

    /// Returns true where a page is kept.
    pub(crate) fn has(&self, id: u32) -> bool {
        self.pages.contains(&id)
    }

    /// Keeps a page, in place of those that were not used for longest.
    pub(crate) fn put(&mut self, id: u32, page: Box<[u8]>) {
        let size = |page: &[u8]| page.len() + OVERHEAD_BYTES;
        if size(&page) > self.room_bytes {
            return;
        }
        self.bytes += size(&page);
        if let Some(former) = self.pages.put(id, page) {
            self.bytes -= size(&former);
        }
        while self.bytes > self.room_bytes
            && let Some((_, oldest)) = self.pages.pop_lru()
        {
            self.bytes -= size(&oldest);
        }
    }

    /// Returns true where another page of that size would push one out.
    pub(crate) fn is_full_for(&self, bytes: usize) -> bool {
        self.bytes + bytes + OVERHEAD_BYTES > self.room_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_last_is_kept() {
        let mut cache = Cache::new(3 * (1000 + OVERHEAD_BYTES));
        for id in 0..3 {
            cache.put(id, vec![0; 1000].into());
        }
        assert!(cache.get(0).is_some());
        cache.put(3, vec![0; 1000].into());
        assert!(cache.get(1).is_none());
        assert!([0, 2, 3].into_iter().all(|id| cache.has(id)));
    }

    #[test]
    fn nothing_is_kept_without_room() {
        let mut cache = Cache::new(0);
        cache.put(1, vec![0; 10].into());
        assert!(cache.get(1).is_none());
    }
}
