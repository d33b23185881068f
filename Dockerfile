# The Node that the lock pins for machines without one, in the version of package.json.
ARG NODE=24.21.0-trixie-slim

FROM node:${NODE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build

FROM node:${NODE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The optional ones are the Node for machines without one.
RUN npm ci --ignore-scripts --omit=dev --omit=optional
COPY deploy/sbom.ts deploy/
RUN npm run --silent sbom > sbom.cdx.json

FROM node:${NODE}
WORKDIR /app
COPY --from=dependencies /app/sbom.cdx.json ./
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /build/dist dist
COPY bin bin
COPY package.json LICENSE ./
# A volume takes over the owner and the mode of the folder that it is mounted on.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx \
    /usr/local/bin/corepack /usr/local/bin/yarn* /opt/yarn* \
  && ln -s /app/bin/windfall.js /usr/local/bin/windfall \
  && install -d -m 0700 -o 10001 -g 10001 /var/lib/windfall
ENV NODE_ENV=production WINDFALL_DATA=/var/lib/windfall
# By number, so that Kubernetes can tell that it is not root.
USER 10001:10001
VOLUME /var/lib/windfall
EXPOSE 8443
STOPSIGNAL SIGTERM
# Node asks: the image needs no curl.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8444/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["windfall"]
CMD ["serve"]
