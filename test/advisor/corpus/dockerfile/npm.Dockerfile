FROM node:22-alpine
USER node
CMD ["npm", "run", "start:prod"]
