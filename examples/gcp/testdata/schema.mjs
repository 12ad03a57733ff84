// Makes schema.json, the part of the Google provider's schema that the example uses, from
// two npm packages:
//
//   npm pack @cdktf/provider-google@16.12.1 @pulumi/gcp@9.37.0
//   for p in cdktf pulumi; do mkdir $p; tar -xzf $p-*.tgz -C $p --strip-components=1; done
//   node schema.mjs cdktf pulumi > schema.json
//
// The first (MPL-2.0, HashiCorp) was generated from the schema of provider 6.50, the last it
// was made for: what can be set is in its *.js (names, types, which are blocks); what has to be
// set, how often a block may occur, and what can only be read is in the *.d.ts. The second
// (Apache-2.0, Pulumi) was generated from a provider 7, under other names and with what is only
// in google-beta. So an attribute is taken if both have it, it has to be set if either says
// so, and what is new since 6.50 is named here, with the release of the provider whose notes
// announce it, and has to be in the second.
import { readFileSync } from "node:fs";

const [folder, later] = process.argv.slice(2);
const resources = {
  artifact_registry_repository: "artifactregistry/repository",
  artifact_registry_repository_iam_member: "artifactregistry/repositoryIamMember",
  cloud_run_v2_job: "cloudrunv2/job",
  cloud_run_v2_job_iam_member: "cloudrunv2/jobIamMember",
  cloud_run_v2_service: "cloudrunv2/service",
  cloud_run_v2_service_iam_member: "cloudrunv2/serviceIamMember",
  cloud_scheduler_job: "cloudscheduler/job",
  eventarc_trigger: "eventarc/trigger",
  logging_metric: "logging/metric",
  monitoring_alert_policy: "monitoring/alertPolicy",
  monitoring_notification_channel: "monitoring/notificationChannel",
  project_iam_member: "projects/iammember",
  project_service: "projects/service",
  pubsub_subscription: "pubsub/subscription",
  pubsub_subscription_iam_member: "pubsub/subscriptionIAMMember",
  pubsub_topic: "pubsub/topic",
  pubsub_topic_iam_member: "pubsub/topicIAMMember",
  secret_manager_secret: "secretmanager/secret",
  secret_manager_secret_iam_member: "secretmanager/secretIamMember",
  secret_manager_secret_version: "secretmanager/secretVersion",
  service_account: "serviceaccount/account",
  service_account_iam_member: "serviceaccount/iammember",
  storage_bucket: "storage/bucket",
  storage_bucket_iam_member: "storage/bucketIAMMember",
  storage_notification: "storage/notification",
  workflows_workflow: "workflows/workflow",
};
const data = {
  google_artifact_registry_docker_image: "artifactregistry/getDockerImage",
  google_project: "organizations/getProject",
  google_storage_project_service_account: "storage/getProjectServiceAccount",
};
const news = [
  { resource: "cloud_run_v2_service", block: ["template", "volumes", "gcs"], name: "mount_options", type: "list of string", since: "7.5.0" },
];

const camel = (s) => s.replace(/_([a-z0-9])/g, (_, c) => c.toUpperCase());

