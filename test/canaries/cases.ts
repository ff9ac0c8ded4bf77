import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Value } from '../../core/value.ts';
import { type Canary, canary } from './canary.ts';
import type { Places } from './places.ts';

export interface Case {
  readonly action: string;
  /** What is hostile, or refuses. */
  readonly name: string;
  readonly with: { readonly [key: string]: Value };
  /** With programs on the PATH that show what they were handed. */
  readonly hostile?: true;
}

/** All cases, and the secrets in them: each stands in one field of one case. */
export class Cases {
  readonly canaries: Canary[] = [];
  readonly all: Case[] = [];
  private readonly places: Places;
  private count = 0;

  constructor(places: Places) {
    this.places = places;
    this.programs();
    this.databases();
    this.repositories();
    this.servers();
    this.web();
    this.elsewhere();
  }

  /** A secret that the worker finds in its environment. */
  private secret(write?: (core: string) => string): string {
    const made = canary(this.canaries.length, write);
    this.canaries.push(made);
    return made.reference;
  }

  private some(names: readonly string[]): Record<string, string> {
    return Object.fromEntries(names.map((name) => [name, this.secret()]));
  }

  private add(action: string, name: string, input: Case['with'], hostile?: true): void {
    this.all.push({ action, name, with: input, ...(hostile && { hostile }) });
  }

  /** A place of this case's own. */
  private at(name: string): string {
    this.count += 1;
    const directory = join(this.places.directory, 'sites', String(this.count));
    mkdirSync(directory, { recursive: true });
    return join(directory, name);
  }

  private programs(): void {
    const tool = join(this.places.hostile, 'hostile');
    const names = Array.from({ length: 50 }, (_, n) => `SECRET_${n}`);
    this.add('command', 'a program that tells', { argv: [tool], env: this.some(names) });
    this.add('script', 'a script that tells', { script: `"${tool}"`, env: this.some(names) });
    this.add('process.start', 'a server that tells and ends', {
      ...{ argv: [tool], identity: this.at('identity'), env: this.some(names.slice(0, 5)) },
    });
    this.add('command', 'a secret that no environment can hold', {
      ...{ argv: ['true'], env: { SECRET: this.fileWith((core) => `${core}\0${core}`) } },
    });
    const side = () => ({ argv: [tool], env: this.some(['A', 'B']) });
    this.add('compare', 'programs that tell', { left: side(), right: side() });
    const keys = (output: string) => ({
      argv: ['sh', '-c', `${tool} >${output}; true`],
      env: this.some(['A']),
    });
    this.add('compare', 'programs whose keys tell', { left: keys('&2'), right: { ...side(), argv: ['sh', '-c', `${tool}; true`] } }); // prettier-ignore
  }

  /** Secrets of files: a variable holds no NUL. */
  readonly files: { readonly file: string; readonly canary: Canary }[] = [];

  private fileWith(write: (core: string) => string): string {
    const file = this.at('secret');
    const made = canary(this.canaries.length, write);
    this.canaries.push(made);
    this.files.push({ file, canary: made });
    return `file:${file}`;
  }

