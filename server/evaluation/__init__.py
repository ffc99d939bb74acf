"""Before and after: what a base model, an adapter and a merged model make of held-out rows. Runs as `python -m server.evaluation REQUEST`."""
