import { MAX_NG_BYTES } from './value.ts';

/** Told each byte of a dictionary in turn, the first too, says whether more belongs to it. */
export type Scanner = { step(byte: number): 'more' | 'end' | 'fault' };

/** By the first byte of a message's dictionary; `undefined` when it is none. */
export function scannerFor(first: number): Scanner | undefined {
  if (first === 0x64) return new BencodeScanner();
  return first === 0x7b ? new JsonScanner() : undefined;
}

class BencodeScanner implements Scanner {
  #depth = 0;
  /** Bytes of a text still to come. */
  #text = 0;
  /** Digits of an integer, or of the length of a text. */
  #inside: 'integer' | 'length' | undefined;
  #textLength = 0;

  step(byte: number): 'more' | 'end' | 'fault' {
    if (this.#text > 0) {
      this.#text--;
      return 'more';
    }
    if (this.#inside === 'integer') return this.#integer(byte);
    if (this.#inside === 'length' || isDigit(byte)) return this.#length(byte);
    switch (byte) {
      case 0x69:
        this.#inside = 'integer';
        return 'more';
      case 0x64:
      case 0x6c:
        this.#depth++;
        return 'more';
      case 0x65:
        return --this.#depth === 0 ? 'end' : 'more';
      default:
        return 'fault';
    }
  }

  #integer(byte: number): 'more' | 'fault' {
    if (byte === 0x65) this.#inside = undefined;
    return byte === 0x65 || byte === 0x2d || isDigit(byte) ? 'more' : 'fault';
  }

  #length(byte: number): 'more' | 'fault' {
    if (byte === 0x3a) {
      this.#text = this.#textLength;
      this.#textLength = 0;
      this.#inside = undefined;
      return 'more';
    }
    this.#inside = 'length';
    this.#textLength = this.#textLength * 10 + byte - 0x30;
    return isDigit(byte) && this.#textLength <= MAX_NG_BYTES ? 'more' : 'fault';
  }
}

class JsonScanner implements Scanner {
  #depth = 0;
  #quoted = false;
  #escaped = false;

  step(byte: number): 'more' | 'end' {
    if (this.#quoted) this.#insideText(byte);
    else if (byte === 0x22) this.#quoted = true;
    else if (byte === 0x7b || byte === 0x5b) this.#depth++;
    else if ((byte === 0x7d || byte === 0x5d) && --this.#depth === 0) return 'end';
    return 'more';
  }

  #insideText(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === 0x5c) this.#escaped = true;
    else if (byte === 0x22) this.#quoted = false;
  }
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
