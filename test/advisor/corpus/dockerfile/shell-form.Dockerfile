FROM node:22
USER node
CMD npm start
