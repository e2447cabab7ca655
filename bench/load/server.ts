/** Our SIP server in a process of its own, which tells its parent where it listens and what it holds. */

import { startDrachtio } from '@ringback/drachtio-embedded';
import { createLogger } from '@ringback/runtime';

const server = await startDrachtio({
  contacts: ['sip:127.0.0.1:0;transport=udp'],
  admin: { host: '127.0.0.1', port: 0, secret: 'bench' },
  logger: createLogger('drachtio', 'error'),
});
const [sip = ''] = server.hostports;
process.send?.({ adminPort: server.adminPort, sipPort: Number(sip.split(':').at(-1)) });
process.once('disconnect', () => void server.close());
