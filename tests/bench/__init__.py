"""Benchmarks: ratios within one run. Nothing here is a test; timings never decide one."""
