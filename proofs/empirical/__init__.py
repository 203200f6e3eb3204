"""Certificates of trained networks: the empirical objective of a data set, and what is true near its weights."""
