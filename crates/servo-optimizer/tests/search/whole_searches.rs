//! What a search is for, asserted with a margin on a few seeds.
