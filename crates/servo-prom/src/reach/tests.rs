//! What an operator may write about the way to the server.
