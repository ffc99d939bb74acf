"""The child processes of the language server: what computes runs there, so that the server always answers at once."""
