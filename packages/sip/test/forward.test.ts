import { describe, expect, it } from 'vitest';
import {
  forwardRequest,
  header,
  headers,
  hopsUsedUp,
  isLooped,
  loopBranch,
  prependHeader,
  routeOnward,
  takeOwnRoutes,
  withHeader,
} from '../src/index.ts';
import { request } from './messages.ts';

const VIA = 'SIP/2.0/UDP proxy.example;branch=z9hG4bKown';
const isOwn = (uri: string) => uri.includes('@proxy.example') || uri === 'sip:proxy.example;lr';

describe('the copy that a proxy forwards', () => {
  it('has our Via and Record-Route on top, and one hop less', () => {
    const invite = request('INVITE', 'Record-Route: <sip:before.example;lr>\n');
    const copy = forwardRequest(invite, {
      via: VIA,
      recordRoutes: ['<sip:out@proxy.example;lr>', '<sip:in@proxy.example;lr>'],
    });
    expect(headers(copy, 'Via')).toEqual([VIA, header(invite, 'Via')]);
    expect(headers(copy, 'Record-Route')).toEqual([
      '<sip:out@proxy.example;lr>',
      '<sip:in@proxy.example;lr>',
      '<sip:before.example;lr>',
    ]);
    expect(header(copy, 'Max-Forwards')).toBe('69');
    expect(copy.uri).toBe(invite.uri);
  });

  it('of a REGISTER has Path, and 70 hops when none were named', () => {
    const register = withHeader(request('REGISTER'), 'Max-Forwards', 'x');
    const options = { via: VIA, recordRoutes: ['<sip:proxy.example;lr>'], recordRouteName: 'Path' } as const;
    const copy = forwardRequest(register, options);
    expect(header(copy, 'Path')).toBe('<sip:proxy.example;lr>');
    expect(header(copy, 'Record-Route')).toBeUndefined();
    expect(header(copy, 'Max-Forwards')).toBe('70');
  });

  it('does not leave when the hops are used up', () => {
    expect(hopsUsedUp(request('INVITE'))).toBe(false);
    expect(hopsUsedUp(withHeader(request('INVITE'), 'Max-Forwards', '0'))).toBe(true);
  });
});

describe('the Route of a request', () => {
  it('loses the values that name us, and keeps the others', () => {
    const bye = request(
      'BYE',
      'Route: <sip:out@proxy.example;lr>, <sip:in@proxy.example;lr>\nRoute: <sip:next.example;lr>\n',
    );
    const own = takeOwnRoutes(bye, isOwn);
    expect(own.taken).toEqual(['sip:out@proxy.example;lr', 'sip:in@proxy.example;lr']);
    const { request: onward, nextHop } = routeOnward(own.request);
    expect(headers(onward, 'Route')).toEqual(['<sip:next.example;lr>']);
    expect(nextHop).toBe('sip:next.example;lr');
    expect(onward.uri).toBe(bye.uri);
  });

  it('that a strict router rewrote is put right', () => {
    const bye = { ...request('BYE', 'Route: <sip:bob@biloxi.example>\n'), uri: 'sip:in@proxy.example;lr' };
    const own = takeOwnRoutes(bye, isOwn);
    expect(own.request.uri).toBe('sip:bob@biloxi.example');
    expect(headers(own.request, 'Route')).toEqual([]);
    expect(own.taken).toEqual(['sip:in@proxy.example;lr']);
  });

  it('to a strict router ends with the target, and names the router as Request-URI', () => {
    const bye = request('BYE', 'Route: <sip:old.example>\n');
    const { request: onward, nextHop } = routeOnward(bye);
    expect(onward.uri).toBe('sip:old.example');
    expect(headers(onward, 'Route')).toEqual([`<${bye.uri}>`]);
    expect(nextHop).toBe('sip:old.example');
  });
});

describe('a request that comes back', () => {
  const invite = request('INVITE');
  const branch = loopBranch('z9hG4bKabc', invite);
  const back = prependHeader(
    forwardRequest(invite, { via: `SIP/2.0/UDP proxy.example;branch=${branch}` }),
    'Via',
    'SIP/2.0/UDP other.example;branch=z9hG4bKother',
  );
  const isOurs = ({ host }: { host: string }) => host === 'proxy.example';

  it('unchanged is in a loop', () => expect(isLooped(back, isOurs)).toBe(true));
  it('with another Request-URI is a spiral', () =>
    expect(isLooped({ ...back, uri: 'sip:carol@biloxi.example' }, isOurs)).toBe(false));
  it('with a Via of somebody else is neither', () => expect(isLooped(back, () => false)).toBe(false));
});
