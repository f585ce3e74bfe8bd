"""What people, providers and networks do to such a service, and which tests hold what is promised."""
