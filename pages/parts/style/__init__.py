"""How the pages look beyond Streamlit's theme: style sheets, a file per purpose, and the one function that puts them
into the page."""
