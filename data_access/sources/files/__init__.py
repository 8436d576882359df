"""Files of other programs as sheets of text cells: CSV, workbooks, SAS, Stata and Parquet. Nothing is interpreted."""
