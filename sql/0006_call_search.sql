-- What a call is searched by: everything that a person may have of it, or of its legs, in lower case. Identifiers stand
-- apart, since any short number is found in some of them.
ALTER TABLE calls
  ADD COLUMN leg_words text NOT NULL DEFAULT '',
  ADD COLUMN leg_ids text NOT NULL DEFAULT '',
  -- The worse direction (ITU-T G.107), as its legs tell it.
  ADD COLUMN mos double precision;
ALTER TABLE calls
  ADD COLUMN search_ids text NOT NULL GENERATED ALWAYS AS (lower(id::text || ' ' || leg_ids)) STORED,
  ADD COLUMN search text NOT NULL GENERATED ALWAYS AS (lower(
    replace(status, '-', ' ') || ' ' || status || ' ' || from_number || ' ' || coalesce(from_name, '')
      || ' ' || to_number || ' ' || coalesce(to_name, '') || ' ' || coalesce(text, '') || ' ' || coalesce(voice_id, '')
      || ' ' || coalesce(speech_provider, '')
      || ' ' || coalesce(end_sip_status::text, '') || ' ' || coalesce(end_sentence, '') || ' ' || leg_words
  )) STORED;

CREATE FUNCTION calls_know_their_legs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Legs that are written at the same time wait here for each other, so that the last one sees all of them.
  PERFORM FROM calls WHERE id = NEW.call_id FOR NO KEY UPDATE;
  UPDATE calls SET leg_words = told.words, leg_ids = told.ids, mos = told.mos
  FROM (SELECT string_agg(concat_ws(' ', number, display_name, kind, transport, remote_address, user_agent,
                          sip_status), ' ' ORDER BY started_at, id) AS words,
               string_agg(sip_call_id, ' ' ORDER BY started_at, id) AS ids,
               min((media->>'mos')::double precision) AS mos
        FROM legs WHERE call_id = NEW.call_id) AS told
  WHERE calls.id = NEW.call_id
    AND (calls.leg_words, calls.leg_ids, calls.mos) IS DISTINCT FROM (told.words, told.ids, told.mos);
  RETURN NULL;
END $$;
CREATE TRIGGER legs_told_to_call AFTER INSERT OR UPDATE ON legs
  FOR EACH ROW EXECUTE FUNCTION calls_know_their_legs();
UPDATE legs SET state = state;

-- Words are found by their trigrams. A server without that extension, or a user who may not have it made, searches
-- call by call: slower, and as right.
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE INDEX calls_by_words ON calls USING gin (search gin_trgm_ops);
  CREATE INDEX calls_by_ids ON calls USING gin (search_ids gin_trgm_ops);
EXCEPTION WHEN OTHERS THEN
  RAISE NOTICE 'calls are searched without an index: %', SQLERRM;
END $$;
