-- Calls that ended while nobody could explain them: read at each start of the gateway, and few.
CREATE INDEX calls_unexplained ON calls (ended_at) WHERE why_rule IS NULL AND ended_at IS NOT NULL;
