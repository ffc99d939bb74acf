"""The language server's own process: wiring, handlers, state, and what drives the processes that compute."""
