package gcp_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/dynasette/dynasette/adapters/cli"
	"github.com/dynasette/dynasette/adapters/gcp"
	"github.com/dynasette/dynasette/adapters/service"
	"github.com/dynasette/dynasette/adapters/web"
	"github.com/dynasette/dynasette/converter/all"
	"github.com/dynasette/dynasette/sinks/restart/cloudrun"
)

// load returns the module, which has to be sound.
func load(t *testing.T) *module {
	t.Helper()
	m := checkModule(readSchema(t), readFiles(t, "*.tf"))
	if len(m.faults) > 0 {
		t.Fatal(m.faults)
	}
	return m
}

func (m *module) resource(t *testing.T, kind, name string) *hclsyntax.Body {
	t.Helper()
	for _, b := range m.blocks {
		if b.Type == "resource" && b.Labels[0] == kind && b.Labels[1] == name {
			return b.Body
		}
	}
	t.Fatalf("there is no %s.%s", kind, name)
	return nil
}

// inside returns the bodies of blocks in blocks.
func inside(body *hclsyntax.Body, names ...string) []*hclsyntax.Body {
	if len(names) == 0 {
		return []*hclsyntax.Body{body}
	}
	var found []*hclsyntax.Body
	for _, b := range body.Blocks {
		inner := b.Body
		if b.Type == "dynamic" && b.Labels[0] == names[0] {
			inner = b.Body.Blocks[0].Body
		} else if b.Type != names[0] {
			continue
		}
		found = append(found, inside(inner, names[1:]...)...)
	}
	return found
}

// text returns an attribute as a string, if it is a constant.
func text(t *testing.T, body *hclsyntax.Body, name string) string {
	t.Helper()
	a := body.Attributes[name]
	if a == nil {
		return ""
	}
	v, diags := a.Expr.Value(nil)
	if diags.HasErrors() || v.Type() != cty.String {
		t.Fatalf("%s is no constant string", name)
	}
	return v.AsString()
}

// source returns an attribute as it is written.
func source(t *testing.T, body *hclsyntax.Body, name string) string {
	t.Helper()
	a := body.Attributes[name]
	if a == nil {
		t.Fatalf("there is no %s", name)
	}
	file, err := os.ReadFile(a.SrcRange.Filename)
	if err != nil {
		t.Fatal(err)
	}
	return string(a.Expr.Range().SliceBytes(file))
}

// The variables that Terraform sets are those that the program reads.
func TestEnvironmentNames(t *testing.T) {
	m := load(t)
	known := map[string]bool{}
	for _, s := range new(service.Config).Settings() {
		known[s.Env] = true
	}
	known["GOOGLE_CLOUD_PROJECT"] = true // for the traces in the log
	converter := m.resource(t, "google_cloud_run_v2_service", "converter")
	set := map[string]*hclsyntax.Body{}
	for _, env := range inside(converter, "template", "containers", "env") {
		set[text(t, env, "name")] = env
	}
	for name := range set {
		if !known[name] {
			t.Errorf("the converter is given %s, which it doesn't read", name)
		}
	}
	for _, name := range []string{"DYNASETTE_UPLOADS", "DYNASETTE_SERVING", "DYNASETTE_SERVICE", "DYNASETTE_CONCURRENCY"} {
		if set[name] == nil {
			t.Errorf("the converter is not given %s", name)
		}
	}
	template := inside(converter, "template")[0]
	if a, b := source(t, template, "max_instance_request_concurrency"), source(t, set["DYNASETTE_CONCURRENCY"], "value"); b != "tostring("+a+")" {
		t.Errorf("Cloud Run lets in %s requests, the converter %s", a, b)
	}
	// Cloud Run has taken the signature off the tokens that it has checked.
	if set["DYNASETTE_AUDIENCE"] != nil {
		t.Error("the converter can't check tokens behind Cloud Run's own check")
	}

	start, err := os.ReadFile("datasette/start.sh")
	if err != nil {
		t.Fatal(err)
	}
	release := false
	for _, env := range inside(m.resource(t, "google_cloud_run_v2_service", "datasette"), "template", "containers", "env") {
		name := text(t, env, "name")
		release = release || name == cloudrun.DefaultVariable
		if !strings.Contains(string(start), "${"+name+":-") {
			t.Errorf("Datasette is given %s, which start.sh doesn't read", name)
		}
	}
	if !release {
		t.Errorf("Datasette is not given %s, which the restarter changes", cloudrun.DefaultVariable)
	}
}

