import { type AddressInfo, Server } from 'node:net';
import { createLightship } from 'lightship';
import { report } from './child.ts';

// It would listen on every address, and has no option for another.
const { listen } = Server.prototype;
Server.prototype.listen = function (this: Server, options: object, ...rest: unknown[]): Server {
  return Reflect.apply(listen, this, [{ ...options, host: '127.0.0.1', port: 0 }, ...rest]);
} as Server['listen'];

// It runs no checks: an application tells it when it is ready.
const lightship = await createLightship({ detectKubernetes: false });
lightship.signalReady();
report((lightship.server.address() as AddressInfo).port);
