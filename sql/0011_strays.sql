-- What was captured of calls without a record goes by its age; it comes almost in order, which is what BRIN is for.
CREATE INDEX sip_messages_by_time ON sip_messages USING brin (time_us);
CREATE INDEX rtcp_reports_by_time ON rtcp_reports USING brin (time_us);
CREATE INDEX call_events_by_time ON call_events USING brin (time);
