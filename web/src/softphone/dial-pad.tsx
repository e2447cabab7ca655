import { useEffect, useRef } from 'react';
import { isPadKey, lettersOf, PAD_KEYS, type PadKey } from '../phone/dial-target.ts';
import classes from './softphone.module.css';

interface DialPadProps {
  label: string;
  onKey: (key: PadKey) => void;
  /** Digits typed anywhere on the page, outside of a text field, count as keys. */
  takesTyping?: boolean;
  /** The key 0, held down, is the `+` of an international number. */
  onPlus?: () => void;
}

const LONG_PRESS_MS = 500;

export function DialPad({ label, onKey, takesTyping = false, onPlus }: DialPadProps) {
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
        <Key
          key={key}
          name={key}
          onPress={() => onKey(key)}
          {...(key === '0' && onPlus && { onLong: onPlus })}
        />
      ))}
    </fieldset>
  );
}

function Key({ name, onPress, onLong }: { name: PadKey; onPress: () => void; onLong?: () => void }) {
  const pressed = useRef<{ timer: number; long: boolean }>({ timer: 0, long: false });
  const release = () => window.clearTimeout(pressed.current.timer);
  useEffect(() => () => window.clearTimeout(pressed.current.timer), []);
  const down = () => {
    pressed.current.long = false;
    if (!onLong) return;
    pressed.current.timer = window.setTimeout(() => {
      pressed.current.long = true;
      onLong();
    }, LONG_PRESS_MS);
  };
  return (
    <button
      type="button"
      className={classes.key}
      onPointerDown={down}
      onPointerUp={release}
      onPointerLeave={release}
      onClick={() => !pressed.current.long && onPress()}
      aria-label={keyName(name)}
    >
      <span className={classes.digit}>{name}</span>
      {/* Decoration, and no part of the key's name (WCAG 2.5.3). */}
      <span className={classes.letters} data-letters={lettersOf(name)} />
    </button>
  );
}

function keyName(key: PadKey): string {
  if (key === '*') return 'star';
  return key === '#' ? 'hash' : key;
}
