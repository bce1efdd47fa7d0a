"""The inner loops of searches and walks, as machine code over the functions of `kernels`."""
