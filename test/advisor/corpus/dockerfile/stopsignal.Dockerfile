FROM registry.example.com/base:1
STOPSIGNAL SIGKILL
HEALTHCHECK --timeout=1s --retries=1 CMD curl http://localhost:3000/
ENTRYPOINT ["/sbin/tini", "--"]
CMD ["npm", "start"]
