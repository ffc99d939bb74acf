"""Before and after: what base, adapter and merged model make of held-out rows. Runs as `python -m server.evaluation FOLDER`."""
