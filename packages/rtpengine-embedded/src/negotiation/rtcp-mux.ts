import type { RtcpMuxOption } from '@ringback/rtpengine-ng';

type Options = readonly RtcpMuxOption[];

/**
 * Whether RTP and RTCP share a port towards one endpoint (RFC 5761 5.1.1). It goes by what that endpoint and the other
 * side want, unless the options of rtpengine say otherwise: `offer` and `require` offer it in any case, `demux` keeps it from
 * the other side, `demux` and `accept` take it whatever the other side says, `reject` never does.
 */
export class RtcpMux {
  /** Agreed by the last answer. */
  agreed = false;
  #offered = false;
  #told = false;
  #options: Options = [];

  /** It offers. */
  heardOffer(offered: boolean, options: Options): void {
    this.#offered = offered;
    this.#options = options;
  }

  /** What our answer to that says. */
  answer(otherSideTakes: boolean, options: Options): boolean {
    const all = [...this.#options, ...options];
    const takes = otherSideTakes || all.includes('demux') || all.includes('accept');
    this.agreed = this.#offered && takes && !all.includes('reject');
    return this.agreed;
  }

  /** What our offer says. */
  offer(otherSideOffers: boolean, options: Options): boolean {
    const asked = options.includes('offer') || options.includes('require');
    this.#told = asked || (otherSideOffers && !options.includes('demux'));
    return this.#told;
  }

  /** It answers that. */
  heardAnswer(taken: boolean): void {
    this.agreed = this.#told && taken;
  }
}