// The restarter may change what Terraform doesn't put back.
func TestIgnoredChanges(t *testing.T) {
	m := load(t)
	lifecycle := inside(m.resource(t, "google_cloud_run_v2_service", "datasette"), "lifecycle")
	if len(lifecycle) != 1 {
		t.Fatal("Datasette has no lifecycle")
	}
	ignored := source(t, lifecycle[0], "ignore_changes")
	for _, want := range []string{"template[0].annotations", "template[0].containers[0].env", "template[0].revision"} {
		if !strings.Contains(ignored, want) {
			t.Errorf("%s is not ignored", want)
		}
	}
}

// The triggers are for the events that the program knows, and go to where it takes them.
func TestEventTypes(t *testing.T) {
	m := load(t)
	var got []string
	for _, v := range m.values["events"].AsValueMap() {
		got = append(got, v.AsString())
	}
	want := []string{web.TypeFinalized, web.TypeDeleted, web.TypeArchived}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for _, kind := range got {
		r := httptest.NewRequest(http.MethodPost, "/events", nil)
		r.Header.Set("ce-type", kind)
		if e, err := web.ParseEvent(r, []byte(`{"bucket": "b", "name": "n"}`)); err != nil || e.Name != "n" {
			t.Errorf("%s: %v %v", kind, e, err)
		}
	}
	trigger := m.resource(t, "google_eventarc_trigger", "upload")
	for _, to := range inside(trigger, "destination", "cloud_run_service") {
		checkPath(t, text(t, to, "path"))
	}
	for _, to := range inside(m.resource(t, "google_cloud_scheduler_job", "reconcile"), "http_target") {
		uri := strings.Trim(source(t, to, "uri"), `"`)
		_, path, ok := strings.Cut(uri, ".uri}")
		if !ok || source(t, inside(to, "oidc_token")[0], "audience") != strings.TrimSuffix(strings.TrimPrefix(uri, "${"), "}"+path) {
			t.Errorf("%s: the token is for something else", uri)
		}
		checkPath(t, path)
	}
	for _, probe := range []string{"startup_probe", "liveness_probe"} {
		get := inside(m.resource(t, "google_cloud_run_v2_service", "converter"), "template", "containers", probe, "http_get")
		if len(get) != 1 {
			t.Fatalf("the converter has no %s", probe)
		}
		if status := ask(http.MethodGet, text(t, get[0], "path")); status != http.StatusOK {
			t.Errorf("%s: %d", probe, status)
		}
	}
}

