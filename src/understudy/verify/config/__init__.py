"""What a run is told: `verify.toml`, the environment and the flags, read, checked and joined."""
