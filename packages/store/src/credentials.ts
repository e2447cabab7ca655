import type { Database } from './database.ts';
import type { CredentialRow, CredentialStore } from './store.ts';

const COLUMNS =
  'username, number, realm, ha1_md5 AS "ha1Md5", ha1_sha256 AS "ha1Sha256", expires_at AS "expiresAt"';

export function credentialStore(database: Database): CredentialStore {
  return {
    async save({ username, number, realm, ha1Md5, ha1Sha256, expiresAt }) {
      await database.rows(
        `INSERT INTO credentials (username, number, realm, ha1_md5, ha1_sha256, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (username) DO UPDATE SET number = EXCLUDED.number, realm = EXCLUDED.realm, ha1_md5 = EXCLUDED.ha1_md5,
           ha1_sha256 = EXCLUDED.ha1_sha256, expires_at = EXCLUDED.expires_at`,
        [username, number, realm, ha1Md5, ha1Sha256, expiresAt],
      );
    },
    async find(username) {
      const [row] = await database.rows<CredentialRow>(
        `SELECT ${COLUMNS} FROM credentials WHERE username = $1`,
        [username],
      );
      return row ?? null;
    },
    lastingOfOtherRealm(realm) {
      return database.rows(
        'SELECT username, realm FROM credentials WHERE expires_at IS NULL AND realm <> $1 ORDER BY username',
        [realm],
      );
    },
    async removeExpired(nowMs) {
      const gone = await database.rows('DELETE FROM credentials WHERE expires_at <= $1 RETURNING username', [
        new Date(nowMs),
      ]);
      return gone.length;
    },
  };
}
