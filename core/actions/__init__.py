"""Everything that changes something. An action takes ``session, *, by, now, key, …``: it checks permission and state,
makes the change, writes the audit entry and (where someone must hear of it) the outbox, and leaves the commit to
``core.calls``. ``key`` makes a second press of the same button a no-op (``core.actions.receipts``)."""
