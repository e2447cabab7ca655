-- What the endpoints of a call said by RTCP of the media they hear (RFC 3550 6.4).

CREATE TABLE rtcp_reports (
  seq          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id           text NOT NULL UNIQUE,
  -- No foreign key: reports are captured beside the call, as its messages are.
  call_id      uuid NOT NULL,
  leg_id       uuid NOT NULL,
  time_us      bigint NOT NULL,
  source       text NOT NULL,
  destination  text NOT NULL,
  kind         text NOT NULL CHECK (kind IN ('sender-report', 'receiver-report')),
  ssrc         bigint NOT NULL,
  cname        text,
  sent         jsonb,
  blocks       jsonb NOT NULL
);
CREATE INDEX rtcp_reports_of_call ON rtcp_reports (call_id, time_us, seq);
