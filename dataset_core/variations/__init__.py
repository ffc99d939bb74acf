"""One module a variation: `examples(view, ...)` yields what one file teaches. See `pipeline` for which runs when."""
