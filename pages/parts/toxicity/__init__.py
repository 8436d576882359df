"""The figures of the toxicity page, one file each."""
