-- Why a call ended, for programs and for lists; the whole explanation is made of the record whenever it is read.
ALTER TABLE calls
  ADD COLUMN end_code      text,
  ADD COLUMN why_rule      text,
  ADD COLUMN why_sentence  text,
  ADD CONSTRAINT calls_why_whole CHECK ((why_rule IS NULL) = (why_sentence IS NULL));
-- What a program calls what went wrong, of those events that tell of it.
ALTER TABLE call_events ADD COLUMN code text;

-- The explanation is found by its words, as all else that a list shows.
ALTER TABLE calls DROP COLUMN search;
ALTER TABLE calls
  ADD COLUMN search text NOT NULL GENERATED ALWAYS AS (lower(
    replace(status, '-', ' ') || ' ' || status || ' ' || from_number || ' ' || coalesce(from_name, '')
      || ' ' || to_number || ' ' || coalesce(to_name, '') || ' ' || coalesce(text, '') || ' ' || coalesce(voice_id, '')
      || ' ' || coalesce(speech_provider, '')
      || ' ' || coalesce(end_sip_status::text, '') || ' ' || coalesce(end_sentence, '')
      || ' ' || coalesce(why_sentence, '') || ' ' || leg_words
  )) STORED;
DO $$
BEGIN
  CREATE INDEX calls_by_words ON calls USING gin (search gin_trgm_ops);
EXCEPTION WHEN OTHERS THEN
  RAISE NOTICE 'calls are searched without an index: %', SQLERRM;
END $$;
