import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

type Manifest = {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly [key: string]: unknown;
};
type Pod = { readonly spec: { readonly [list: string]: unknown } };
type Image = { readonly name: string; readonly newName?: string; readonly newTag?: string };
type Patch = {
  readonly path?: string;
  readonly target?: { readonly kind: string; readonly name: string };
  readonly patch?: string;
};
type Layer = {
  readonly resources: readonly string[];
  readonly replicas?: readonly { readonly name: string; readonly count: number }[];
  readonly images?: readonly Image[];
  readonly patches?: readonly Patch[];
};

/**
 * What `kubectl kustomize` makes of a layer, as far as ours go: resources, replicas, images, whole ConfigMaps, and values that are replaced.
 * Throws where a layer changes what is not there. Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
 */
export function buildLayer(folder: string): readonly Manifest[] {
  const {
    resources,
    replicas = [],
    images = [],
    patches = [],
  } = read(folder, 'kustomization.yaml')[0] as Layer;
  const below = resources.flatMap((name) =>
    name.endsWith('.yaml') ? (read(folder, name) as Manifest[]) : buildLayer(join(folder, name)),
  );
  const objects = new Map(below.map((object) => [keyOf(object.kind, object.metadata.name), object]));
  const change = (kind: string, name: string, to: (object: Manifest) => Manifest) => {
    const found = objects.get(keyOf(kind, name));
    if (!found) throw new Error(`there is no ${kind} ${name}`);
    objects.set(keyOf(kind, name), to(found));
  };
  for (const { name, count } of replicas)
    change('Deployment', name, (object) => replaced(object, ['spec', 'replicas'], count));
  for (const image of images) change('Deployment', 'countersign', (object) => withImage(object, image));
  for (const { path, target, patch } of patches) {
    if (path !== undefined) {
      const [own] = read(folder, path) as [Manifest];
      change(own.kind, own.metadata.name, (object) => merged(object, own));
    } else if (target)
      for (const { op, path: pointer, value } of parse(patch ?? '') as Operation[]) {
        if (op !== 'replace') throw new Error(`${op} is not known here`);
        change(target.kind, target.name, (object) => replaced(object, pointer.split('/').slice(1), value));
      }
  }
  return [...objects.values()];
}

type Operation = { readonly op: string; readonly path: string; readonly value: unknown };

const keyOf = (kind: string, name: string) => `${kind} ${name}`;

function read(folder: string, name: string): readonly unknown[] {
  return parseAllDocuments(readFileSync(join(folder, name), 'utf8')).map((document) => document.toJS());
}

function replaced<T extends object>(object: T, path: readonly string[], value: unknown, whole = path): T {
  const [name = '', ...rest] = path;
  if (!(name in object)) throw new Error(`there is no /${whole.join('/')}`);
  const inner = Reflect.get(object, name) as object;
  return { ...object, [name]: rest.length === 0 ? value : replaced(inner, rest, value, whole) };
}

function withImage(object: Manifest, { name, newName = name, newTag }: Image): Manifest {
  const { template } = object['spec'] as { readonly template: Pod };
  let isFound = false;
  const renamed = (containers: unknown) =>
    (containers as { readonly image: string }[]).map((container) => {
      const [own, tag] = container.image.split(':');
      if (own !== name) return container;
      isFound = true;
      return { ...container, image: `${newName}:${newTag ?? tag}` };
    });
  const lists = ['initContainers', 'containers'].filter((list) => list in template.spec);
  const spec = Object.fromEntries(lists.map((list) => [list, renamed(template.spec[list])]));
  if (!isFound) throw new Error(`there is no image ${name}`);
  return replaced(object, ['spec', 'template', 'spec'], { ...template.spec, ...spec });
}

function merged<T extends object>(object: T, own: object): T {
  const entries = Object.entries(own).map(([name, value]) => {
    const inner: unknown = Reflect.get(object, name);
    const isBoth = [inner, value].every(
      (one) => typeof one === 'object' && one !== null && !Array.isArray(one),
    );
    return [name, isBoth ? merged(inner as object, value as object) : value];
  });
  return { ...object, ...Object.fromEntries(entries) };
}
