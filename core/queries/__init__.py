"""Everything that reads. A query takes ``session, *, by, now, …``, checks reach, writes the audit entry of the read,
and returns frozen ``*View`` dataclasses: facts and codes, no sentences (those are ``dashboard.wording``)."""
