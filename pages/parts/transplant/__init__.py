"""The figures of the transplant page, one file each."""
