export { CRYPTO_SUITES, type CryptoSuite, type CryptoSuiteName, cryptoSuite } from './crypto-suite.ts';
export { isSrtpFault, type SrtpFault } from './fault.ts';
export type { MasterKey } from './key-derivation.ts';
export { type CryptoAttribute, type CryptoRefusal, readCrypto, writeCrypto } from './sdes.ts';
export { SrtpReceiver } from './srtp-receiver.ts';
export { SrtpSender } from './srtp-sender.ts';
export { type SrtpSessionOptions, sameSession } from './transform.ts';
