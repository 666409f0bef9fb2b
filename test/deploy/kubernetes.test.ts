import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { run } from '../cli/run.ts';
import { readDockerfile } from '../container/dockerfile.ts';
import { SECRET } from '../harness/delivery.ts';
import { openFolder, openGateway } from '../harness/world.ts';
import { faultsOf, type KubernetesObject } from './kubernetes-schema.ts';
import type { Container, Deployment, Policy, Selected } from './kubernetes-shapes.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = join(ROOT, 'deploy', 'kubernetes', 'base');

const manifests = readdirSync(FOLDER).filter((name) => name !== 'kustomization.yaml');
const objects = manifests.flatMap((name) =>
  parseAllDocuments(readFileSync(join(FOLDER, name), 'utf8')).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as KubernetesObject & { readonly metadata: { readonly name: string } };
  }),
);

function the<T>(kind: string, name = 'countersign'): T {
  const found = objects.filter((object) => object.kind === kind && object.metadata.name === name);
  expect(found, `${kind} ${name}`).toHaveLength(1);
  return found[0] as T;
}

const deployment = the<Deployment>('Deployment');
const pod = deployment.spec.template;
const labels = pod.metadata.labels;
const [gateway, ...others] = pod.spec.containers as [Container, ...Container[]];
const settings = the<{ data: Record<string, string> }>('ConfigMap').data;
const config = parse(settings['countersign.yaml'] ?? '') as ConfigInput;
const secrets = the<{ stringData: Record<string, string> }>('Secret').stringData;
const image = readDockerfile(readFileSync(join(ROOT, 'Dockerfile'), 'utf8')).at(-1);
const stepOf = (name: string) => image?.instructions.find((step) => step.name === name)?.text;

describe('the manifests', () => {
  test.each(
    objects.map((object) => [`${object.kind} ${object.metadata.name}`, object] as const),
  )('%s is as Kubernetes defines it, and has no field that Kubernetes does not know', async (_, object) => {
    expect(faultsOf(object)).toEqual([]);
  });

  test('that are wrong are found: a value, a missing field, a field that nobody knows', () => {
    const object = the<KubernetesObject>('PodDisruptionBudget');
    expect(faultsOf({ ...object, kind: 'PodDisruption' })).toHaveLength(1);
    const spec = { ...deployment.spec, replicas: 'two' };
    expect(faultsOf({ ...deployment, spec } as KubernetesObject)).toEqual([
      expect.stringContaining('replicas'),
    ]);
    expect(faultsOf({ ...deployment, spec: {} } as KubernetesObject)).toHaveLength(1);
    const template = { ...pod, spec: { ...pod.spec, readOnly: true } };
    const hidden = { ...deployment, spec: { ...deployment.spec, template } };
    expect(faultsOf(hidden)).toEqual(['spec.template.spec.readOnly is not known']);
  });

  test('select the pods that are there', () => {
    for (const [kind, selector] of [
      ['Deployment', deployment.spec.selector.matchLabels],
      ['Service', the<{ spec: { selector: object } }>('Service').spec.selector],
      ['PodDisruptionBudget', the<Selected>('PodDisruptionBudget').spec.selector.matchLabels],
      ['NetworkPolicy', the<Policy>('NetworkPolicy').spec.podSelector.matchLabels],
    ] as const)
      expect(labels, kind).toMatchObject(selector);
    const [spread] = pod.spec.topologySpreadConstraints;
    expect(labels).toMatchObject(spread?.labelSelector.matchLabels ?? { lost: '' });
    // At least one may go, or a node can never be emptied.
    const { minAvailable } = the<{ spec: { minAvailable: number } }>('PodDisruptionBudget').spec;
    expect(deployment.spec.replicas).toBeGreaterThan(minAvailable);
  });
});

