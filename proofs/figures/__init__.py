"""Pictures, one function a module; each returns a matplotlib figure (extra ``report``).

What is certified (points, balls, radii) is drawn as marks and lines; contours, basins and curves are plain floating
point, for orientation, and say so in their titles or legends.
"""

from proofs.figures.base import LemmaFigure, figure_names, figures_of, register_figure, render

__all__ = ["LemmaFigure", "figure_names", "figures_of", "register_figure", "render"]
