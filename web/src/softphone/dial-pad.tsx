import { useEffect } from 'react';
import { isPadKey, lettersOf, PAD_KEYS, type PadKey } from '../phone/dial-target.ts';
import classes from './softphone.module.css';

interface DialPadProps {
  label: string;
  onKey: (key: PadKey) => void;
  /** Digits typed anywhere on the page, outside of a text field, count as keys. */
  takesTyping?: boolean;
}

export function DialPad({ label, onKey, takesTyping = false }: DialPadProps) {
  useEffect(() => {
    if (!takesTyping) return;
    const typed = (event: KeyboardEvent) => {
      const inField =
        event.target instanceof HTMLElement && event.target.closest('input, textarea, select') !== null;
      if (!inField && !event.ctrlKey && !event.metaKey && !event.altKey && isPadKey(event.key))
        onKey(event.key);
    };
    window.addEventListener('keydown', typed);
    return () => window.removeEventListener('keydown', typed);
  }, [takesTyping, onKey]);
  return (
    <fieldset
      className={classes.pad}
      aria-label={label}
      style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}
    >
      {PAD_KEYS.map((key) => (
        <button
          key={key}
          type="button"
          className={classes.key}
          onClick={() => onKey(key)}
          aria-label={keyName(key)}
        >
          <span className={classes.digit}>{key}</span>
          <span className={classes.letters}>{lettersOf(key)}</span>
        </button>
      ))}
    </fieldset>
  );
}

function keyName(key: PadKey): string {
  if (key === '*') return 'star';
  return key === '#' ? 'hash' : key;
}
