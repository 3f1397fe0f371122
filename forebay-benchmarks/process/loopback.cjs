// Portkey listens on all addresses; a benchmark's servers must not be reachable from outside.
const net = require('node:net');
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (where, ...rest) {
  const port = typeof where === 'object' ? where.port : where;
  return listen.call(this, { port, host: '127.0.0.1' }, ...rest.filter(each => typeof each === 'function'));
};
