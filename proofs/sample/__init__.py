"""From the noise-free population to the network that was trained on n = d^2 samples."""