  private databases(): void {
    const { refusing, telling, nothing } = this.places;
    const to = (port: number) => (core: string) => `postgresql://app:${encodeURIComponent(`p "&<${core}\\%`)}@127.0.0.1:${port}/shop`; // prettier-ignore
    const forms: readonly (readonly [string, (core: string) => string])[] = [
      ['a server that tells the password and refuses', to(refusing)],
      ['a server that tells the password in its rows', to(telling)],
      ['nothing that listens', to(nothing)],
      ['keywords', (core) => `host=127.0.0.1 port=${refusing} user=app password='p ${core}'`],
      ['an @ in the password', (core) => `postgresql://app:p@${core}@127.0.0.1:${nothing}/shop`],
      [
        'an @ and a colon in the password',
        (core) => `postgresql://app:p@s:${core}@127.0.0.1:${nothing}/shop`,
      ],
      ['a slash in the password', (core) => `postgresql://app:${core}/x@127.0.0.1:${nothing}/shop`],
      ['a question mark in the password', (core) => `postgresql://app:p?${core}@127.0.0.1:${nothing}/shop`],
      ['an & in the password', (core) => `postgresql://127.0.0.1:${nothing}/shop?password=p&${core}`],
      ['a space in the password', (core) => `host=127.0.0.1 port=${nothing} password=p ${core} = 3`],
      ['a password as the mode of TLS', (core) => `host=127.0.0.1 sslmode=${core}`],
      ['a password as a file', (core) => `host=127.0.0.1 sslmode=require sslrootcert=/${core}`],
      ['a password as several hosts', (core) => `host=${core},b user=app`],
      ['no connection at all', (core) => core],
    ];
    for (const [index, [name, write]] of forms.entries()) {
      const connection = () => this.secret(write);
      this.add('sql.check', name, { connection: connection(), query: 'select value', timeout: '2s' });
      const dump = { backup: this.places.directory, database: 'shop', newestRecord: 'select value' };
      this.add('pgdump.restore', name, { ...dump, connection: connection() });
      // How a connection is read is the same for all: the others are there for what they do with it.
      if (index > 3) continue;
      const asked = { query: 'select value', connection: connection() };
      this.add('compare', name, { left: asked, right: { query: 'select value', connection: connection() } });
      this.add('postgres.swap', name, { connection: connection(), database: 'shop', restored: 'shop_new' });
      this.add('postgres.unswap', name, { connection: connection(), database: 'shop' });
    }
  }

  private repositories(): void {
    const { directory } = this.places;
    for (const hostile of [undefined, true] as const) {
      const name = hostile ? 'a program that tells' : 'another password';
      const restic = () => ({
        ...{ repository: join(directory, 'restic'), password: this.secret() },
        env: this.some(['AWS_SECRET_ACCESS_KEY', 'B2_ACCOUNT_KEY']),
      });
      this.add('restic.check', name, restic(), hostile);
      this.add('restic.restore', name, { ...restic(), destination: this.at('uploads') }, hostile);
      this.add('pgbackrest.restore', name, {
        ...{ stanza: 'orders', config: join(directory, 'pgbackrest.conf'), cipherPass: this.secret() },
        env: this.some(['PGBACKREST_REPO1_S3_KEY_SECRET', 'PGBACKREST_REPO1_CIPHER_TYPE']),
        ...{ dataDirectory: this.at('pg'), port: '5499' },
      }, hostile); // prettier-ignore
      this.add('etcd.restore', name, {
        ...{ backup: join(directory, 'snapshots'), dataDirectory: this.at('etcd') },
        ...{ port: String(this.places.free[1]), peerPort: String(this.places.free[2]) },
        env: { ...this.some(['ETCDCTL_PASSWORD', 'ETCDCTL_OTHER']), ETCDCTL_USER: 'root' },
      }, hostile); // prettier-ignore
    }
  }

  private servers(): void {
    const { redis, badRedis, named, free, directory } = this.places;
    const rdb = (hostile?: true) => ({ backup: join(directory, 'rdb'), port: String(free[hostile ? 3 : 0]) });
    for (const hostile of [undefined, true] as const) {
      const name = hostile ? 'a program that tells' : 'another password';
      for (const port of [redis, badRedis])
        this.add('redis.stop', `${name}, port ${port}`, { port: String(port), password: this.secret(), save: 'false' }, hostile); // prettier-ignore
      this.add(
        'redis.restore',
        name,
        { ...rdb(hostile), destination: this.at('redis'), password: this.secret() },
        hostile,
      );
      const record = {
        name: 'www.shop.test',
        zone: 'shop.test',
        server: `127.0.0.1:${named}`,
        ttl: '2',
        key: 'switch',
      };
      for (const [what, write] of [
        ['another secret', (core: string) => core],
        ['a secret that is no base64', undefined],
        ['a secret of two lines', (core: string) => `a"; };\n${core} {`],
      ] as const)
        this.add('dns.update', `${name}, ${what}`, { ...record, values: ['192.0.2.2'], secret: this.secret(write) }, hostile); // prettier-ignore
    }
  }

