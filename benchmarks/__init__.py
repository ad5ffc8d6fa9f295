"""Ratios against a baseline taken in the same run. `make bench` runs all; `python -m benchmarks NAME` runs one."""
