import { findProgram } from './program.ts';

/** Debian's Chromium, undefined when it is not installed. */
export const CHROMIUM = findProgram('chromium');

/** A Chromium that asks nobody, plays sound at once, reaches peers on loopback and has a microphone that beeps. */
export const CHROMIUM_FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--allow-loopback-in-peer-connection',
];
