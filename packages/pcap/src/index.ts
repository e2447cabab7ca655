export { type CaptureFormat, pcap, pcapng, type Resolution } from './capture-format.ts';
export { CaptureWriter, type Datagram } from './capture-writer.ts';
export { type CapturedFrame, PcapError, readPcap } from './read-pcap.ts';
export { type Endpoint, MAX_PAYLOAD, udpFrame } from './udp-frame.ts';
