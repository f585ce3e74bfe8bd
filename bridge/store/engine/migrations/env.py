"""Alembic's entry: runs the migrations on the connection that `bridge.store.engine.migrate` hands in."""

from alembic import context

from bridge.store.engine.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
