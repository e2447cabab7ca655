const KEY = 'ringback-auto-answer';

/** On by the switch, which is remembered, or by `?autoanswer=1`, which holds for this page only. */
export function readAutoAnswer(search: string): boolean {
  const asked = new URLSearchParams(search).get('autoanswer');
  if (asked !== null) return asked === '1';
  return localStorage.getItem(KEY) === '1';
}

export function keepAutoAnswer(on: boolean): void {
  localStorage.setItem(KEY, on ? '1' : '0');
}
