"""The figures of the programme page, one file each."""
