"""One file per part of the page Administration."""
