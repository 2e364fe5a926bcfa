"""ids -> logits: what can be loaded, the one way to load it, a readable decoder, its trace."""