describe('the pod', () => {
  test('keeps to the restricted profile', () => {
    // https://kubernetes.io/docs/concepts/security/pod-security-standards/
    const { securityContext, automountServiceAccountToken, volumes } = pod.spec;
    const [uid, gid] = (stepOf('USER') ?? '').split(':').map(Number);
    expect(securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: uid,
      runAsGroup: gid,
      fsGroup: gid,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(automountServiceAccountToken).toBe(false);
    expect(others).toEqual([]);
    for (const container of [gateway, ...pod.spec.initContainers]) {
      expect(container.securityContext, container.name).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.resources.requests).toHaveProperty('memory');
      expect(container.resources.limits).toHaveProperty('memory');
      expect(container.image).toBe(gateway.image);
    }
    for (const volume of volumes) expect(['configMap', 'emptyDir']).toContain(Object.keys(volume)[1]);
  });

  test('runs the version that this is', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(gateway.image).toBe(`countersign:${version}`);
  });

  test('finds its configuration where the image looks, and may write where it has to and nowhere else', () => {
    const mounts = new Map(gateway.volumeMounts.map((mount) => [mount.mountPath, mount]));
    const path = /COUNTERSIGN_CONFIG=(\S+)/.exec(stepOf('ENV') ?? '')?.[1] ?? '';
    const [folder = '', file = ''] = [
      path.slice(0, path.lastIndexOf('/')),
      path.slice(path.lastIndexOf('/') + 1),
    ];
    const volumeOf = (mountPath: string) =>
      pod.spec.volumes.find(({ name }) => name === mounts.get(mountPath)?.name);
    expect(volumeOf(folder)).toMatchObject({ configMap: { name: 'countersign' } });
    expect(mounts.get(folder)).toMatchObject({ readOnly: true });
    // A file that is mounted by subPath is never swapped, so that a change would not be seen.
    expect(mounts.get(folder)).not.toHaveProperty('subPath');
    expect(settings).toHaveProperty([file]);
    const writable = gateway.volumeMounts.filter(({ readOnly }) => readOnly !== true);
    expect(writable.map(({ mountPath }) => mountPath).sort()).toEqual(['/data', '/tmp']);
    for (const mountPath of ['/data', '/tmp']) expect(volumeOf(mountPath)).toHaveProperty('emptyDir');
    expect(stepOf('VOLUME')).toBe('/data');
    expect(config.audit).toMatchObject({ path: expect.stringMatching(/^\/data\//) });
  });

  test('shows the audit as it is written, to the last line', () => {
    const [sidecar, ...more] = pod.spec.initContainers;
    expect(more).toEqual([]);
    expect(sidecar).toMatchObject({ restartPolicy: 'Always' });
    expect(sidecar?.command.at(-1)).toBe(config.audit && 'path' in config.audit ? config.audit.path : '');
    const data = gateway.volumeMounts.find(({ mountPath }) => mountPath === '/data');
    expect(sidecar?.volumeMounts).toEqual([{ ...data, readOnly: true }]);
  });

  test('has the time to stop that its configuration takes', () => {
    const { drainDelay, timeout } = config.shutdown ?? {};
    const seconds = [drainDelay, timeout].reduce(
      (sum, text) => sum + Number(/^(\d+)s$/.exec(String(text))?.[1]),
      0,
    );
    expect(pod.spec.terminationGracePeriodSeconds).toBeGreaterThan(seconds);
  });
});

describe('the configuration in the ConfigMap', () => {
  const written = () => {
    const path = join(openFolder(), 'countersign.yaml');
    writeFileSync(path, settings['countersign.yaml'] ?? '');
    return path;
  };

  test('passes countersign check', () => {
    const set = { ...secrets, COUNTERSIGN_SECRET: SECRET };
    expect(run(['check', '-c', written()], undefined, set)).toMatchObject({ code: 0 });
    expect(run(['check', '-c', written()])).toMatchObject({
      code: 3,
      out: expect.stringContaining('REDIS_PASSWORD is not set'),
    });
  });

  test('reads each secret from the Secret, and no other', () => {
    const named = [...(settings['countersign.yaml'] ?? '').matchAll(/env: (\w+)/g)].map(([, name]) => name);
    expect(named.sort()).toEqual(Object.keys(secrets).sort());
    expect(gateway.envFrom).toEqual([{ secretRef: { name: 'countersign' } }]);
  });

  test('does not start with the secret that stands in the manifest', () => {
    const loaded = loadConfig(written(), secrets);
    expect(loaded.ok).toBe(false);
    expect(JSON.stringify(loaded)).toContain('COUNTERSIGN_SECRET has 10 bytes; at least 32 are needed');
  });

  test('listens where the Service and the probes look, and answers there', async () => {
    const ports = new Map(gateway.ports.map(({ name, containerPort }) => [name, containerPort]));
    expect(config.listen).toEqual({ host: '0.0.0.0', port: ports.get('http') });
    expect(config.admin).toMatchObject({ host: '0.0.0.0', port: ports.get('admin') });
    expect(the<{ spec: unknown }>('Service').spec).toMatchObject({ ports: [{ targetPort: 'http' }] });
    expect(Number(stepOf('EXPOSE'))).toBe(ports.get('http'));

    // The same, but for what is not on this machine.
    const loopback = { host: '127.0.0.1', port: 0 };
    const { adminUrl } = await openGateway({
      ...config,
      ...{ listen: loopback, admin: { ...loopback, token: 'x' }, secret: SECRET },
      ...{ store: { kind: 'memory' }, audit: { kind: 'none' }, log: { level: 'silent' } },
      ...{ channels: { email: { kind: 'outbox' } }, shutdown: {} },
    });
    for (const probe of [gateway.startupProbe, gateway.livenessProbe, gateway.readinessProbe]) {
      expect(ports.has(probe.httpGet.port) && probe.httpGet.port).toBe('admin');
      const { status } = await fetch(adminUrl + probe.httpGet.path);
      expect(status, probe.httpGet.path).toBe(200);
    }
  });
});

describe('the network policies', () => {
  const portOf = (url: string) => Number(new URL(url).port);
  const { url = '' } = config.store as { readonly url?: string };

  test.each([
    ['crm', String((config.upstream as { readonly url: string }).url)],
    ['redis', url],
  ])('let only the gateway (and its like) reach %s', (name, address) => {
    expect(new URL(address).hostname).toBe(name);
    const { spec } = the<Policy>('NetworkPolicy', `${name}-behind-countersign`);
    expect(spec.podSelector.matchLabels).toEqual({ 'app.kubernetes.io/name': name });
    expect(spec.policyTypes).toEqual(['Ingress']);
    expect(spec.ingress).toHaveLength(1);
    const [rule] = spec.ingress;
    expect(rule?.ports).toEqual([{ protocol: 'TCP', port: portOf(address) }]);
    // A peer is one selector of pods of this namespace; replicas of the ledger reach each other.
    const allowed = [labels, ...(name === 'redis' ? [spec.podSelector.matchLabels] : [])];
    expect(rule?.from).toEqual(allowed.map((matchLabels) => ({ podSelector: { matchLabels } })));
  });

  test('let the gateway reach the CRM, the ledger, the names and the mail server', () => {
    const { spec } = the<Policy>('NetworkPolicy');
    const email = config.channels['email'] as { readonly port: number };
    const wanted = [
      portOf(String((config.upstream as { readonly url: string }).url)),
      portOf(url),
      443,
      53,
      email.port,
    ];
    const open = spec.egress?.flatMap(({ ports }) => ports.map(({ port }) => port)) ?? [];
    expect([...new Set(open)].sort()).toEqual(wanted.sort());
    expect(spec.ingress[0]).toEqual({ ports: [{ protocol: 'TCP', port: 8080 }] });
  });
});
