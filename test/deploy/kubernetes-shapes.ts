/** What the tests look at in the manifests; whether they have this shape is for the published definitions to say. */
export type Labels = Readonly<Record<string, string>>;
export type Selected = { readonly spec: { readonly selector: { readonly matchLabels: Labels } } };

type Probe = { readonly httpGet: { readonly path: string; readonly port: string } };

export type Container = {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly restartPolicy?: string;
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly envFrom: readonly object[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly resources: { readonly requests: object; readonly limits: object };
  readonly securityContext: object;
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
  }[];
};

export type Deployment = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: {
    readonly replicas: number;
    readonly selector: { readonly matchLabels: Labels };
    readonly template: {
      readonly metadata: { readonly labels: Labels };
      readonly spec: {
        readonly automountServiceAccountToken: boolean;
        readonly terminationGracePeriodSeconds: number;
        readonly securityContext: object;
        readonly topologySpreadConstraints: readonly {
          readonly labelSelector: { readonly matchLabels: Labels };
        }[];
        readonly initContainers: readonly Container[];
        readonly containers: readonly Container[];
        readonly volumes: readonly { readonly name: string }[];
      };
    };
  };
};

type Peer = { readonly podSelector?: object; readonly namespaceSelector?: object };
type Port = { readonly protocol: string; readonly port: number };

export type Policy = {
  readonly spec: {
    readonly podSelector: { readonly matchLabels: Labels };
    readonly policyTypes: readonly string[];
    readonly ingress: readonly { readonly from?: readonly Peer[]; readonly ports: readonly Port[] }[];
    readonly egress?: readonly { readonly to?: readonly Peer[]; readonly ports: readonly Port[] }[];
  };
};
