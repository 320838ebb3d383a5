import { BlockList } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Config, parseConfig } from '../../src/config.js';

function configOf(environment: Record<string, string>): Config {
  const parsed = parseConfig(environment);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.config;
}

function errorOf(environment: Record<string, string>): string {
  const parsed = parseConfig(environment);
  if (parsed.ok) throw new Error('it was accepted');
  expect(parsed.error).not.toContain('\n');
  return parsed.error;
}

describe('parseConfig', () => {
  it('has a default for everything', () => {
    expect(configOf({})).toEqual({
      port: 8080,
      host: '0.0.0.0',
      dataDir: './data',
      database: 'embedded',
      adminKey: 'generated',
      roles: 'all',
      redis: 'none',
      advertisedUrl: 'derived',
      publicUrl: 'derived',
      oidc: 'off',
      allowUnauthenticatedStations: false,
      allowedPrivateNets: [],
      trustedProxies: [],
      tls: 'off',
      mail: 'off',
      logLevel: 'info',
    });
  });

  it('takes a variable that is set but empty as not set', () => {
    const names = [
      'PORT',
      'HOST',
      'EVENKEEL_DATA_DIR',
      'EVENKEEL_ADMIN_KEY',
      'EVENKEEL_ROLES',
      'DATABASE_URL',
      'REDIS_URL',
    ];
    const more = [
      'EVENKEEL_ALLOW_UNAUTHENTICATED_STATIONS',
      'EVENKEEL_ALLOWED_PRIVATE_NETS',
      'EVENKEEL_TLS_PORT',
      'LOG_LEVEL',
    ];
    expect(configOf(Object.fromEntries([...names, ...more].map((name) => [name, ' '])))).toEqual(configOf({}));
  });

  it('does not mind variables it does not know', () => {
    expect(configOf({ PATH: '/usr/bin', EVENKEEL_SERVICE_HOST: '10.0.0.1' })).toEqual(configOf({}));
  });

  it('takes everything from the environment', () => {
    expect(
      configOf({
        PORT: '9000',
        HOST: '127.0.0.1',
        EVENKEEL_DATA_DIR: '/var/lib/evenkeel',
        EVENKEEL_ADMIN_KEY: 'correct-horse',
        EVENKEEL_ROLES: 'all',
        EVENKEEL_ALLOW_UNAUTHENTICATED_STATIONS: 'true',
        EVENKEEL_ALLOWED_PRIVATE_NETS: '10.0.0.0/8, fd00::/8,127.0.0.1/32',
        EVENKEEL_TRUSTED_PROXIES: '10.0.0.5/32',
        LOG_LEVEL: 'debug',
      }),
    ).toEqual({
      port: 9000,
      host: '127.0.0.1',
      dataDir: '/var/lib/evenkeel',
      database: 'embedded',
      adminKey: 'correct-horse',
      roles: 'all',
      redis: 'none',
      advertisedUrl: 'derived',
      publicUrl: 'derived',
      oidc: 'off',
      allowUnauthenticatedStations: true,
      trustedProxies: [{ address: '10.0.0.5', prefixBits: 32, family: 'ipv4' }],
      allowedPrivateNets: [
        { address: '10.0.0.0', prefixBits: 8, family: 'ipv4' },
        { address: 'fd00::', prefixBits: 8, family: 'ipv6' },
        { address: '127.0.0.1', prefixBits: 32, family: 'ipv4' },
      ],
      tls: 'off',
      mail: 'off',
      logLevel: 'debug',
    });
  });

  it('takes a mail server and a sender together, and never shows the password', () => {
    const [EVENKEEL_SMTP_URL, EVENKEEL_MAIL_FROM] = ['smtp://anna:s3cret@mail.example', 'Evenkeel <ek@example.com>'];
    expect(configOf({ EVENKEEL_SMTP_URL, EVENKEEL_MAIL_FROM }).mail).toEqual({
      smtp: { host: 'mail.example', port: 587, encrypted: false, login: { user: 'anna', password: 's3cret' } },
      from: EVENKEEL_MAIL_FROM,
    });
    const wrongs = [
      { EVENKEEL_SMTP_URL },
      { EVENKEEL_MAIL_FROM },
      { EVENKEEL_SMTP_URL: 'smtp://s3cret@mail.example', EVENKEEL_MAIL_FROM },
      { EVENKEEL_SMTP_URL, EVENKEEL_MAIL_FROM: 'evenkeel' },
    ];
    for (const wrong of wrongs) {
      expect(errorOf(wrong)).toMatch(/^EVENKEEL_(SMTP_URL|MAIL_FROM) is /);
      expect(errorOf(wrong)).not.toContain('s3cret');
    }
  });

  it.each(['0', '1', '8080', '65535'])('accepts PORT %s', (port) => {
    expect(configOf({ PORT: port }).port).toBe(Number(port));
  });

  it.each(['65536', '-1', '80.5', '8080x', '0x50', '1e3', 'http', '999999'])('refuses PORT %s', (port) => {
    expect(errorOf({ PORT: port })).toBe(
      `PORT is "${port}"; it must be a whole number from 1 to 65535, or 0 for any free port.`,
    );
  });

  it.each(['0.0.0.0', '::', '::1', 'localhost', 'charge.example.com'])('accepts HOST %s', (host) => {
    expect(configOf({ HOST: host }).host).toBe(host);
  });

  it.each(['127.0.0.1:8080', 'http://localhost', 'two words', '[::1]', '-x'])('refuses HOST %s', (host) => {
    expect(errorOf({ HOST: host })).toContain(
      `HOST is "${host}"; it must be an IP address or a host name, without a port`,
    );
  });

  it.each(['short', 'with space in it', 'nyckelhålet-är-här'])('refuses the admin key %s without showing it', (key) => {
    const error = errorOf({ EVENKEEL_ADMIN_KEY: key });
    expect(error).toMatch(/^EVENKEEL_ADMIN_KEY is not usable .* at least 8 visible ASCII characters/);
    expect(error).not.toContain(key);
  });

  it.each(['gateway', 'planner,api', 'gateway, planner, api'])(
    'refuses EVENKEEL_ROLES %s without what its processes have to share',
    (roles) => {
      const [DATABASE_URL, REDIS_URL] = ['postgres://db.example/site', 'redis://redis.example'];
      for (const [shared, missing] of [
        [{}, 'DATABASE_URL'],
        [{ DATABASE_URL }, 'REDIS_URL'],
      ] as const)
        expect(errorOf({ EVENKEEL_ROLES: roles, ...shared })).toMatch(
          new RegExp(`^EVENKEEL_ROLES is ".*", but ${missing} is not set: `),
        );
      expect(configOf({ EVENKEEL_ROLES: roles, DATABASE_URL, REDIS_URL }).roles).toEqual(
        ['gateway', 'planner', 'api'].filter((role) => roles.includes(role)),
      );
    },
  );

  it('refuses a role that does not exist', () => {
    expect(errorOf({ EVENKEEL_ROLES: 'gatway' })).toBe(
      'EVENKEEL_ROLES is "gatway"; it must be "all", or a comma-separated list of "gateway", "planner" and "api".',
    );
  });

  it('refuses a Redis without a database, which would be shared by nobody', () => {
    expect(errorOf({ REDIS_URL: 'redis://redis.example' })).toMatch(/^REDIS_URL is set, but DATABASE_URL is not: /);
  });

  it.each([
    ['redis://cache', { kind: 'single', host: 'cache', port: 6379, database: 0, tls: false }],
    [
      'rediss://u:p%40ss@[::1]:7000/2',
      { kind: 'single', host: '::1', port: 7000, database: 2, username: 'u', password: 'p@ss', tls: true },
    ],
    ['redis://:secret@cache:1', { kind: 'single', password: 'secret' }],
    [
      'redis+cluster://a:7000,b:7001,c',
      {
        kind: 'cluster',
        nodes: [
          { host: 'a', port: 7000 },
          { host: 'b', port: 7001 },
          { host: 'c', port: 6379 },
        ],
      },
    ],
    [
      'redis+sentinel://a,b:7001/main/3',
      {
        kind: 'sentinel',
        sentinels: [
          { host: 'a', port: 26_379 },
          { host: 'b', port: 7001 },
        ],
        masterName: 'main',
        database: 3,
      },
    ],
  ])('takes the Redis at %s', (url, address) => {
    expect(configOf({ DATABASE_URL: 'postgres://db.example/site', REDIS_URL: url }).redis).toMatchObject(address);
  });

  it.each([
    'http://u:s3cret@cache',
    'redis://u:s3cret@cache:0',
    'redis://u:s3cret@cache:70000',
    'redis://u:s3cret%@cache',
    'redis://u:s3cret@cache/x',
    'redis://u:s3cret@a,b',
    'redis://u:s3cret@',
    'redis+cluster://u:s3cret@a,b/1',
    'redis+sentinel://u:s3cret@a,b',
    's3cret',
  ])('refuses the Redis %s without showing it', (url) => {
    const error = errorOf({ DATABASE_URL: 'postgres://db.example/site', REDIS_URL: url });
    expect(error).toMatch(/^REDIS_URL is not usable \(its value is not shown\): it must be redis:/);
    expect(error).not.toContain('s3cret');
  });

  it.each([
    ['https://charging.example', 'https://charging.example'],
    ['https://charging.example/', 'https://charging.example'],
    ['https://example.com/charging/', 'https://example.com/charging'],
    ['http://localhost:8080', 'http://localhost:8080'],
  ])('takes %s for where it is reached from outside', (url, expected) => {
    expect(configOf({ EVENKEEL_PUBLIC_URL: url }).publicUrl).toBe(expected);
  });

  it.each([
    'charging.example',
    'ftp://charging.example',
    'https://a:b@charging.example',
    'https://charging.example/?a',
    `https://charging.example/${'x'.repeat(150)}`,
  ])('does not take %s for that', (url) => {
    expect(errorOf({ EVENKEEL_PUBLIC_URL: url })).toMatch(
      /^EVENKEEL_PUBLIC_URL is ".*"; it must be an address such as/,
    );
  });

  it.each([
    ['http://10.0.0.7:8080', 'http://10.0.0.7:8080'],
    ['https://planner-0.planners/', 'https://planner-0.planners'],
  ])('advertises %s', (url, origin) => {
    expect(configOf({ EVENKEEL_ADVERTISED_URL: url }).advertisedUrl).toBe(origin);
  });

  it.each(['10.0.0.7', 'ftp://a', 'http://a/b', 'http://u@a', 'http://a?x'])('refuses to advertise %s', (url) => {
    expect(errorOf({ EVENKEEL_ADVERTISED_URL: url })).toMatch(
      /^EVENKEEL_ADVERTISED_URL is ".*"; it must be an address such as/,
    );
  });

  it.each(['1', 'yes', 'TRUE', 'on'])('refuses EVENKEEL_ALLOW_UNAUTHENTICATED_STATIONS %s', (value) => {
    expect(errorOf({ EVENKEEL_ALLOW_UNAUTHENTICATED_STATIONS: value })).toBe(
      `EVENKEEL_ALLOW_UNAUTHENTICATED_STATIONS is "${value}"; it must be "true" or "false".`,
    );
  });

  it.each([
    '10.0.0.0',
    '10.0.0.0/33',
    'fd00::/129',
    '10.0.0.0/8/8',
    '10.0.0/8',
    'lan',
    '10.0.0.0/8,,',
    'fe80::1%eth0/64',
    '1.2.3.4/-1',
  ])('refuses EVENKEEL_ALLOWED_PRIVATE_NETS %s', (nets) => {
    expect(errorOf({ EVENKEEL_ALLOWED_PRIVATE_NETS: nets })).toMatch(
      /^EVENKEEL_ALLOWED_PRIVATE_NETS is ".*"; it must be a comma-separated list of networks such as 10\.0\.0\.0\/8/,
    );
  });

  it('gives networks as a BlockList takes them', () => {
    const list = new BlockList();
    for (const net of configOf({ EVENKEEL_ALLOWED_PRIVATE_NETS: '192.168.7.1/16,::1/128' }).allowedPrivateNets) {
      list.addSubnet(net.address, net.prefixBits, net.family);
    }
    expect(list.check('192.168.200.3')).toBe(true);
    expect(list.check('192.169.0.1')).toBe(false);
    expect(list.check('::1', 'ipv6')).toBe(true);
  });

  it('takes a database, and says where it is without its password', () => {
    const url = 'postgres://evenkeel:s3cret%2F@db.example:5433/site';
    const { database } = configOf({ DATABASE_URL: url });
    expect(database).toEqual({ text: url, place: 'site at db.example:5433' });
    const socket = configOf({ DATABASE_URL: 'postgresql:///site?host=/run/postgresql&user=evenkeel' }).database;
    expect(socket).toMatchObject({ place: 'site in /run/postgresql' });
    expect(configOf({ DATABASE_URL: 'postgres://[::1]/site' }).database).toMatchObject({ place: 'site at [::1]:5432' });
  });

  it.each([
    'mysql://user:s3cret@db.example/evenkeel',
    'postgres://user:s3cret@db.example',
    'postgres://user:s3cret@db.example/',
    'postgres://user:s3cret%@db.example/evenkeel',
    'postgres://user:s3cret/@db.example/evenkeel',
    'postgres://:s3cret@/evenkeel',
    's3cret',
  ])('refuses the database %s without showing it', (url) => {
    const error = errorOf({ DATABASE_URL: url });
    expect(error).toMatch(
      /^DATABASE_URL is not usable .* it must be postgres:\/\/USER:PASSWORD@HOST:PORT\/DATABASE, with/,
    );
    expect(error).not.toContain('s3cret');
  });

  const TLS = { EVENKEEL_TLS_CERT: 'rsa.pem, ec.pem', EVENKEEL_TLS_KEY: 'rsa.key,ec.key' };
  const identities = [
    { certFile: 'rsa.pem', keyFile: 'rsa.key' },
    { certFile: 'ec.pem', keyFile: 'ec.key' },
  ];

  it('takes a port for TLS, one for client certificates, or both', () => {
    expect(configOf({ ...TLS, EVENKEEL_TLS_PORT: '8443' }).tls).toEqual({ identities, port: 8443, mutual: 'off' });
    const mutual = { EVENKEEL_MTLS_PORT: '8444', EVENKEEL_MTLS_CA: 'ca.pem' };
    expect(configOf({ ...TLS, ...mutual }).tls).toEqual({
      identities,
      port: 'off',
      mutual: { port: 8444, caFile: 'ca.pem', crlFile: 'none' },
    });
    expect(configOf({ ...TLS, ...mutual, EVENKEEL_TLS_PORT: '0', EVENKEEL_MTLS_CRL: 'crl.pem' }).tls).toEqual({
      identities,
      port: 0,
      mutual: { port: 8444, caFile: 'ca.pem', crlFile: 'crl.pem' },
    });
    expect(configOf({ ...TLS, ...mutual, EVENKEEL_MTLS_ORGANIZATION: ' Example Operator AB ' }).tls).toMatchObject({
      mutual: { organization: 'Example Operator AB' },
    });
  });

  it.each([
    [{ EVENKEEL_TLS_PORT: '8443' }, /^EVENKEEL_TLS_PORT is set, but EVENKEEL_TLS_CERT names 0 files .*_KEY 0;/],
    [{ ...TLS, EVENKEEL_TLS_KEY: 'rsa.key', EVENKEEL_TLS_PORT: '8443' }, /_CERT names 2 files and EVENKEEL_TLS_KEY 1;/],
    [{ ...TLS, EVENKEEL_TLS_KEY: 'a,,b', EVENKEEL_TLS_PORT: '1' }, /^EVENKEEL_TLS_KEY is "a,,b"; .* list of files/],
    [{ ...TLS, EVENKEEL_TLS_PORT: 'https' }, /^EVENKEEL_TLS_PORT is "https"; it must be a whole number/],
    [TLS, /^EVENKEEL_TLS_CERT is set, but no port uses it/],
    [{ EVENKEEL_MTLS_ORGANIZATION: 'Example' }, /^EVENKEEL_MTLS_ORGANIZATION is set, but no port uses it/],
    [{ EVENKEEL_TLS_KEY: 'a' }, /^EVENKEEL_TLS_KEY is set, but no port uses it/],
    [{ ...TLS, EVENKEEL_MTLS_PORT: '8444' }, /^EVENKEEL_MTLS_PORT is set, but EVENKEEL_MTLS_CA is not/],
    [{ EVENKEEL_MTLS_CA: 'ca.pem' }, /^EVENKEEL_MTLS_CA is set, but no port uses it: set EVENKEEL_MTLS_PORT\.$/],
    [{ EVENKEEL_MTLS_CRL: 'crl.pem' }, /^EVENKEEL_MTLS_CRL is set, but no port uses it/],
    [{ ...TLS, EVENKEEL_TLS_PORT: '8080' }, /^EVENKEEL_TLS_PORT is "8080"; it must be another port than PORT\.$/],
    [
      { ...TLS, EVENKEEL_TLS_PORT: '1', EVENKEEL_MTLS_PORT: '1', EVENKEEL_MTLS_CA: 'ca.pem' },
      /^EVENKEEL_MTLS_PORT is "1"; it must be another port than EVENKEEL_TLS_PORT\.$/,
    ],
  ])('refuses settings of TLS that are wrong or half: %o', (environment, line) => {
    expect(errorOf(environment)).toMatch(line);
  });

  it.each(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])('accepts LOG_LEVEL %s', (level) => {
    expect(configOf({ LOG_LEVEL: level }).logLevel).toBe(level);
  });

  it.each(['verbose', 'INFO', '30'])('refuses LOG_LEVEL %s', (level) => {
    expect(errorOf({ LOG_LEVEL: level })).toBe(
      `LOG_LEVEL is "${level}"; it must be one of trace, debug, info, warn, error, fatal, silent.`,
    );
  });

  it('shows a long or broken value on one line, cut off', () => {
    expect(errorOf({ LOG_LEVEL: `a\nb${'c'.repeat(1_000)}` }).length).toBeLessThan(250);
  });
});
