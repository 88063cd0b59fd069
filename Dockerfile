# One image for every TypeScript component; compose.yaml says which program a container runs.
FROM node:26-slim
ENV NODE_ENV=production
WORKDIR /lab
COPY package.json package-lock.json ./
# The install script of the npm package `node` downloads Node 26 for machines without it. This image has it: no install scripts.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY shared shared
COPY client client
COPY dns-server dns-server
# The zone may be edited inside the container: compose.yaml keeps it in a volume.
RUN chown -R node:node dns-server/zones
COPY edge-proxy edge-proxy
COPY backend backend
COPY apps apps
COPY db db
COPY lab lab
COPY painel painel
# The painel shows the lessons.
COPY lessons lessons
USER node
