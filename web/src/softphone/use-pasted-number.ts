import { useEffect } from 'react';
import { dialTarget } from '../phone/dial-target.ts';

/** A number that is pasted on the page, outside of any field, is meant for the phone. */
export function usePastedNumber(take: (number: string) => void): void {
  useEffect(() => {
    const pasted = (event: ClipboardEvent) => {
      const inField =
        event.target instanceof HTMLElement &&
        event.target.closest('input, textarea, select, [contenteditable]') !== null;
      const number = inField ? null : dialTarget(event.clipboardData?.getData('text') ?? '');
      if (number !== null) take(number);
    };
    document.addEventListener('paste', pasted);
    return () => document.removeEventListener('paste', pasted);
  }, [take]);
}
