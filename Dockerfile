# Two images from one file: `ringback`, which runs any of the services, and `rtpengine`.

FROM node:20.19-bookworm-slim AS page
WORKDIR /ringback
COPY package.json package-lock.json .npmrc ./
COPY packages packages
COPY services services
COPY web web
COPY tsconfig.json ./
RUN npm ci --no-audit --no-fund && npm run build -w web

FROM node:20.19-bookworm-slim AS ringback
WORKDIR /ringback
ENV NODE_ENV=production
COPY package.json package-lock.json .npmrc ./
COPY packages packages
COPY services services
COPY web/package.json web/package.json
COPY sql sql
RUN npm ci --omit=dev --no-audit --no-fund && mkdir data && chown node data
COPY --from=page /ringback/web/dist web/dist
USER node
VOLUME /ringback/data
# Which service: compose names it (services/b2bua/src/main.ts, …).
ENTRYPOINT ["node", "--import", "tsx"]

# Ubuntu's archive keeps rtpengine mr13.5, newer than the mr13.4.1.1 that closed CVE-2025-53399 (RTP bleed and
# injection), and mends it further; Docker Hub has no official image of it.
FROM ubuntu:26.04 AS rtpengine
RUN apt-get update \
  && apt-get install -y --no-install-recommends rtpengine-daemon netcat-openbsd \
  && rm -rf /var/lib/apt/lists/*
ENTRYPOINT ["rtpengine", "--config-file=none", "--table=-1", "--foreground", "--log-stderr"]
