"""What people and editors talk to: the command line, the language server, and the processes that train and generate."""
