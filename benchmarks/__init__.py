"""Measurements, each with its own calibrator so that ratios can be compared between machines."""
