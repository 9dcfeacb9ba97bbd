FROM node:22 AS build
RUN npm ci
FROM gcr.io/distroless/nodejs22-debian12
COPY --from=build /app /app
HEALTHCHECK CMD wget -q -O- http://127.0.0.1:3000/
CMD ["server.js"]
