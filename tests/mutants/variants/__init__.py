"""Permitted variants: servers that differ from ours only where the contract leaves them free.

What looks open and is not, because the contract or a decision says so: page sizes (50 by default),
the life of tokens, that the earlier access token outlives a refresh and that none outlives a
log-out, how refresh tokens rotate and when a replayed one ends its session, so that no refresh
can be stricter, the claims of tokens, the form of ids and times, undocumented fields in a request,
which are ignored, `Allow` with 405, statuses of rules of state, and the error codes that a
description or a decision names.
"""
