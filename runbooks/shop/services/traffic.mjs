// The traffic switch in front of both sites. Where it sends customers stands in one small file.
//   node traffic.mjs serve --listen 127.0.0.1:8000 --control FILE
//   node traffic.mjs to 127.0.0.1:8180 --control FILE
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { createServer, request as ask } from 'node:http';
import { parseArgs } from 'node:util';

const text = /** @type {const} */ ({ type: 'string' });
const { values, positionals } = parseArgs({
  options: { listen: text, control: text },
  allowPositionals: true,
});
const { listen, control } = values;
const [verb, address] = positionals;
if (!control) throw new Error('needs --control FILE');
if (verb === 'to' && address) sendTo(address);
else if (verb === 'serve' && listen) serve(...listen.split(':'));
else throw new Error('say `to HOST:PORT`, or `serve --listen HOST:PORT`');

function sendTo(site) {
  const fresh = `${control}.${process.pid}.new`;
  const file = openSync(fresh, 'w');
  writeSync(file, site);
  fsyncSync(file);
  closeSync(file);
  renameSync(fresh, control);
  console.log(`customers are sent to ${site}`);
}

function serve(host, port) {
  createServer(forward).listen(Number(port), host, () => console.log(`listens on ${listen}`));
}

function forward(incoming, outgoing) {
  const [host, port] = readFileSync(control, 'utf8').trim().split(':');
  const { method, url: path, headers } = incoming;
  const onward = ask({ host, port, method, path, headers, agent: false }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', (error) => {
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(502).end(error.message);
  });
  outgoing.on('close', () => onward.destroy());
  incoming.pipe(onward);
}
