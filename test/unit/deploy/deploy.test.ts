import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { parseConfig } from '../../../src/config.js';

// There is no cluster and no Docker where the tests run: what can be held against the program itself is.

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const ROLES = ['gateway', 'planner', 'api'] as const;
const PORT = 8080;
/** Set for others than our program: the image's Node, and what another variable is put together from. */
const NOT_OURS = ['NODE_ENV', 'POD_IP'];
const PINNED = /^[a-z0-9./-]+:\d+(\.\d+){1,2}(-[a-z0-9.]+)*$/;
/** In src/roles/cluster.ts: when the process ends itself, and until when a gateway hands its stations over. */
const CLOSE_AT_MOST_S = secondsIn('src/roles/cluster.ts', 'CLOSE_AT_MOST_MS');
const DRAIN_AT_MOST_S = secondsIn('src/roles/cluster.ts', 'DRAIN_AT_MOST_MS');

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Container {
  readonly image: string;
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly lifecycle?: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } };
  readonly securityContext: { readonly readOnlyRootFilesystem: boolean };
}

type Labels = Readonly<Record<string, string>>;

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly spec: {
    readonly replicas: number;
    readonly selector: Labels & { readonly matchLabels: Labels };
    readonly ports: readonly { readonly targetPort: string }[];
    readonly template: {
      readonly metadata: { readonly labels: Labels };
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly securityContext: { readonly runAsNonRoot: boolean; readonly runAsUser: number };
        readonly containers: readonly [Container];
      };
    };
  };
}

interface ComposeService {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stop_grace_period?: string;
  readonly depends_on?: unknown;
  readonly deploy?: { readonly replicas: number };
  readonly healthcheck?: unknown;
}

const configVariables = new Set(
  [...read('src/config.ts').matchAll(/'((?:EVENKEEL_)?[A-Z][A-Z_]+)'/g)].map(([, name]) => name ?? ''),
);
const manifests = readdirSync(`${ROOT}deploy/kubernetes`)
  .filter((file) => file !== 'kustomization.yaml')
  .flatMap((file) => parseAllDocuments(read(`deploy/kubernetes/${file}`)))
  .map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Manifest;
  });
const compose = parse(read('deploy/docker-compose.yml'), { merge: true }) as {
  readonly services: Readonly<Record<string, ComposeService>>;
};
const members = Object.entries(compose.services).filter(([, { environment }]) => environment?.EVENKEEL_ROLES);

describe.each(ROLES)('the manifests of the role %s', (role) => {
  const name = `evenkeel-${role}`;
  const deployment = found('Deployment', name);
  const pod = deployment.spec.template.spec;
  const [container] = pod.containers;

  it('are a Deployment of two at least, a Service and a budget that select its pods', () => {
    const { labels } = deployment.spec.template.metadata;
    expect(deployment.spec.replicas).toBeGreaterThanOrEqual(2);
    expect(deployment.spec.selector.matchLabels).toEqual(labels);
    expect(found('Service', name).spec.selector).toEqual(labels);
    expect(found('PodDisruptionBudget', name).spec.selector.matchLabels).toEqual(labels);
  });

  it('start a process that the program accepts', () => {
    const environment = {
      ...found('ConfigMap', 'evenkeel').data,
      ...found('Secret', 'evenkeel').stringData,
      ...Object.fromEntries(container.env.map((variable) => [variable.name, variable.value])),
    };
    for (const variable of Object.keys(environment).filter((one) => !NOT_OURS.includes(one)))
      expect(configVariables).toContain(variable);
    const parsed = parseConfig({
      ...environment,
      EVENKEEL_ADVERTISED_URL: environment.EVENKEEL_ADVERTISED_URL?.replace('$(POD_IP)', '10.1.2.3'),
    });
    expect(parsed).toMatchObject({
      ok: true,
      config: { roles: [role], port: PORT, advertisedUrl: `http://10.1.2.3:${PORT}` },
    });
  });

  it('probe what the program serves, and never restart a process that only waits', () => {
    expect(container.ports).toEqual([{ name: 'http', containerPort: PORT }]);
    expect(container.startupProbe.httpGet).toEqual({ path: '/healthz', port: 'http' });
    expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'http' });
    expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'http' });
    expect(found('Service', name).spec.ports.map(({ targetPort }) => targetPort)).toEqual(['http']);
  });

  it('give it the time that it takes to end', () => {
    const waitsS = Number(container.lifecycle?.preStop.exec.command[1] ?? 0);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(waitsS + CLOSE_AT_MOST_S);
  });

  it('run an image of a stated version, not as root, and write to nothing of it', () => {
    expect(container.image).toMatch(PINNED);
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
    expect(container.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });
});

