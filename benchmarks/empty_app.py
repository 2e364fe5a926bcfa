"""The least that Streamlit shows: what `benchmarks.start` and `benchmarks.slider` compare with."""

import plotly.graph_objects as go
import streamlit as st

st.title("An empty app")


@st.fragment
def chart() -> None:
    value = st.slider("Value", 0.0, 3.0, 1.0, 0.05)
    bars = go.Bar(x=[value + number for number in range(10)], y=list(range(10)), orientation="h")
    st.plotly_chart(go.Figure(bars, {"height": 380}), key="chart")


if "chart" in st.query_params:
    chart()
