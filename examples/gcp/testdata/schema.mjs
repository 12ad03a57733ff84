// Makes schema.json, the part of the Google provider's schema that the example uses, from
// the npm package @cdktf/provider-google (MPL-2.0, HashiCorp), which was generated from the
// provider's own schema:
//
//   npm pack @cdktf/provider-google@16.12.1 && tar -xzf cdktf-provider-google-16.12.1.tgz
//   node schema.mjs package > schema.json
//
// What can be set is in the *.js (names, types, which are blocks); what has to be set, how
// often a block may occur, and what can only be read is in the *.d.ts.
import { readFileSync } from "node:fs";

const folder = process.argv[2];
const resources = [
  "artifact_registry_repository", "artifact_registry_repository_iam_member", "cloud_run_v2_job", "cloud_run_v2_job_iam_member",
  "cloud_run_v2_service", "cloud_run_v2_service_iam_member", "cloud_scheduler_job",
  "eventarc_trigger", "project_iam_member", "project_service", "secret_manager_secret",
  "secret_manager_secret_iam_member", "secret_manager_secret_version", "service_account",
  "service_account_iam_member", "storage_bucket", "storage_bucket_iam_member", "workflows_workflow",
];
const data = ["google_project", "google_storage_project_service_account"];

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

const out = {
  origin: "npm package @cdktf/provider-google 16.12.1, generated from registry.terraform.io/hashicorp/google 6.50.0",
  licence: "MPL-2.0, Copyright (c) HashiCorp, Inc.",
  resource: Object.fromEntries(resources.map((r) => ["google_" + r, read(r)])),
  data: Object.fromEntries(data.map((d) => [d, read("data_" + d)])),
};
console.log(JSON.stringify(out, null, 1));
