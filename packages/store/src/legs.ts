import type { Leg, LegSummary } from '@ringback/contracts';
import type { Queries } from './database.ts';

const COLUMNS = `id, call_id AS "callId", role, state, sip_call_id AS "sipCallId", number,
  display_name AS "displayName", kind, transport, remote_address AS "remoteAddress", user_agent AS "userAgent",
  started_at AS "startedAt", answered_at AS "answeredAt", ended_at AS "endedAt", sip_status AS "sipStatus", media`;

export async function saveLeg(queries: Queries, leg: Leg): Promise<void> {
  await queries.rows(
    `INSERT INTO legs (id, call_id, role, state, sip_call_id, number, display_name, kind, transport,
       remote_address, user_agent, started_at, answered_at, ended_at, sip_status, media)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
     ON CONFLICT (id) DO UPDATE SET state = EXCLUDED.state, number = EXCLUDED.number,
       display_name = EXCLUDED.display_name, kind = EXCLUDED.kind, transport = EXCLUDED.transport,
       remote_address = EXCLUDED.remote_address, user_agent = EXCLUDED.user_agent,
       answered_at = EXCLUDED.answered_at, ended_at = EXCLUDED.ended_at, sip_status = EXCLUDED.sip_status,
       sip_call_id = EXCLUDED.sip_call_id, media = coalesce(EXCLUDED.media, legs.media)
     WHERE legs.state <> 'terminated' OR EXCLUDED.state = 'terminated'`,
    [
      leg.id,
      leg.callId,
      leg.role,
      leg.state,
      leg.sipCallId,
      leg.number,
      leg.displayName,
      leg.kind,
      leg.transport,
      leg.remoteAddress,
      leg.userAgent,
      leg.startedAt,
      leg.answeredAt,
      leg.endedAt,
      leg.sipStatus,
      leg.media && JSON.stringify(leg.media),
    ],
  );
}

/** The caller's first, then in the order in which they began. */
export function legsOf(queries: Queries, callId: string): Promise<Leg[]> {
  return queries.rows(`SELECT ${COLUMNS} FROM legs WHERE call_id = $1 ORDER BY role DESC, started_at, id`, [
    callId,
  ]);
}

/** What a list tells of the legs of those calls, by the call's id; each call's as `legsOf` orders them. */
export async function legSummaries(
  queries: Queries,
  callIds: readonly string[],
): Promise<Map<string, LegSummary[]>> {
  const rows = await queries.rows<LegSummary & { callId: string }>(
    `SELECT call_id AS "callId", role, number, kind, transport, remote_address AS "remoteAddress",
       user_agent AS "userAgent", sip_call_id AS "sipCallId"
     FROM legs WHERE call_id = ANY($1) ORDER BY role DESC, started_at, id`,
    [callIds],
  );
  const ofCall = new Map<string, LegSummary[]>();
  for (const { callId, ...leg } of rows) ofCall.set(callId, [...(ofCall.get(callId) ?? []), leg]);
  return ofCall;
}

export async function newestLeg(queries: Queries, sipCallId: string): Promise<Leg | null> {
  const [leg] = await queries.rows<Leg>(
    `SELECT ${COLUMNS} FROM legs WHERE sip_call_id = $1 ORDER BY started_at DESC LIMIT 1`,
    [sipCallId],
  );
  return leg ?? null;
}
