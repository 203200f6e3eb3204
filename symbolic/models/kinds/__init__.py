"""Objectives of model files.  A new one is one file here that calls :func:`symbolic.models.kinds.base.register`."""
