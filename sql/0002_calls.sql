-- Call records: a call, its legs, what happened in it, and its SIP messages.

CREATE TABLE calls (
  id               uuid PRIMARY KEY,
  status           text NOT NULL CHECK (status IN
                     ('queued', 'ringing', 'in-progress', 'completed', 'busy', 'no-answer', 'failed', 'canceled')),
  from_number      text NOT NULL,
  from_name        text,
  to_number        text NOT NULL,
  to_name          text,
  text             text,
  voice_id         text,
  speech_provider  text CHECK (speech_provider IN ('elevenlabs', 'builtin')),
  created_at       timestamptz NOT NULL,
  ringing_at       timestamptz,
  answered_at      timestamptz,
  ended_at         timestamptz,
  -- From the answer to the end; clocks of two hosts may differ, a call is never shorter than nothing.
  duration_ms      integer GENERATED ALWAYS AS (
                     CASE WHEN answered_at IS NOT NULL AND ended_at IS NOT NULL
                     THEN greatest(0, round(extract(epoch FROM ended_at - answered_at) * 1000))::integer END
                   ) STORED,
  end_by           text CHECK (end_by IN ('caller', 'callee', 'network')),
  end_sip_status   integer CHECK (end_sip_status BETWEEN 200 AND 699),
  end_q850_cause   integer CHECK (end_q850_cause BETWEEN 1 AND 127),
  end_sentence     text,
  -- An ended call has its whole end, an open one nothing of it.
  CONSTRAINT calls_end_whole CHECK (
    num_nulls(ended_at, end_by, end_sip_status, end_q850_cause, end_sentence)
      = CASE WHEN status IN ('queued', 'ringing', 'in-progress') THEN 5 ELSE 0 END
  )
);
CREATE INDEX calls_newest_first ON calls (created_at DESC, id DESC);
CREATE INDEX calls_by_status ON calls (status, created_at DESC, id DESC);
CREATE INDEX calls_open ON calls (id) WHERE ended_at IS NULL;

CREATE TABLE legs (
  id              uuid PRIMARY KEY,
  call_id         uuid NOT NULL REFERENCES calls ON DELETE CASCADE,
  role            text NOT NULL CHECK (role IN ('caller', 'callee')),
  state           text NOT NULL CHECK (state IN ('trying', 'proceeding', 'early', 'confirmed', 'terminated')),
  sip_call_id     text NOT NULL,
  number          text NOT NULL,
  display_name    text,
  kind            text NOT NULL CHECK (kind IN ('browser', 'phone', 'voice', 'network')),
  transport       text,
  remote_address  text,
  user_agent      text,
  started_at      timestamptz NOT NULL,
  answered_at     timestamptz,
  ended_at        timestamptz,
  sip_status      integer,
  media           jsonb
);
CREATE INDEX legs_of_call ON legs (call_id, started_at);
CREATE INDEX legs_by_sip_call_id ON legs (sip_call_id);

CREATE TABLE call_events (
  seq         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- No foreign key: services tell of a call as it happens, which may be before its record is written.
  call_id     uuid NOT NULL,
  time        timestamptz NOT NULL,
  type        text NOT NULL,
  leg_id      uuid,
  sip_status  integer,
  detail      text NOT NULL
);
-- One event is recorded once, however many gateways hear of it.
CREATE UNIQUE INDEX call_events_once ON call_events (call_id, time, type, coalesce(leg_id, call_id));

CREATE TABLE sip_messages (
  seq          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id           text NOT NULL UNIQUE,
  -- No foreign key: messages are captured beside the call, and may be here before its record.
  call_id      uuid NOT NULL,
  leg_id       uuid,
  sip_call_id  text NOT NULL,
  time_us      bigint NOT NULL,
  transport    text NOT NULL,
  source       text NOT NULL,
  destination  text NOT NULL,
  direction    text NOT NULL CHECK (direction IN ('in', 'out')),
  summary      text NOT NULL,
  method       text NOT NULL,
  status       integer,
  cseq         text NOT NULL,
  raw          text NOT NULL
);
CREATE INDEX sip_messages_of_call ON sip_messages (call_id, time_us, seq);
