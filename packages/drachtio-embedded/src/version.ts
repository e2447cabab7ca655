/** drachtio-srf pings only a server whose version reads `v<major>.<minor>.<patch>` and is at least v0.8.2. */
export const VERSION = 'v0.9.2';
