import { dictionary, list, number, party, text } from './ng-value.ts';

/** A key, and the time at which its sound or event began. */
export interface PressedKey {
  readonly digit: string;
  readonly atMs: number;
}

/** The newest keys that the side with this tag has pressed, oldest first. Our engine tells them as `keys`; rtpengine does not. */
export function pressedKeys(reply: unknown, tag: string): PressedKey[] {
  return list(party(reply, tag)?.keys).flatMap((value) => {
    const told = dictionary(value);
    const [digit, pressedUs] = [text(told?.key), number(told?.pressed_us)];
    return digit?.length === 1 && pressedUs !== null ? [{ digit, atMs: pressedUs / 1000 }] : [];
  });
}