function read(name) {
  const path = `${folder}/lib/${name.replaceAll("_", "-")}/index`;
  const js = readFileSync(path + ".js", "utf8");
  const dts = readFileSync(path + ".d.ts", "utf8");
  const interfaces = {};
  for (const [, n, body] of dts.matchAll(/export interface (\w+)[^{]*\{\n([\s\S]*?)\n\}/g)) {
    const fields = {};
    for (const [, f, optional, type] of body.matchAll(/^    readonly (\w+)(\??): ([\s\S]*?);$/gm)) {
      fields[f] = { required: !optional, type };
    }
    interfaces[n] = fields;
  }
  const attributes = (text) => [...text.matchAll(
    /^ {8,12}(\w+): \{\n\s+value: .*\n\s+isBlock: (\w+),\n\s+type: "(\w+)",\n\s+storageClassType: "(\w+)",\n/gm)];
  const functions = {};
  for (const [, n, body] of js.matchAll(/^function (\w+)ToHclTerraform\(struct\) \{\n([\s\S]*?)\n\}/gm)) {
    functions[n.toLowerCase()] = body;
  }
  const block = (text, fields) => {
    const out = { attributes: {}, blocks: {} };
    for (const [, name, isBlock, kind, storage] of attributes(text)) {
      const field = fields[camel(name)];
      if (!field) throw new Error(`${path}: ${name} is in the js, but not in the d.ts`);
      if (isBlock === "true") {
        const type = field.type.match(/(\w+)(\[\])?/);
        const inner = functions[type[1].toLowerCase()];
        if (!inner) throw new Error(`${path}: no function for ${type[1]}`);
        out.blocks[name] = { ...block(inner, interfaces[type[1]]), many: !!type[2], ...(field.required && { required: true }) };
      } else {
        const t = kind === "simple" ? storage : `${kind} of ${storage.replace(/(List|Map|Set)$/, "")}`;
        out.attributes[name] = field.required ? `${t}, required` : t;
      }
    }
    return out;
  };
  const config = Object.keys(interfaces).find((n) => n.endsWith("Config") && dts.includes(`export interface ${n} extends cdktf.Terraform`));
  const out = block(js.match(/synthesizeHclAttributes\(\) \{\n([\s\S]*?)\n    \}/)[1], interfaces[config]);
  // The last class is the resource itself; its getters that can't be set are computed.
  const self = dts.slice(dts.search(/export declare class \w+ extends cdktf\.Terraform(Resource|DataSource)/));
  out.computed = [...self.matchAll(/^    get (\w+)\(\): (string|number|cdktf\.I?\w+|string\[\]);$/gm)]
    .map((m) => m[1]).filter((n) => !/Input$/.test(n))
    .map((n) => n.replace(/[A-Z]/g, (c) => "_" + c.toLowerCase()))
    .filter((n) => !out.attributes[n] && !out.blocks[n]);
  return out;
}

const fields = (body, indent) => {
  const out = {};
  for (const [, name, optional, type] of body.matchAll(new RegExp(`^ {${indent}}(?:readonly )?(\\w+)(\\??): ([\\s\\S]*?);$`, "gm"))) {
    out[name] = { required: !optional, type };
  }
  return out;
};

// What the later package has of a resource, or of a block in it.
const inputs = {};
for (const [, namespace, text] of readFileSync(`${later}/types/input.d.ts`, "utf8").matchAll(/^export declare namespace (\w+) \{\n([\s\S]*?)\n\}$/gm)) {
  for (const [, name, body] of text.matchAll(/^    interface (\w+) \{\n([\s\S]*?)\n    \}$/gm)) {
    inputs[`${namespace}.${name}`] = fields(body, 8);
  }
}
function readLater(path) {
  const text = readFileSync(`${later}/${path}.d.ts`, "utf8");
  const found = text.match(/^export interface \w+Args \{\n([\s\S]*?)\n\}$/m);
  return found ? fields(found[1], 4) : {}; // a function without arguments
}
const gone = [];
const find = (known, name) => {
  const c = camel(name);
  return [c, c + "s", c + "es", c.replace(/y$/, "ies"), c.replace(/s$/, "")].map((n) => known[n]).find((f) => f);
};
function merge(schema, known, path) {
  for (const [name, text] of Object.entries(schema.attributes)) {
    const now = find(known, name);
    if (!now && name !== "id") {
      gone.push(`${path}.${name}`);
      delete schema.attributes[name];
    } else if (now?.required && !text.endsWith(", required")) {
      schema.attributes[name] = `${text}, required`;
    }
  }
  for (const [name, block] of Object.entries(schema.blocks)) {
    if (name === "timeouts") continue; // of Terraform's own
    const now = find(known, name);
    const type = now?.type.match(/inputs\.([\w.]+)/)?.[1];
    if (!type || !inputs[type]) {
      gone.push(`${path}.${name}`);
      delete schema.blocks[name];
      continue;
    }
    merge(block, inputs[type], `${path}.${name}`);
    for (const n of news.filter((n) => `${n.resource}.${n.block.join(".")}` === `${path}.${name}`)) {
      if (!find(inputs[type], n.name) || block.attributes[n.name]) throw new Error(`${n.name} is not new`);
      block.attributes[n.name] = n.type;
    }
  }
  return schema;
}

const out = {
  origin: "npm packages @cdktf/provider-google 16.12.1 (provider hashicorp/google 6.50.0) and @pulumi/gcp 9.37.0 (a provider 7); see schema.mjs",
  licence: "MPL-2.0, Copyright (c) HashiCorp, Inc.; Apache-2.0, Copyright Pulumi Corporation",
  since: news.map((n) => n.since).sort((a, b) => a.localeCompare(b, undefined, { numeric: true })).at(-1),
  resource: Object.fromEntries(Object.entries(resources).map(([r, p]) => ["google_" + r, merge(read(r), readLater(p), r)])),
  data: Object.fromEntries(Object.entries(data).map(([d, p]) => [d, merge(read("data_" + d), readLater(p), d)])),
};
out.gone = gone; // since 6.50
console.log(JSON.stringify(out, null, 1));
