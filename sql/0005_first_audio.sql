-- From the order of a text to its first sound, in milliseconds, and whether that sound was kept from an earlier time.
ALTER TABLE calls ADD COLUMN first_audio_ms integer CHECK (first_audio_ms >= 0);
ALTER TABLE calls ADD COLUMN speech_cached boolean;
