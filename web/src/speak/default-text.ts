/** What a newcomer sends with one click. */
export const DEFAULT_TEXT =
  'Hello! This is Ringback, calling your browser. These words were text a moment ago; now they travel as a real phone call. Hang up whenever you like.';

/** As long as the REST interface takes (contracts: MAX_TEXT_LENGTH). */
export const MAX_TEXT_LENGTH = 5000;

export const DEFAULT_CALLER = 'Ringback';
/** As long as the REST interface takes. */
export const MAX_CALLER_LENGTH = 64;
