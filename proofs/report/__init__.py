"""A study as web pages and as one LaTeX document; every colour is computed from certificates."""
