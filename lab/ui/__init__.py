"""Everything that knows Streamlit: the page frame, the model picker, the token strip."""
