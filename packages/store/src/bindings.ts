import type { Database } from './database.ts';
import type { BindingRow, BindingStore } from './store.ts';

export const BINDING_COLUMNS = `id, number, contact, transport, remote_address AS "remoteAddress", user_agent AS "userAgent",
  registered_at AS "registeredAt", expires_at AS "expiresAt", sip_call_id AS "sipCallId", cseq`;

export function bindingStore(database: Database): BindingStore {
  return {
    all: (nowMs) =>
      database.rows(
        `SELECT ${BINDING_COLUMNS} FROM bindings WHERE expires_at > $1 ORDER BY number, registered_at DESC, contact`,
        [new Date(nowMs)],
      ),
    ofNumber: (number, nowMs) =>
      database.rows(
        `SELECT ${BINDING_COLUMNS} FROM bindings WHERE number = $1 AND expires_at > $2
         ORDER BY registered_at DESC, contact`,
        [number, new Date(nowMs)],
      ),
    async save(row) {
      const [saved] = await database.rows<{ added: boolean }>(
        `INSERT INTO bindings (id, number, contact, transport, remote_address, user_agent,
           registered_at, expires_at, sip_call_id, cseq)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (number, contact) DO UPDATE SET id = EXCLUDED.id, transport = EXCLUDED.transport,
           remote_address = EXCLUDED.remote_address, user_agent = EXCLUDED.user_agent,
           registered_at = EXCLUDED.registered_at, expires_at = EXCLUDED.expires_at,
           sip_call_id = EXCLUDED.sip_call_id, cseq = EXCLUDED.cseq
         RETURNING xmax = 0 AS added`, // xmax is 0 only on a row that no transaction has updated
        [
          row.id,
          row.number,
          row.contact,
          row.transport,
          row.remoteAddress,
          row.userAgent,
          row.registeredAt,
          row.expiresAt,
          row.sipCallId,
          row.cseq,
        ],
      );
      return saved?.added ? 'added' : 'refreshed';
    },
    async remove(number, contact) {
      const [row] = await database.rows<BindingRow>(
        `DELETE FROM bindings WHERE number = $1 AND contact = $2 RETURNING ${BINDING_COLUMNS}`,
        [number, contact],
      );
      return row ?? null;
    },
    removeExpired: (nowMs) =>
      database.rows(`DELETE FROM bindings WHERE expires_at <= $1 RETURNING ${BINDING_COLUMNS}`, [
        new Date(nowMs),
      ]),
  };
}
