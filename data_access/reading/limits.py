"""How long a database may take: seconds, all by the wall clock.

A page never waits longer than CONNECT_SECONDS twice (a pooled connection that is dead, then a new one) and
QUERY_SECONDS once for a database that gives no answer.
"""

CONNECT_SECONDS = 2  # for a connection, and for the ping that shows that a pooled one is alive
LOCK_SECONDS = 1  # for a lock that another program holds
POOL_SECONDS = 5  # for a free connection of the pool
SERVER_SECONDS = 4  # for one answer: PostgreSQL ends the statement itself
QUERY_SECONDS = 5  # for one answer: the app ends it, whatever the database does
READ_SECONDS = 600  # for all that is read at a time: 100,000 patients take 13 s of a quiet machine
