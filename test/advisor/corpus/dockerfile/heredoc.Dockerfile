FROM node:22
RUN <<EOF
HEALTHCHECK CMD curl
CMD npm start
EOF
USER 1000
CMD ["node", "server.js"]
