"""The playground's library: text -> ids -> logits -> distribution -> choice -> text.

The rooms stand in the order in which data flows: `tokenizers`, `models`, `sampling`,
`generation`; then `charts` (results -> figures) and `ui` (everything that knows Streamlit).
"""
