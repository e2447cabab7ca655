/**
 * What SRTP costs: microseconds per packet of G.711 (172 bytes), by suite and direction, and for packets of a stranger.
 * `npm run bench:srtp`
 */
import { CRYPTO_SUITES, isSrtpFault, SrtpReceiver, SrtpSender } from '@ringback/srtp';

const PACKETS = 50_000;

function microseconds(work: (i: number) => void): string {
  const began = process.hrtime.bigint();
  for (let i = 0; i < PACKETS; i++) work(i);
  return (Number(process.hrtime.bigint() - began) / PACKETS / 1000).toFixed(2).padStart(9);
}

const packet = Buffer.alloc(172, 0xd5);
packet[0] = 0x80;

console.log('us per packet'.padEnd(26), 'protect'.padStart(9), 'open'.padStart(9), 'stranger'.padStart(9));
for (const suite of CRYPTO_SUITES) {
  const master = { key: Buffer.alloc(suite.keyLength, 1), salt: Buffer.alloc(suite.saltLength, 2) };
  const sender = new SrtpSender({ suite, master });
  const receiver = new SrtpReceiver({ suite, master });
  const sealed: Buffer[] = [];
  const protect = microseconds((i) => {
    packet.writeUInt16BE(i & 0xffff, 2);
    const out = sender.protectRtp(packet);
    if (isSrtpFault(out)) throw new Error(out);
    sealed.push(out);
  });
  const open = microseconds((i) => {
    const opened = receiver.openRtp(sealed[i]!);
    if (isSrtpFault(opened)) throw new Error(opened);
  });
  const foreign = Buffer.alloc(182, 0x80);
  const stranger = microseconds(() => {
    if (receiver.openRtp(foreign) !== 'unauthenticated') throw new Error('a stranger was heard');
  });
  console.log(suite.name.padEnd(26), protect, open, stranger);
}