  private elsewhere(): void {
    const { web, nothing } = this.places;
    const kubeconfig = () =>
      this.fileWith(
        (core) => `apiVersion: v1
kind: Config
clusters: [{ name: c, cluster: { server: 'http://127.0.0.1:${web}/401' } }]
contexts: [{ name: shop, context: { cluster: c, user: u } }]
users:
  - name: u
    user:
      token: ${core}
`,
      );
    const key = (core: string) =>
      `-----BEGIN OPENSSH PRIVATE KEY-----\n${core}${core}\n-----END OPENSSH PRIVATE KEY-----\n`;
    for (const hostile of [undefined, true] as const) {
      const name = hostile ? 'a program that tells' : 'a server that refuses';
      const shop = () => ({ kubeconfig: kubeconfig(), context: 'shop' });
      this.add('kubectl.apply', name, { ...shop(), manifests: 'kind: ConfigMap' }, hostile);
      this.add('kubectl.scale', name, { ...shop(), name: 'shop', replicas: '1' }, hostile);
      this.add('kubectl.rollout', name, { ...shop(), name: 'shop', timeout: '2s' }, hostile);
      this.add('kubectl.wait', name, { ...shop(), resource: 'pod/shop', timeout: '2s' }, hostile);
      const remote = { source: 'shop:backups', destination: this.at('files') };
      const env = {
        RCLONE_CONFIG_SHOP_TYPE: 'webdav',
        RCLONE_CONFIG_SHOP_URL: `http://127.0.0.1:${web}/401`,
      };
      const secrets = this.some(['RCLONE_CONFIG_SHOP_BEARER_TOKEN', 'RCLONE_CONFIG_SHOP_PASS']);
      this.add('rclone.restore', name, { ...remote, env: { ...env, ...secrets } }, hostile);
      this.add('ssh.command', name, {
        ...{ host: '127.0.0.1', port: String(nothing), user: 'nobody', identity: this.fileWith(key) },
        ...{ argv: ['true'], env: this.some(['ONE', 'TWO']), lostAfter: '2s' },
      }, hostile); // prettier-ignore
    }
  }

  private web(): void {
    const url = `http://127.0.0.1:${this.places.web}`;
    const basic = (core: string) => `Basic ${Buffer.from(`app:${core}`).toString('base64')}`;
    const headers = () => ({
      authorization: this.secret((core) => `Bearer ${core}`),
      'proxy-authorization': this.secret(basic),
      'x-api-key': this.secret(),
      cookie: this.secret((core) => `session=${core}; other=1`),
    });
    for (const status of [200, 401, 500]) {
      this.add('http.check', `a server that tells with ${status}`, { url: `${url}/${status}`, headers: headers(), timeout: '2s' }); // prettier-ignore
      this.add('http.request', `a server that tells with ${status}`, {
        url: this.secret((core) => `${url}/${status}/${core}/hook?token=${canaryIn(this, 'q')}`),
        ...{ headers: headers(), body: this.secret(), connect: '1s', timeout: '2s' },
      });
    }
    const json = { deep: [{ one: this.secret() }], two: this.secret() };
    this.add('http.request', 'JSON', {
      url: `${url}/201`,
      json: json as never,
      pick: { said: '/x' },
      connect: '1s',
    });
    this.add('http.request', 'no answer, and a look that tells', {
      ...{ url: `${url}/cut`, connect: '1s', timeout: '2s', body: 'x' },
      lookAt: { url: this.secret((core) => `${url}/500/${core}`), headers: headers(), contains: 'nothing' },
    });
    this.add('http.request', 'a header that cannot be', { url, headers: { 'x-a': this.fileWith((core) => `a\n${core}\n\u{1f600}`) }, connect: '1s' }); // prettier-ignore
    this.add('http.request', 'an address that is none', {
      url: this.secret((core) => `http://[${core}`),
      connect: '1s',
    });
    this.add('http.request', 'a host that is not', { url: this.secret((core) => `http://${core}.invalid/x`), connect: '1s' }); // prettier-ignore
  }
}

/** A second secret in the same address. */
function canaryIn(cases: Cases, suffix: string): string {
  const made = canary(cases.canaries.length + 1_000);
  cases.canaries.push({ ...made, name: `${made.name}${suffix}`, value: made.core });
  return made.core;
}
