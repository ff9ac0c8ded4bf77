// The shop's API at one site: takes orders into its database and serves the uploads.
//   node api.mjs --site standby --listen 127.0.0.1:8180 --database postgres://… --uploads DIR
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { json } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import pg from 'pg';

const text = /** @type {const} */ ({ type: 'string' });
const { values } = parseArgs({ options: { site: text, listen: text, database: text, uploads: text } });
const { site, listen, database, uploads } = values;
if (!site || !listen || !database || !uploads) throw new Error('needs --site --listen --database --uploads');

const pool = new pg.Pool({ connectionString: database, max: 8, connectionTimeoutMillis: 2_000 });
// A lost connection is the next query's failure, not the end of the API.
pool.on('error', (error) => console.error(error.message));

const routes = {
  'GET /site': () => site,
  'GET /health': async () => {
    await pool.query('select 1');
    return 'ok';
  },
  'GET /orders': async () => {
    const { rows } = await pool.query('select count(*)::int as count, max(placed_at) as newest from orders');
    return rows[0];
  },
  'POST /orders': async (request) => {
    const orders = await json(request);
    // A customer who got no answer sends the same orders again: they are stored once, and all or none.
    await pool.query(
      `insert into orders (id, item, amount)
         select * from json_to_recordset($1) as placed (id bigint, item text, amount integer)
         on conflict (id) do nothing`,
      [JSON.stringify(orders)],
    );
    return { stored: orders.length };
  },
};

async function answer(request, response) {
  const [path] = request.url.split('?');
  response.setHeader('x-site', site);
  if (request.method === 'GET' && path.startsWith('/uploads/')) {
    const file = createReadStream(join(uploads, basename(path).slice(0, 2), basename(path)));
    return pipeline(file, response);
  }
  const route = routes[`${request.method} ${path}`];
  if (!route) return response.writeHead(404).end();
  const body = await route(request);
  if (typeof body === 'string') return response.end(body);
  return response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    if (response.headersSent) return response.destroy();
    return response.writeHead(error.code === 'ENOENT' ? 404 : 503).end(error.message);
  });
});
const [host, port] = listen.split(':');
server.listen(Number(port), host, () => console.log(`${site} listens on ${listen}`));
