"""Derivations and studies as documents: LaTeX, PDF, Markdown, notebooks, web pages."""
