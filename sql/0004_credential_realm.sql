-- The realm that the HA1s were made for (RFC 7616 3.4.2): under another one the password no longer fits.
-- Null: made before this was kept.
ALTER TABLE credentials ADD COLUMN realm text;
