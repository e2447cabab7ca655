import type { SipResponse } from '../message.ts';
import type { Edge, ResponseEvent } from '../transaction/machine.ts';

/*
 * One branch of a proxied request: one target and the client transaction that leads there (RFC 3261 16.6 to 16.8)
 *
 *  +---------+ start  +---------+  1xx   +------------+
 *  | waiting |------->| calling |------->| proceeding |<-+ 1xx: forward
 *  +---------+        +---------+        +------------+--+
 *       | cancel          |   |   cancel      |   |
 *       |                 |   +------>+<------+   | C, final: CANCEL, counts as 408
 *       |  C, final,      |     +------------+    |        +-----------+
 *       |  provisional    |     | cancelling |    +------->| abandoned |
 *       |                 +-----|------------|------------>+-----------+
 *       v                       +------------+                 |
 *  +--------+   3xx-6xx, lost         |          3xx-6xx, lost |    From each of them a 2xx leads
 *  | failed |<------------------------+------------------------+    to `accepted`, and is forwarded.
 *  +--------+
 */
export type BranchName =
  | 'waiting'
  | 'calling'
  | 'proceeding'
  | 'cancelling'
  | 'abandoned'
  | 'accepted'
  | 'failed';

/** The timers of a branch: C of RFC 3261 16.6 step 11, and what the application gives a target to speak at all, and to answer. */
export type BranchTimer = 'C' | 'provisional' | 'final';

export interface Branch {
  readonly id: number;
  /** URI that the request is sent to. */
  readonly target: string;
  /** Found in a redirect rather than named by the application. */
  readonly recursed: boolean;
  readonly name: BranchName;
  /** Its final failure, as it counts in the choice. */
  readonly failure: SipResponse | undefined;
}

export type BranchEvent = ResponseEvent | 'start' | 'lost' | 'cancel' | BranchTimer;
export type BranchAction =
  | 'launch'
  | 'progress'
  | 'accept'
  | 'repeat'
  | 'settle'
  | 'cancel'
  | 'abandon'
  | 'nothing';
type Edges = Record<BranchEvent, Edge<BranchName, BranchAction>>;

/** What a branch that is over does with all that still happens to it. */
const over = (name: BranchName): Edges => ({
  start: [name, 'nothing'],
  '1xx': [name, 'nothing'],
  '2xx': [name, 'nothing'],
  '3xx-6xx': [name, 'nothing'],
  lost: [name, 'nothing'],
  cancel: [name, 'nothing'],
  C: [name, 'nothing'],
  provisional: [name, 'nothing'],
  final: [name, 'nothing'],
});

/** A branch that waits for its target. */
const atWork = (name: BranchName): Edges => ({
  start: [name, 'nothing'],
  '1xx': ['proceeding', 'progress'],
  '2xx': ['accepted', 'accept'],
  '3xx-6xx': ['failed', 'settle'],
  lost: ['failed', 'settle'],
  cancel: ['cancelling', 'cancel'],
  C: ['abandoned', 'abandon'],
  provisional: ['abandoned', 'abandon'],
  final: ['abandoned', 'abandon'],
});

export const branchTable = {
  waiting: { ...over('waiting'), start: ['calling', 'launch'], cancel: ['failed', 'nothing'] },
  calling: atWork('calling'),
  // Once it has rung, only the time for its answer counts.
  proceeding: { ...atWork('proceeding'), provisional: ['proceeding', 'nothing'] },
  // The CANCEL may come too late: then the 2xx is forwarded all the same (RFC 3261 16.7 step 5).
  cancelling: {
    ...over('cancelling'),
    '2xx': ['accepted', 'accept'],
    '3xx-6xx': ['failed', 'settle'],
    lost: ['failed', 'settle'],
  },
  abandoned: {
    ...over('abandoned'),
    '2xx': ['accepted', 'accept'],
    '3xx-6xx': ['failed', 'nothing'],
    lost: ['failed', 'nothing'],
  },
  // RFC 6026 7.2: each repetition, and each fork behind the target, goes upstream.
  accepted: { ...over('accepted'), '2xx': ['accepted', 'repeat'] },
  failed: over('failed'),
} satisfies Record<BranchName, Edges>;

/** Its answer is still awaited before the best one is chosen. */
export const isPending = ({ name }: Branch) =>
  name === 'calling' || name === 'proceeding' || name === 'cancelling';

/** It could still be called off. */
export const isActive = ({ name }: Branch) => name === 'calling' || name === 'proceeding';
