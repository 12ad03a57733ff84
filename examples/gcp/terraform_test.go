package gcp_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func readFiles(t *testing.T, pattern string) map[string]string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatal("no ", pattern, err)
	}
	files := map[string]string{}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(data)
	}
	return files
}

// Every resource fits the provider's schema, and every reference is to something.
func TestTerraform(t *testing.T) {
	m := checkModule(readSchema(t), readFiles(t, "*.tf"))
	for _, f := range m.faults {
		t.Error(f)
	}
	if len(m.blocks) < 40 {
		t.Errorf("only %d blocks", len(m.blocks))
	}
}

// The check finds what it is for.
func TestTerraformFaults(t *testing.T) {
	schema, files := readSchema(t), readFiles(t, "*.tf")
	for _, test := range []struct{ file, old, new, want string }{
		{"storage.tf", "public_access_prevention ", "public_acces_prevention  ", "no attribute public_acces_prevention"},
		{"storage.tf", "  location                    = var.region\n", "", "needs location"},
		{"storage.tf", "force_destroy               = var.force_destroy", `force_destroy = "perhaps"`, "wrong type"},
		{"storage.tf", "versioning {", "version {", "no block version"},
		{"storage.tf", "retention_duration_seconds = 0", "retention_duration_seconds = \"none\"", "wrong type"},
		{"storage.tf", "    action {\n      type = \"Delete\"\n    }\n", "", "needs a block action"},
		{"accounts.tf", "google_storage_bucket.uploads.name", "google_storage_bucket.upload.name", "Unsupported attribute"},
		{"accounts.tf", "google_service_account.converter.member", "google_service_account.converter.members", "Unsupported attribute"},
		{"accounts.tf", "google_service_account.caller.member", "google_service_acount.caller.member", "Unknown variable"},
		{"events.tf", "data.google_storage_project_service_account.storage.", "data.google_storage_project_service_account.store.", "Unsupported attribute"},
		{"converter.tf", "var.concurrency", "var.concurency", "Unsupported attribute"},
		{"converter.tf", "local.restart", "local.restat", "Unsupported attribute"},
		{"converter.tf", `image["converter"].self_link`, `image["converter"].selflink`, "Unsupported attribute"},
		{"converter.tf", "min_instance_count = 0", "min_instance_count = [0]", "wrong type"},
		{"converter.tf", `"serve"]`, `{ a = "serve" }]`, "wrong type"},
		{"datasette.tf", "read_only = true", "readonly = true", "no attribute readonly"},
		{"datasette.tf", "mount_options = [", "mount_option = [", "no attribute mount_option"},
		{"datasette.tf", `["metadata-cache-ttl-secs=-1", `, `[{ttl = -1}, `, "wrong type"},
		{"datasette.tf", "template[0].revision", "template[0].revisions", "Unsupported attribute"},
		{"datasette.tf", "      client,\n", "      clients,\n", "no clients to ignore"},
		{"datasette.tf", "    auto {}", "    auto {}\n    auto {}", "more than one auto"},
		{"workflow.tf", "google_workflows_workflow.publish[0].id", "google_workflows_workflow.publish.id", "Unsupported attribute"},
		{"workflow.tf", "each.value", "each.val", "Unsupported attribute"},
		{"workflow.tf", "file(", "fil(", "unknown function"},
		{"workflow.tf", "google_project_iam_member.storage_publishes_events,", "google_project_iam_member.storage,", "Unsupported attribute"},
		{"events.tf", "payload_format = \"NONE\"", "", "needs payload_format"},
		{"events.tf", "google_pubsub_topic.uploads.id", "google_pubsub_topic.uploads.ids", "Unsupported attribute"},
		{"alerts.tf", "condition_matched_log {", "condition_log {", "no block condition_log"},
		{"alerts.tf", "local.failures", "local.failure", "Unsupported attribute"},
		{"outputs.tf", "google_cloud_run_v2_job.releases.name", "google_cloud_run_v2_job.releases.nam", "Unsupported attribute"},
		{"variables.tf", "default     = 250", `default = "many"`, "wrong type"},
		{"outputs.tf", "local.uploads", "\"", "Invalid"},
		{"schedule", "", "variable \"x\" {\n  type = string\n  description = \"x\"\n}\n", "variable x is not used"},
	} {
		broken := maps.Clone(files)
		if test.old != "" && !strings.Contains(broken[test.file], test.old) {
			t.Errorf("%s has no %s", test.file, test.old)
			continue
		}
		broken[test.file] = strings.Replace(broken[test.file], test.old, test.new, 1)
		faults := checkModule(schema, broken).faults
		if !slices.ContainsFunc(faults, func(f string) bool { return strings.Contains(f, test.want) }) {
			t.Errorf("%s: %s for %s: %q, want %q", test.file, test.new, test.old, faults, test.want)
		}
	}
}

// The provider is pinned to a version that has all of the schema: of the generation that it
// was compared with, and not older than what is newest in it.
func TestProviderVersion(t *testing.T) {
	var pinned, since [3]int
	text := readFiles(t, "versions.tf")["versions.tf"]
	found := regexp.MustCompile(`version = "(\d+\.\d+\.\d+)"`).FindStringSubmatch(text)
	if found == nil {
		t.Fatal("the provider is not pinned to one version")
	}
	for version, numbers := range map[string]*[3]int{found[1]: &pinned, readSchema(t).Since: &since} {
		if _, err := fmt.Sscanf(version, "%d.%d.%d", &numbers[0], &numbers[1], &numbers[2]); err != nil {
			t.Fatalf("%q: %v", version, err)
		}
	}
	if pinned[0] != since[0] || slices.Compare(pinned[:], since[:]) < 0 {
		t.Errorf("the provider is %v, the schema has what came with %v", pinned, since)
	}
}

// terraform runs Terraform, or OpenTofu.
func terraform(t *testing.T, args ...string) {
	t.Helper()
	program, err := exec.LookPath("terraform")
	if err != nil {
		if program, err = exec.LookPath("tofu"); err != nil {
			t.Skip("needs terraform or tofu on PATH")
		}
	}
	if out, err := exec.Command(program, args...).CombinedOutput(); err != nil {
		t.Errorf("%s %q: %v: %s", program, args, err, out)
	}
}

// Terraform itself can read the files, and finds them formatted.
func TestTerraformFormat(t *testing.T) { terraform(t, "fmt", "-check", "-diff") }

func TestTerraformValidate(t *testing.T) {
	if _, err := os.Stat(".terraform"); err != nil {
		t.Skip("needs the provider: run terraform init in this folder first")
	}
	terraform(t, "validate")
}
