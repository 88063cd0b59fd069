# One image for every TypeScript component; compose.yaml says which program a container runs.
FROM node:26-slim
ENV NODE_ENV=production
WORKDIR /lab
COPY package.json package-lock.json ./
# The npm package `node` brings Node 26 to machines without it; this image has it, so development packages stay out.
RUN npm ci --omit=dev --no-audit --no-fund
COPY shared shared
COPY dns-server dns-server
COPY edge-proxy edge-proxy
COPY backend backend
COPY db db
USER node
