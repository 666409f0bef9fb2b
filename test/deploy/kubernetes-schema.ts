import * as operator from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import * as apps from 'kubernetes-models/apps/v1';
import * as networking from 'kubernetes-models/networking.k8s.io/v1';
import * as policy from 'kubernetes-models/policy/v1';
import * as v1 from 'kubernetes-models/v1';

/** An object of a manifest, of which only this much is known before it is checked. */
export type KubernetesObject = { readonly apiVersion: string; readonly kind: string };

/** By `apiVersion`, then by `kind`. */
const DEFINITIONS: Readonly<Record<string, object>> = {
  v1,
  'apps/v1': apps,
  'networking.k8s.io/v1': networking,
  'policy/v1': policy,
  'monitoring.coreos.com/v1': operator,
};

/**
 * What the published definitions of Kubernetes and of the Prometheus operator find wrong with an object. They let fields pass that they do not name, which the server
 * refuses or drops; so each field is also given something that no definition allows, and has to be complained about.
 */
export function faultsOf(object: KubernetesObject): readonly string[] {
  const models = DEFINITIONS[object.apiVersion];
  const Definition: (new (data: object) => { validate(): void }) | undefined =
    models && Reflect.get(models, object.kind);
  if (!Definition) return [`there is no ${object.kind} in ${object.apiVersion}`];
  const complaintOf = (data: object) => {
    try {
      new Definition(data).validate();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const complaint = complaintOf(object);
  if (complaint !== undefined) return [complaint];
  return pathsIn(object)
    .filter((path) => complaintOf(spoilt(object, path)) === undefined)
    .map((path) => `${path.join('.')} is not known`);
}

type Path = readonly string[];

/** The path of every field, at whatever depth. */
function pathsIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    [...path, name],
    ...pathsIn(inner, [...path, name]),
  ]);
}

/** A copy in which one field holds what no schema allows: nothing in JSON is a function. */
function spoilt(value: object, [name = '', ...rest]: Path): object {
  const inner: unknown = rest.length === 0 ? () => undefined : spoilt(Reflect.get(value, name), rest);
  return Array.isArray(value) ? value.with(Number(name), inner) : { ...value, [name]: inner };
}
