"""The least that Streamlit shows: what `benchmarks.start` and `benchmarks.slider` compare with."""

import plotly.graph_objects as go
import streamlit as st

st.title("An empty app")


@st.fragment
def charts(count: int) -> None:
    value = st.slider("Value", 0.0, 3.0, 1.0, 0.05)
    bars = go.Bar(x=[value + number for number in range(10)], y=list(range(10)), orientation="h")
    for number, column in enumerate(st.columns(count)):
        with column:
            st.plotly_chart(go.Figure(bars, {"height": 380}), key=f"chart{number}")


if "charts" in st.query_params:
    charts(int(st.query_params["charts"]))
