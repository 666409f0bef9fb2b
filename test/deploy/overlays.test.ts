import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { compileOptions } from '../../src/config/load.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { SECRET } from '../harness/delivery.ts';
import { openFolder } from '../harness/world.ts';
import { faultsOf, type KubernetesObject } from './kubernetes-schema.ts';
import { buildLayer } from './kustomize.ts';

const FOLDER = fileURLToPath(new URL('../../deploy/kubernetes/', import.meta.url));
const LAYERS = ['base', 'overlays/production', 'overlays/try'];
const read = (path: string) => readFileSync(join(FOLDER, path), 'utf8');

type Kustomization = {
  readonly resources: readonly string[];
  readonly patches?: readonly { readonly path?: string }[];
};
type Named = KubernetesObject & { readonly metadata: { readonly name: string; readonly labels?: object } };
const objectsIn = (text: string) => parseAllDocuments(text).map((document) => document.toJS() as Named);
const nameOf = ({ kind, metadata }: Named) => `${kind} ${metadata.name}`;

describe.each(LAYERS)('the layer %s', (layer) => {
  const { resources, patches = [] } = parse(read(`${layer}/kustomization.yaml`)) as Kustomization;

  test('names every file that lies in its folder, and no other', () => {
    const files = readdirSync(join(FOLDER, layer)).filter((name) => name !== 'kustomization.yaml');
    const named = [...resources, ...patches.flatMap(({ path }) => path ?? [])];
    expect(named.filter((name) => name.endsWith('.yaml')).sort()).toEqual(files.sort());
    for (const name of named) expect(existsSync(join(FOLDER, layer, name)), name).toBe(true);
  });

  test('has objects that are as Kubernetes and the Prometheus operator define them', () => {
    const files = resources.filter((name) => name.endsWith('.yaml'));
    for (const object of files.flatMap((name) => objectsIn(read(`${layer}/${name}`))))
      expect(faultsOf(object), nameOf(object)).toEqual([]);
  });

  test('changes what is there, and what comes out is as Kubernetes defines it', () => {
    const built = buildLayer(join(FOLDER, layer));
    expect(built.length).toBeGreaterThan(5);
    for (const object of built) expect(faultsOf(object as Named), nameOf(object as Named)).toEqual([]);
  });

  test('is put together by kubectl, where that is there', () => {
    const { error, status, stdout, stderr } = spawnSync('kubectl', ['kustomize', join(FOLDER, layer)], {
      encoding: 'utf8',
    });
    if (error) return expect(layer).not.toBe('');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const byName = (objects: readonly Named[]) =>
      Object.fromEntries(objects.map((object) => [nameOf(object), object]));
    expect(byName(objectsIn(stdout))).toEqual(byName(buildLayer(join(FOLDER, layer)) as Named[]));
  });
});

test('what is watched, and what clients call, is in the base', () => {
  const base = ['service.yaml', 'service-admin.yaml'].map(
    (name) => parse(read(`base/${name}`)) as Named & { spec: { ports: { name: string }[] } },
  );
  const [clients, admin] = base;
  const ingress = parse(read('overlays/production/ingress.yaml')) as {
    spec: {
      rules: { http: { paths: { backend: { service: { name: string; port: { name: string } } } }[] } }[];
    };
  };
  const { service } = ingress.spec.rules[0]?.http.paths[0]?.backend ?? {};
  expect(service).toEqual({ name: clients?.metadata.name, port: { name: clients?.spec.ports[0]?.name } });
  const monitor = parse(read('overlays/production/servicemonitor.yaml')) as {
    spec: {
      selector: { matchLabels: object };
      endpoints: { port: string; authorization: { credentials: { name: string; key: string } } }[];
    };
  };
  expect(admin?.metadata.labels).toMatchObject(monitor.spec.selector.matchLabels);
  expect(clients?.metadata.labels).not.toMatchObject(monitor.spec.selector.matchLabels);
  const [endpoint] = monitor.spec.endpoints;
  expect(endpoint?.port).toBe(admin?.spec.ports[0]?.name);
  const secret = parse(read('base/secret.yaml')) as Named & { stringData: Record<string, string> };
  expect(endpoint?.authorization.credentials.name).toBe(secret.metadata.name);
  expect(Object.keys(secret.stringData)).toContain(endpoint?.authorization.credentials.key);
});

test('the configuration to try it with is accepted', () => {
  const { data } = parse(read('overlays/try/configmap.yaml')) as { data: Record<string, string> };
  const options = parse(data['countersign.yaml'] ?? '') as ConfigInput;
  expect(
    compileOptions(options, { COUNTERSIGN_SECRET: SECRET, COUNTERSIGN_ADMIN_TOKEN: 'x'.repeat(32) }).ok,
  ).toBe(true);
});

test('a layer that changes what is not there would be seen', () => {
  const folder = openFolder();
  cpSync(FOLDER, folder, { recursive: true });
  const path = join(folder, 'overlays/try/kustomization.yaml');
  const spoil = (right: string, wrong: string) => {
    const text = readFileSync(join(FOLDER, 'overlays/try/kustomization.yaml'), 'utf8');
    expect(text).toContain(right);
    writeFileSync(path, text.replace(right, wrong));
    return () => buildLayer(join(folder, 'overlays/try'));
  };
  expect(spoil('name: countersign, count', 'name: countersigned, count')).toThrow('countersigned');
  expect(spoil('kind: PodDisruptionBudget', 'kind: PodDisruption')).toThrow('PodDisruption');
  expect(spoil('/spec/minAvailable', '/spec/least')).toThrow('/spec/least');
});