describe('the manifests together', () => {
  it('are each named by the kustomization, but for the template of the secret', () => {
    const { resources, images } = parse(read('deploy/kubernetes/kustomization.yaml')) as {
      readonly resources: readonly string[];
      readonly images: readonly { readonly name: string; readonly newTag: string }[];
    };
    const files = readdirSync(`${ROOT}deploy/kubernetes`).filter(
      (file) => !['kustomization.yaml', 'secret.example.yaml'].includes(file),
    );
    expect([...resources].sort()).toEqual(files.sort());
    expect(images).toEqual([{ name: 'evenkeel', newTag: version() }]);
  });

  it('are all in one namespace, and of the version of the package', () => {
    for (const { kind, metadata } of manifests)
      expect(kind === 'Namespace' ? metadata.name : metadata.namespace).toBe('evenkeel');
    for (const { kind, spec } of manifests)
      if (kind === 'Deployment') expect(spec.template.spec.containers[0].image).toBe(`evenkeel:${version()}`);
  });

  it('hold no secret', () => {
    expect(found('Secret', 'evenkeel').stringData).toEqual({
      DATABASE_URL: 'postgres://USER:PASSWORD@HOST:5432/evenkeel?sslmode=verify-full',
      REDIS_URL: 'rediss://USER:PASSWORD@HOST:6379',
      EVENKEEL_ADMIN_KEY: 'CHANGE-ME',
    });
    expect(Object.keys(found('ConfigMap', 'evenkeel').data ?? {})).toEqual(['PORT', 'HOST', 'LOG_LEVEL']);
  });
});

describe('docker-compose.yml', () => {
  it('has two gateways, two planners and an API, which the program accepts', () => {
    expect(members.map(([, { environment, deploy }]) => [environment?.EVENKEEL_ROLES, deploy?.replicas])).toEqual([
      ['gateway', 2],
      ['planner', 2],
      ['api', 1],
    ]);
    for (const [, { environment = {} }] of members) {
      for (const variable of Object.keys(environment)) expect(configVariables).toContain(variable);
      const filled = Object.entries(environment).map(([name, value]) => [
        name,
        value.replace(/\$\{[^}]*\}/g, 'secret123'),
      ]);
      expect(parseConfig(Object.fromEntries(filled))).toMatchObject({ ok: true, config: { port: PORT } });
    }
  });

  it('waits until both databases are well, and gives each process the time that it takes to end', () => {
    for (const [, { depends_on, stop_grace_period = '0s' }] of members) {
      expect(depends_on).toEqual({
        postgres: { condition: 'service_healthy' },
        redis: { condition: 'service_healthy' },
      });
      expect(Number.parseInt(stop_grace_period, 10)).toBeGreaterThan(CLOSE_AT_MOST_S);
    }
    for (const name of ['postgres', 'redis', 'entry']) expect(compose.services[name]?.healthcheck).toBeDefined();
  });

  it('pins every image', () => {
    for (const { image } of Object.values(compose.services)) expect(image).toMatch(PINNED);
    expect(compose.services.api?.image).toBe(`evenkeel:${version()}`);
  });

  it('takes every secret from whoever starts it', () => {
    const secrets = /PASSWORD|ADMIN_KEY|DATABASE_URL/;
    for (const { environment = {} } of Object.values(compose.services))
      for (const [name, value] of Object.entries(environment))
        if (secrets.test(name)) expect(value).toMatch(/\$\{[A-Z_]+:\?/);
  });

  it('has one entry, which leads stations to gateways and the rest to the API', () => {
    const proxy = read('deploy/haproxy.cfg');
    for (const name of ['gateway', 'api'])
      expect(proxy).toMatch(new RegExp(`server-template ${name} \\d+ ${name}:${PORT}`));
    expect(proxy).toMatch(/path_beg \/ocpp\//);
    expect(proxy.match(/option httpchk GET \/readyz/g)).toHaveLength(2);
    const published = Object.values(compose.services).filter((service) => 'ports' in service);
    expect(published).toEqual([compose.services.entry]);
  });
});

describe('the Dockerfile', () => {
  const lines = read('deploy/Dockerfile').split('\n');

  it('copies what is there, and what .dockerignore lets through', () => {
    const allowed =
      read('deploy/Dockerfile.dockerignore')
        .match(/^!(\S+)$/gm)
        ?.map((line) => line.slice(1)) ?? [];
    const sources = lines
      .filter((line) => /^COPY (?!--from)/.test(line))
      .flatMap((line) => line.split(/\s+/).slice(1, -1));
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources) {
      expect(existsSync(`${ROOT}${source}`), source).toBe(true);
      expect(allowed).toContain(source.replace('./', ''));
    }
    for (const line of lines.filter((one) => one.startsWith('FROM'))) expect(line.split(' ')[1]).toMatch(PINNED);
  });

  it('runs on a Node that the package allows, not as root, and asks /healthz', () => {
    const user = lines.findLast((line) => line.startsWith('USER'));
    expect(user).toBe('USER 1000:1000');
    expect(lines.some((line) => line.includes('/healthz'))).toBe(true);
    expect(lines).toContain(`EXPOSE ${PORT}`);
    expect(lines).toContain('CMD ["node", "dist/src/main.js"]');
  });
});

it('a gateway has handed its stations over before the process ends itself', () => {
  expect(DRAIN_AT_MOST_S).toBeLessThan(CLOSE_AT_MOST_S);
});

function found(kind: string, name: string): Manifest {
  const manifest = manifests.find((one) => one.kind === kind && one.metadata.name === name);
  if (manifest === undefined) throw new Error(`there is no ${kind} ${name}`);
  return manifest;
}

function read(path: string): string {
  return readFileSync(`${ROOT}${path}`, 'utf8');
}

function version(): string {
  return (JSON.parse(read('package.json')) as { readonly version: string }).version;
}

function secondsIn(path: string, name: string): number {
  const digits = new RegExp(`const ${name} = ([\\d_]+);`).exec(read(path))?.[1];
  if (digits === undefined) throw new Error(`${path} has no ${name}`);
  return Number(digits.replaceAll('_', '')) / 1_000;
}
