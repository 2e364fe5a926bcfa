"""Results -> plotly figures. Knows nothing of Streamlit or torch: numbers in, a figure out."""
