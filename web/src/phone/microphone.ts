import type { Trouble } from '../api/problem-error.ts';

export type MicrophoneAnswer =
  | { kind: 'granted'; stream: MediaStream }
  | { kind: 'refused'; trouble: Trouble };

/** Asks the browser for a microphone, the chosen one if it is there; a refusal is an answer, not an exception. */
export async function askMicrophone(deviceId = ''): Promise<MicrophoneAnswer> {
  // Absent on pages that came over plain HTTP from another machine (W3C Media Capture 10.1).
  if (!navigator.mediaDevices) return { kind: 'refused', trouble: microphoneTrouble('InsecureOrigin') };
  const chosen = deviceId === '' ? {} : { deviceId: { ideal: deviceId } };
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, ...chosen };
  try {
    return { kind: 'granted', stream: await navigator.mediaDevices.getUserMedia({ audio }) };
  } catch (error) {
    return {
      kind: 'refused',
      trouble: microphoneTrouble(error instanceof DOMException ? error.name : String(error)),
    };
  }
}

/** `name`: of the DOMException by which getUserMedia refused, or `InsecureOrigin`. */
export function microphoneTrouble(name: string): Trouble {
  switch (name) {
    case 'InsecureOrigin':
      return {
        sentence: 'Browsers give the microphone only to a page on a secure origin.',
        remedy:
          'Open it as http://localhost on the machine that runs Ringback, or over HTTPS. Listening works here too.',
      };
    case 'NotAllowedError':
    case 'SecurityError':
      return {
        sentence: 'The browser did not allow the microphone.',
        remedy: 'Allow it with the icon beside the address, then try again. You can also just listen.',
      };
    case 'NotFoundError':
    case 'OverconstrainedError':
      return {
        sentence: 'This machine has no microphone.',
        remedy: 'Plug one in and try again. You can also just listen.',
      };
    case 'NotReadableError':
    case 'AbortError':
      return {
        sentence: 'The microphone is in use by another program.',
        remedy: 'Close that program and try again. You can also just listen.',
      };
    default:
      return { sentence: `The microphone cannot be used (${name}).`, remedy: 'You can also just listen.' };
  }
}
