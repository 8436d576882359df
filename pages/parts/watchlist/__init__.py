"""The figures of the watchlist, one file each."""
