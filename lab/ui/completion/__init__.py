"""The page on completion and instruction, one module per section."""
