FROM node:22-alpine AS build
RUN npm ci
FROM node:22-alpine
COPY --from=build /app /app
USER 1000
HEALTHCHECK CMD curl -f http://localhost:3000/ || exit 1
CMD ["node", "server.js"]
