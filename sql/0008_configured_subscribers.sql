-- Subscribers of RINGBACK_SUBSCRIBERS: each start gives them their name and password again.
ALTER TABLE subscribers ADD COLUMN configured boolean NOT NULL DEFAULT false;
