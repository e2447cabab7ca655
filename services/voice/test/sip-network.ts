import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readWav } from '@ringback/audio';
import type { BusEvents, IssuedSession } from '@ringback/contracts';
import { type DrachtioServer, startDrachtio } from '@ringback/drachtio-embedded';
import { type Bus, createLocalBus, createLogger, parseConfig, type RunningService } from '@ringback/runtime';
import { computeHa1, digestCredentials, formatChallenge, parseAuth, verifyDigest } from '@ringback/sip';
import { createSpeech } from '@ringback/speech';
import Srf, { type Message, type Response } from 'drachtio-srf';
import { start } from '../src/index.ts';

const REALM = 'ringback.local';
const SECRET = 'cymru';
const NONCE = 'f00d';

export type InviteHandler = (req: Message, res: Response, srf: Srf) => void;

/** A real SIP server and, on drachtio-srf, a small registrar and callee: what a voice needs of the network around it. */
export class SipNetwork {
  readonly bus: Bus = createLocalBus(randomBytes(8).toString('hex'));
  readonly published: { subject: keyof BusEvents; payload: unknown }[] = [];
  /** Contacts as registered; a REGISTER that removes one takes it out. */
  readonly contacts = new Set<string>();
  /** Passwords that are good, by username. */
  readonly passwords = new Map<string, string>();
  registrations = 0;
  /** An INVITE is about to be challenged. */
  onChallenge: () => void = () => undefined;
  onInvite: InviteHandler = (_req, res) => res.send(404);
  readonly dataDir: string;
  readonly logger = createLogger('test', 'silent');
  readonly #waiting = new Set<() => void>();
  #server: DrachtioServer | undefined;
  #srf: Srf | undefined;
  #wsPort = 0;
  #issued = 0;

  static async start(): Promise<SipNetwork> {
    const network = new SipNetwork(await mkdtemp(join(tmpdir(), 'ringback-voice-')));
    await network.startServer();
    return network;
  }

  private constructor(dataDir: string) {
    this.dataDir = dataDir;
    this.bus.serve('session.issue', async () => this.#issue());
    for (const subject of ['network.event', 'voice.failed', 'call.hangup', 'part.health'] as const)
      this.bus.subscribe(subject, (payload) => {
        this.published.push({ subject, payload });
        this.#wake();
      });
  }

  get srf(): Srf {
    if (!this.#srf) throw new Error('the server is not running');
    return this.#srf;
  }

  get server(): DrachtioServer {
    if (!this.#server) throw new Error('the server is not running');
    return this.#server;
  }

  /** The one registered contact. */
  get contact(): string {
    return [...this.contacts][0] ?? '';
  }

  async startServer(): Promise<void> {
    this.#server = await startDrachtio({
      contacts: [`sip:127.0.0.1:${this.#wsPort};transport=ws`],
      admin: { host: '127.0.0.1', port: 0, secret: SECRET },
      logger: this.logger,
    });
    this.#wsPort = Number(this.#server.hostports[0]?.split(':').at(-1));
    const srf = new Srf();
    srf.on('error', () => undefined);
    srf.register((req, res) => this.#register(req, res));
    srf.invite((req, res) => {
      if (this.#authenticated(req, res)) this.onInvite(req, res, srf);
    });
    srf.connect({ host: '127.0.0.1', port: this.#server.adminPort, secret: SECRET });
    await once(srf, 'connect');
    this.#srf = srf;
  }

  async stopServer(): Promise<void> {
    this.#srf?.disconnect();
    await this.#server?.close();
    this.#srf = undefined;
    this.#server = undefined;
    this.contacts.clear();
  }

  startVoice(settings: Record<string, string> = {}): Promise<RunningService> {
    const config = parseConfig(
      {
        RINGBACK_SIP_WS_URL: `ws://127.0.0.1:${this.#wsPort}`,
        RINGBACK_DATA_DIR: this.dataDir,
        ...settings,
      },
      this.dataDir,
    );
    return start({ config, bus: this.bus, logger: this.logger });
  }

  /** Resolves when the condition holds; looked at whenever something was published or registered. */
  until(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => {
      const look = () => {
        if (!holds()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
    });
  }

  untilRegistered(): Promise<void> {
    return this.until(() =>
      this.published.some(
        ({ subject, payload }) =>
          subject === 'part.health' &&
          (payload as BusEvents['part.health']).part === 'voice' &&
          (payload as BusEvents['part.health']).state === 'up',
      ),
    );
  }

  payloads<S extends keyof BusEvents>(subject: S): BusEvents[S][] {
    return this.published
      .filter((one) => one.subject === subject)
      .map(({ payload }) => payload as BusEvents[S]);
  }

  /** What became of a call's speech, in order. */
  speechOf(callId: string): string[] {
    return this.payloads('network.event').flatMap((event) =>
      'provider' in event && event.callId === callId ? [`${event.type} ${event.provider}`] : [],
    );
  }

  /** The bytes of a text in the built-in voice, from a synthesizer of our own on the voice's cache. */
  async spoken(text: string): Promise<Uint8Array> {
    const speech = await createSpeech({ dataDir: this.dataDir, logger: this.logger });
    try {
      const { id, done } = await speech.say({ text });
      await done;
      const wav = await speech.wav(id);
      if (!wav) throw new Error('not in the cache');
      return Uint8Array.from(readWav(await readFile(wav.path)).data);
    } finally {
      await speech.close();
    }
  }

  async close(): Promise<void> {
    await this.stopServer();
    await this.bus.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  async #issue(): Promise<IssuedSession> {
    this.#issued += 1;
    const username = `voice.${this.#issued}`;
    const password = randomBytes(9).toString('hex');
    this.passwords.set(username, password);
    return {
      number: 'voice',
      displayName: 'Voice',
      uri: `sip:voice@${REALM}`,
      username,
      password,
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    };
  }

  #register(req: Message, res: Response): void {
    if (!this.#authenticated(req, res)) return;
    const given = req.get('Contact');
    const contact = given.slice(given.indexOf('<') + 1, given.indexOf('>'));
    this.registrations += 1;
    if (/;expires=0/.test(given)) {
      this.contacts.delete(contact);
      res.send(200);
    } else {
      this.contacts.add(contact);
      res.send(200, { headers: { Contact: `<${contact}>;expires=90` } });
    }
    this.#wake();
  }

  #authenticated(req: Message, res: Response): boolean {
    const auth = parseAuth(req.has('Authorization') ? req.get('Authorization') : '');
    const credentials = auth && digestCredentials(auth);
    const password = this.passwords.get(credentials?.username ?? '');
    if (credentials && password !== undefined) {
      const ha1 = computeHa1('MD5', credentials.username, REALM, password);
      if (verifyDigest(credentials, req.method, ha1)) return true;
    }
    if (req.method === 'INVITE') this.onChallenge();
    const challenge = formatChallenge({ algorithm: 'MD5', realm: REALM, nonce: NONCE });
    res.send(401, { headers: { 'WWW-Authenticate': challenge } });
    return false;
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }
}
