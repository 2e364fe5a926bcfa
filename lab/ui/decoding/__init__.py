"""The sections of the page on decoding, one per module, and what they share."""
