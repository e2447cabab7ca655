import type { NaptrRecord, SrvRecord } from '@ringback/sip';
import type { Dns, DnsAnswer } from '../src/index.ts';

export interface MemoryRecords {
  naptr?: Record<string, NaptrRecord[]>;
  srv?: Record<string, SrvRecord[]>;
  a?: Record<string, string[]>;
  aaaa?: Record<string, string[]>;
}

/** A DNS of a few records; `asked` tells what it was asked for, in order. */
export function memoryDns(records: MemoryRecords, ttlSec = 60): Dns & { asked: string[] } {
  const asked: string[] = [];
  const answer = async <T>(question: string, found: T[] = []): Promise<DnsAnswer<T>> => {
    asked.push(question);
    return { records: found, ttlSec };
  };
  return {
    asked,
    naptr: (name) => answer(`NAPTR ${name}`, records.naptr?.[name]),
    srv: (name) => answer(`SRV ${name}`, records.srv?.[name]),
    addresses: (name, family) =>
      family === 4 ? answer(`A ${name}`, records.a?.[name]) : answer(`AAAA ${name}`, records.aaaa?.[name]),
  };
}
