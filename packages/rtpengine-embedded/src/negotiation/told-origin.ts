import type { ReplaceOption } from '@ringback/rtpengine-ng';
import type { Sdp } from '@ringback/sdp';

/**
 * What one endpoint was told about the origin of its descriptions (RFC 8866 5.2), so that the option `replace` can keep it
 * the same whoever speaks to it. Without `replace` the lines are those of the other side.
 */
export class ToldOrigin {
  #first: { username: string; sessionId: string; name: string } | undefined;
  #version = 0;
  #body: string | undefined;

  /** The lines `o=` and `s=` above `body`, the rest of the description. `network` is our own address. */
  lines(source: Sdp, network: string, replace: readonly ReplaceOption[], body: string): string[] {
    const { origin, name = '-' } = source;
    const whole = replace.includes('origin-full');
    const theirs = {
      username: String(origin.username),
      sessionId: String(origin.sessionId),
      name: String(name),
    };
    this.#first ??= theirs;
    const username = (whole || replace.includes('username') ? this.#first : theirs).username;
    const sessionId = (whole ? this.#first : theirs).sessionId;
    const sessionName = (replace.includes('session-name') ? this.#first : theirs).name;
    const version = this.#versionOf(
      origin.sessionVersion,
      whole ? [...replace, 'sdp-version'] : replace,
      body,
    );
    const ours = whole || replace.includes('origin');
    const address = ours ? network : `IN IP${origin.ipVer} ${origin.address}`;
    return [`o=${username} ${sessionId} ${version} ${address}`, `s=${sessionName}`];
  }

  /** `sdp-version`: one more for each description that differs from the one before; else the version of the source. */
  #versionOf(theirs: number, replace: readonly ReplaceOption[], body: string): number {
    const first = this.#body === undefined;
    const changed = this.#body !== body;
    this.#body = body;
    const forced = replace.includes('force-increment-sdp-ver');
    if (first || !(forced || replace.includes('sdp-version'))) this.#version = Number(theirs);
    else if (forced || changed) this.#version++;
    return this.#version;
  }
}
