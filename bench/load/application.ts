/** The smallest B2BUA that drachtio-srf allows, in a process of its own. Arguments: server, port, secret, callee's URI. */
import Srf, { type Dialog } from 'drachtio-srf';

const [host = '', port = '', secret = '', callee = ''] = process.argv.slice(2);
/** A caller that hangs up at once may have done so before the call is told to be up. */
function endTogether(one: Dialog, other: Dialog): void {
  if (one.connected) one.on('destroy', () => void other.destroy());
  else void other.destroy();
}

const srf = new Srf();
srf.on('error', (error: Error) => process.stderr.write(`application: ${error.message}\n`));
srf.on('connect', (error?: Error) => {
  if (error) throw error;
  process.send?.({ ready: true });
});
srf.invite(async (req, res) => {
  try {
    const { uas, uac } = await srf.createB2BUA(req, res, callee, { localSdpB: req.body });
    endTogether(uas, uac);
    endTogether(uac, uas);
  } catch (error) {
    process.stderr.write(`application: ${error}\n`);
  }
});
srf.connect({ host, port: Number(port), secret });
process.once('disconnect', () => srf.disconnect());
