"""View → figure; pure Plotly, no Streamlit."""
