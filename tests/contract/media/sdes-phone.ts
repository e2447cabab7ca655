import { randomBytes } from 'node:crypto';
import {
  type CryptoAttribute,
  type CryptoSuiteName,
  cryptoSuite,
  isSrtpFault,
  readCrypto,
  SrtpReceiver,
  SrtpSender,
  writeCrypto,
} from '@ringback/srtp';
import type { PlainPhone } from './plain-phone.ts';

/** The crypto lines of a description that can be used. */
export function cryptoLines(sdp: string): CryptoAttribute[] {
  return [...sdp.matchAll(/^a=crypto:(.*?)\r?$/gm)].flatMap(([, value = '']) => {
    const line = readCrypto(value);
    return 'refused' in line ? [] : [line];
  });
}

/** Makes a plain phone one that speaks SRTP with keys in its descriptions (RFC 4568). */
export class SdesPhone {
  readonly phone: PlainPhone;
  ours: CryptoAttribute;
  theirs: CryptoAttribute | undefined;
  /** Packets that were not authentic. */
  faults = 0;

  constructor(phone: PlainPhone, suite: CryptoSuiteName, tag = 1) {
    this.phone = phone;
    this.ours = newLine(suite, tag);
  }

  /** The description, with keys. */
  describe(options: Parameters<PlainPhone['describe']>[0] = {}, profile = 'RTP/SAVP'): string {
    const sdp = this.phone.describe(options).replace('RTP/AVP', profile);
    return `${sdp}a=crypto:${writeCrypto(this.ours)}\r\n`;
  }

  /** Answers an offer that lists our suite: with its tag. */
  take(offer: string): void {
    const line = cryptoLines(offer).find(({ suite }) => suite === this.ours.suite);
    if (!line) throw new Error(`${this.ours.suite.name} was not offered`);
    this.ours = { ...this.ours, tag: line.tag };
    this.connect(offer, line);
  }

  /** Goes by the other side's description from now on. */
  connect(sdp: string, line = cryptoLines(sdp)[0]): void {
    this.phone.connect(sdp);
    if (!line) throw new Error('no key');
    const changed = JSON.stringify(line) !== JSON.stringify(this.theirs);
    this.theirs = line;
    if (changed) this.protect();
  }

  /** A new key for what this phone sends. */
  rekey(): void {
    this.ours = { ...newLine(this.ours.suite.name, this.ours.tag) };
  }

  protect(): void {
    if (!this.theirs) throw new Error('not connected');
    const sender = new SrtpSender(this.ours);
    const receiver = new SrtpReceiver(this.theirs);
    this.phone.protection = {
      seal: (bytes, protocol) => {
        const sealed = protocol === 'rtp' ? sender.protectRtp(Buffer.from(bytes)) : sender.protectRtcp(bytes);
        if (isSrtpFault(sealed)) throw new Error(sealed);
        return sealed;
      },
      open: (bytes, protocol) => {
        const opened = protocol === 'rtp' ? receiver.openRtp(bytes) : receiver.openRtcp(bytes);
        if (!isSrtpFault(opened)) return opened;
        this.faults++;
        return undefined;
      },
    };
  }
}

function newLine(name: CryptoSuiteName, tag: number): CryptoAttribute {
  const suite = cryptoSuite(name)!;
  return { tag, suite, master: { key: randomBytes(suite.keyLength), salt: randomBytes(suite.saltLength) } };
}
