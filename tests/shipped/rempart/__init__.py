"""What Rempart offers to those who build on it: `rempart.testing`. The service itself is `bridge`."""
