FROM node:22-slim
RUN apt-get update \
  && apt-get install -y curl
USER 1000
HEALTHCHECK CMD curl -f http://localhost:3000/ || exit 1
CMD ["node", "server.js"]
