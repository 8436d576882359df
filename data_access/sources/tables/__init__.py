"""Any tables as a bundle, by a declared mapping: what is where, how it is written, which rows are taken."""
