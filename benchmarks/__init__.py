"""Side by side with other servers, in one run on one machine: `python -m benchmarks --help`."""
