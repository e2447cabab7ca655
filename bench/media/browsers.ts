/**
 * Browsers that set up WebRTC calls one after the other, so many at once, in a process of their own: ICE and DTLS-SRTP to
 * the media server, a plain phone that is not there behind it, and the end as soon as the track is open.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Audio, PeerConnection, type Track } from 'node-datachannel';
import { HOST, NgControl, phoneSdp } from './ng.ts';

/** `perSecond`: at most, of all of them. */
export type BrowsersOrder = { ngPort: number; atOnce: number; perSecond: number; seconds: number };
export type BrowsersReport = { setUps: number; failed: number; p50Ms: number; p99Ms: number };

/** A call that is not up by then has failed. */
const PATIENCE_MS = 10_000;
/** Nobody listens there. */
const PHONE_PORT = 9;

async function described(connection: PeerConnection): Promise<string> {
  const gathered = new Promise<void>((resolve) => {
    connection.onGatheringStateChange((state) => {
      if (state === 'complete') resolve();
    });
  });
  connection.setLocalDescription('offer');
  await gathered;
  return connection.localDescription()?.sdp ?? '';
}

function opened(track: Track): Promise<boolean> {
  return new Promise((resolve) => {
    const limit = setTimeout(() => resolve(false), PATIENCE_MS);
    track.onOpen(() => {
      clearTimeout(limit);
      resolve(true);
    });
  });
}

/** From the offer to the open track in ms; undefined when it came to nothing. */
async function setUp(control: NgControl, callId: string): Promise<number | undefined> {
  const connection = new PeerConnection(callId, {
    iceServers: [],
    bindAddress: HOST,
    forceMediaTransport: true,
  });
  const audio = new Audio('0', 'SendRecv');
  audio.addAudioCodec(0, 'PCMU/8000');
  const track = connection.addTrack(audio);
  const isOpen = opened(track);
  const call = { 'call-id': callId, 'from-tag': 'browser' };
  try {
    const sdp = await described(connection);
    const beganMs = performance.now();
    await control.command({ command: 'offer', ...call, 'transport-protocol': 'RTP/AVP', ICE: 'remove', sdp });
    const answer = await control.command({
      command: 'answer',
      ...call,
      'to-tag': 'phone',
      'transport-protocol': 'UDP/TLS/RTP/SAVPF',
      ICE: 'force',
      sdp: phoneSdp(PHONE_PORT),
    });
    connection.setRemoteDescription(String(answer.sdp), 'answer');
    return (await isOpen) ? performance.now() - beganMs : undefined;
  } finally {
    await control.command({ command: 'delete', 'call-id': callId });
    track.close();
    connection.close();
  }
}

/** The library now and then refuses an answer for which its own side is not ready; a browser would call again. */
function failed(error: Error): undefined {
  console.error(error.message);
}

async function run({ ngPort, atOnce, perSecond, seconds }: BrowsersOrder): Promise<BrowsersReport> {
  const control = await NgControl.open(ngPort);
  const beganMs = performance.now();
  const untilMs = beganMs + seconds * 1000;
  const times: (number | undefined)[] = [];
  const browser = async (name: number) => {
    for (let i = 0; performance.now() < untilMs; i++) {
      const dueMs = beganMs + ((i * atOnce + name) * 1000) / perSecond;
      await sleep(Math.max(0, dueMs - performance.now()));
      times.push(await setUp(control, `browser-${name}-${i}`).catch(failed));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, name) => browser(name)));
  control.close();
  const took = times.filter((time) => time !== undefined).sort((a, b) => a - b);
  const percentile = (part: number) => took[Math.floor(took.length * part)] ?? Number.NaN;
  return {
    setUps: took.length,
    failed: times.length - took.length,
    p50Ms: percentile(0.5),
    p99Ms: percentile(0.99),
  };
}

const [order] = (await once(process, 'message')) as [BrowsersOrder];
process.send?.(await run(order), () => process.exit(0));
