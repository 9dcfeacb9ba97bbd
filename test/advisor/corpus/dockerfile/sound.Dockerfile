FROM node:22-slim
WORKDIR /app
COPY . .
USER 1000:1000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["node", "check.js"]
CMD ["node", "server.js"]
