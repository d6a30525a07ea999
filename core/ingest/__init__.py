"""Everything that brings values in from outside: files, devices, the simulated cohort. Columns in, tables out."""
