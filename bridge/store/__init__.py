"""The store: journal, senders, outbox, in SQL on SQLite and PostgreSQL.

Floor 2: it touches the database, and floors 0 and 1. Work runs as `store.transact(work)`.
"""
