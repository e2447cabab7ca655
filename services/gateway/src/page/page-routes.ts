import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem, unknownPath } from '../problem-reply.ts';
import type { App } from '../routes/route-deps.ts';

const INDEX = 'index.html';
const MISSING =
  'The page is not built yet. Run "npm run build" in the folder of Ringback, then load this address again.\n';

/** Vite puts a digest into these names, so that they never change; everything else is asked for again each time. */
const HASHED = `${sep}assets${sep}`;

/** Serves the built page; its own addresses, such as /calls/…, all lead to it. */
export async function pageRoutes(app: App, pageDir: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: pageDir,
    suppressWarning: true,
    dotfiles: 'deny',
    // The build puts each file there compressed as well.
    preCompressed: true,
    cacheControl: false,
    setHeaders: (response, path) => {
      const isHashed = path.startsWith(pageDir) && path.includes(HASHED);
      if (path.startsWith(pageDir))
        response.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.setNotFoundHandler((request, reply) =>
    isPageAddress(request) ? page(reply, pageDir) : sendProblem(reply, unknownPath(request)),
  );
}

/** What a person may have typed or bookmarked: no file, and no part of the interface. */
function isPageAddress({ method, url, headers }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  const path = url.split('?', 1)[0] ?? '';
  const acceptsPage = /text\/html|\*\/\*|^$/.test(headers.accept ?? '');
  return acceptsPage && !/^\/(?:api|docs|assets)(?:\/|$)|\.\w+$/.test(path);
}

function page(reply: FastifyReply, pageDir: string): FastifyReply {
  if (existsSync(join(pageDir, INDEX))) return reply.sendFile(INDEX);
  return reply.code(503).type('text/plain; charset=utf-8').header('cache-control', 'no-store').send(MISSING);
}
