-- Who may use the network, what they prove it with, and where they are reached.

CREATE TABLE subscribers (
  number        text PRIMARY KEY CHECK (number <> ''),
  display_name  text,
  kind          text NOT NULL CHECK (kind IN ('subscriber', 'page', 'voice')),
  created_at    timestamptz NOT NULL DEFAULT now(),
  -- When a page was last given this number: it is not given again before its credential can be stored.
  allocated_at  timestamptz
);
CREATE INDEX subscribers_by_name ON subscribers (lower(display_name));

-- Digest credentials (RFC 8760). The password itself is never stored.
CREATE TABLE credentials (
  username    text PRIMARY KEY CHECK (username <> ''),
  number      text NOT NULL REFERENCES subscribers ON DELETE CASCADE,
  ha1_md5     text NOT NULL,
  ha1_sha256  text NOT NULL,
  -- Null: for as long as the subscriber exists.
  expires_at  timestamptz
);
CREATE INDEX credentials_by_number ON credentials (number);
CREATE INDEX credentials_by_expiry ON credentials (expires_at) WHERE expires_at IS NOT NULL;

-- Registered contacts of an address of record (RFC 3261 10.3).
CREATE TABLE bindings (
  number          text NOT NULL REFERENCES subscribers ON DELETE CASCADE,
  contact         text NOT NULL,
  id              text NOT NULL,
  transport       text NOT NULL CHECK (transport IN ('udp', 'tcp', 'tls', 'ws', 'wss')),
  remote_address  text NOT NULL,
  user_agent      text,
  registered_at   timestamptz NOT NULL,
  expires_at      timestamptz NOT NULL,
  sip_call_id     text NOT NULL,
  cseq            bigint NOT NULL CHECK (cseq BETWEEN 0 AND 4294967295),
  PRIMARY KEY (number, contact)
);
CREATE INDEX bindings_by_expiry ON bindings (expires_at);
