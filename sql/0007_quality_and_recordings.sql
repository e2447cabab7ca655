-- How a call sounded while it was up, in both directions: a second a row at first, more seconds the longer it lasts.
CREATE TABLE call_quality (
  -- No foreign key: it is heard beside the call, as its messages are.
  call_id     uuid NOT NULL,
  time        timestamptz NOT NULL,
  seconds     integer NOT NULL CHECK (seconds > 0),
  directions  jsonb NOT NULL,
  PRIMARY KEY (call_id, time)
);

-- The files of a recorded call, by their names in the folder `recordings` of the data directory.
CREATE TABLE recordings (
  call_id     uuid PRIMARY KEY,
  started_at  timestamptz NOT NULL,
  paused      boolean NOT NULL,
  wav         text NOT NULL,
  pcap        text NOT NULL,
  text        text NOT NULL
);

-- The key of a `dtmf.received`.
ALTER TABLE call_events ADD COLUMN digit text CHECK (length(digit) = 1);