// Every trigger's subscription waits as long as it may, since an answer takes its time: the
// command that Terraform runs for that is run here, with a gcloud that only says what it was
// asked.
func TestPatience(t *testing.T) {
	patience := load(t).resource(t, "terraform_data", "patience")
	if each := source(t, patience, "for_each"); each != source(t, load(t).resource(t, "google_eventarc_trigger", "upload"), "for_each") {
		t.Errorf("it is for %s, not for all triggers", each)
	}
	object := func(fields map[string]string) cty.Value {
		values := map[string]cty.Value{}
		for name, text := range fields {
			values[name] = cty.StringVal(text)
		}
		return cty.ObjectVal(values)
	}
	command, diags := inside(patience, "provisioner")[0].Attributes["command"].Expr.Value(&hcl.EvalContext{Variables: map[string]cty.Value{
		"each": object(map[string]string{"key": "deleted"}),
		"var":  object(map[string]string{"project": "p", "region": "r"}),
		"google_eventarc_trigger": cty.ObjectVal(map[string]cty.Value{
			"upload": cty.ObjectVal(map[string]cty.Value{"deleted": object(map[string]string{"name": "dynasette-deleted"})}),
		}),
	}})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	folder := t.TempDir()
	const gcloud = "#!/bin/sh\necho \"$*\" >>\"$(dirname \"$0\")/asked\"\n[ \"$1\" != eventarc ] || echo projects/p/subscriptions/s\n"
	if err := os.WriteFile(filepath.Join(folder, "gcloud"), []byte(gcloud), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/bin/sh", "-c", command.AsString())
	cmd.Env = append(os.Environ(), "PATH="+folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	asked, err := os.ReadFile(filepath.Join(folder, "asked"))
	const want = "eventarc triggers describe dynasette-deleted --project=p --location=r --format=value(transport.pubsub.subscription)\n" +
		"pubsub subscriptions update projects/p/subscriptions/s --ack-deadline=600\n"
	if err != nil || string(asked) != want {
		t.Errorf("asked for\n%s%v\nwant\n%s", asked, err, want)
	}
}

// checkPath checks that the server takes posts there.
func checkPath(t *testing.T, path string) {
	t.Helper()
	if status := ask(http.MethodGet, path); status != http.StatusMethodNotAllowed {
		t.Errorf("GET %s: %d: the server has no POST %s", path, status, path)
	}
}

func ask(method, path string) int {
	w := httptest.NewRecorder()
	new(web.Server).ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w.Code
}

// What the containers are started with is a command line that the program takes.
func TestArguments(t *testing.T) {
	m := load(t)
	for _, c := range slices.Concat(
		inside(m.resource(t, "google_cloud_run_v2_service", "converter"), "template", "containers"),
		inside(m.resource(t, "google_cloud_run_v2_job", "reconcile"), "template", "template", "containers")) {
		list, diags := hcl.ExprList(c.Attributes["args"].Expr)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		var args []string
		for _, e := range list {
			v, diags := e.Value(nil)
			if diags.HasErrors() { // a reference
				v = cty.StringVal(fmt.Sprint("argument-", len(args)))
			}
			args = append(args, v.AsString())
		}
		var out bytes.Buffer
		p := cli.Program{Name: "dynasette", Formats: all.Formats(), Places: gcp.Places(), Stdin: &out, Stdout: &out, Stderr: &out}
		if code := p.Run(t.Context(), append(args, "--help")); code != 0 {
			t.Errorf("%q: exit %d: %s", args, code, out.String())
		}
	}
}

// What the README names is there.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	m := load(t)
	outputs := map[string]bool{}
	for _, b := range m.blocks {
		if b.Type == "output" {
			outputs[b.Labels[0]] = true
		}
	}
	named := func(pattern string) [][]string {
		found := regexp.MustCompile(pattern).FindAllStringSubmatch(string(readme), -1)
		if len(found) == 0 {
			t.Errorf("nothing is like %s", pattern)
		}
		return found
	}
	for _, found := range named(`output -raw (\w+)`) {
		if !outputs[found[1]] {
			t.Errorf("there is no output %s", found[1])
		}
	}
	for _, found := range named(`-var[ =]'?(\w+)=`) {
		if _, ok := m.variables[found[1]]; !ok {
			t.Errorf("there is no variable %s", found[1])
		}
	}
	for _, found := range named(`-target=(\w+)\.(\w+)`) {
		m.resource(t, found[1], found[2])
	}
	build := m.resource(t, "google_service_account", "build")
	if id := strings.Replace(strings.Trim(source(t, build, "account_id"), `"`), "${var.name}", "dynasette", 1); !strings.Contains(string(readme), "/"+id+"@") {
		t.Errorf("the images are not built by %s", id)
	}
}
