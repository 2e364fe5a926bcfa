"""The sections of the tokenization page, one module each."""
