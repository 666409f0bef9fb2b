FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
# The compiler is all that is needed here: nothing that was installed runs a script of its own.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

FROM node:24-bookworm-slim AS dependencies
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts=false

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    COUNTERSIGN_CONFIG=/etc/countersign/countersign.yaml
WORKDIR /app
COPY --from=dependencies /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY package.json LICENSE ./
COPY config ./config
COPY console ./console
# Nothing but /data is written; bodies too large for memory wait in /tmp.
RUN install -d -o 10001 -g 10001 -m 0700 /data
VOLUME /data
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s \
  CMD ["node", "dist/main.js", "healthcheck"]
ENTRYPOINT ["node", "dist/main.js"]
