package gcp_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

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
	set := map[string]*hclsyntax.Body{}
	for _, c := range m.converters(t) {
		for _, env := range inside(c, "env") {
			name := text(t, env, "name")
			if !known[name] {
				t.Errorf("the converter is given %s, which it doesn't read", name)
			}
			if set[name] == nil {
				set[name] = env
			}
		}
	}
	for _, name := range []string{"DYNASETTE_UPLOADS", "DYNASETTE_SERVING", "DYNASETTE_RESTART", "DYNASETTE_CONCURRENCY"} {
		if set[name] == nil {
			t.Errorf("the converter is not given %s", name)
		}
	}
	template := inside(m.resource(t, "google_cloud_run_v2_service", "converter"), "template")[0]
	if a, b := source(t, template, "max_instance_request_concurrency"), source(t, set["DYNASETTE_CONCURRENCY"], "value"); b != "tostring("+a+")" {
		t.Errorf("Cloud Run lets in %s requests, the converter %s", a, b)
	}
	// Cloud Run has taken the signature off the tokens that it has checked.
	if set["DYNASETTE_AUDIENCE"] != nil {
		t.Error("the converter can't check tokens behind Cloud Run's own check")
	}

	start := readFiles(t, "datasette/start.sh")["datasette/start.sh"]
	follow := map[string]bool{}
	for _, s := range new(service.Follow).Settings() {
		follow[s.Env] = true
	}
	release := false
	for _, env := range inside(m.resource(t, "google_cloud_run_v2_service", "datasette"), "template", "containers", "env") {
		name := text(t, env, "name")
		release = release || name == cloudrun.DefaultVariable
		if !strings.Contains(start, "${"+name+":-") {
			t.Errorf("Datasette is given %s, which start.sh doesn't read", name)
		}
		if follow[name] {
			t.Errorf("follow is given %s by the environment, whose changes Terraform ignores", name)
		}
	}
	if !release {
		t.Errorf("Datasette is not given %s, which the restarter changes", cloudrun.DefaultVariable)
	}
}

// converters returns the containers that run the converter's image.
func (m *module) converters(t *testing.T) []*hclsyntax.Body {
	return slices.Concat(
		inside(m.resource(t, "google_cloud_run_v2_service", "converter"), "template", "containers"),
		inside(m.resource(t, "google_cloud_run_v2_service", "publishing"), "template", "containers"),
		inside(m.resource(t, "google_cloud_run_v2_job", "reconcile"), "template", "template", "containers"),
		inside(m.resource(t, "google_cloud_run_v2_job", "releases"), "template", "template", "containers"))
}

// The page to publish on is there only with a token, and its account may do what a shelf needs.
func TestPublishing(t *testing.T) {
	m := load(t)
	service := m.resource(t, "google_cloud_run_v2_service", "publishing")
	template := inside(service, "template")[0]
	const count = "var.publishing ? 1 : 0"
	for kind, name := range map[string]string{
		"google_cloud_run_v2_service": "publishing", "google_storage_bucket_iam_member": "converter_writes_uploads",
		"google_secret_manager_secret": "publishing", "google_secret_manager_secret_iam_member": "converter_reads_token",
	} {
		if got := source(t, m.resource(t, kind, name), "count"); got != count {
			t.Errorf("%s.%s: count is %s, want %s", kind, name, got, count)
		}
	}
	var secret string
	for _, env := range inside(template, "containers", "env") {
		if text(t, env, "name") == "DYNASETTE_TOKEN" {
			secret = source(t, inside(env, "value_source", "secret_key_ref")[0], "secret")
		}
	}
	reads := m.resource(t, "google_secret_manager_secret_iam_member", "converter_reads_token")
	if secret == "" || source(t, reads, "secret_id") != secret || text(t, reads, "role") != "roles/secretmanager.secretAccessor" {
		t.Errorf("the token %q is not a secret that may be read", secret)
	}
	writes := m.resource(t, "google_storage_bucket_iam_member", "converter_writes_uploads")
	if bucket, role := source(t, writes, "bucket"), text(t, writes, "role"); bucket != "google_storage_bucket.uploads.name" || role != "roles/storage.objectUser" {
		t.Errorf("files on their way can't be created and deleted: %s on %s", role, bucket)
	}
	account := strings.TrimSuffix(source(t, template, "service_account"), ".email") + ".member"
	for _, b := range []*hclsyntax.Body{reads, writes} {
		if got := source(t, b, "member"); got != account {
			t.Errorf("%s may, %s runs", got, account)
		}
	}
	// What calls Datasette as one of the accounts that may.
	if converter := inside(m.resource(t, "google_cloud_run_v2_service", "converter"), "template")[0]; source(t, converter, "service_account") != source(t, template, "service_account") {
		t.Error("it may not move Datasette to a release")
	}
	if source(t, service, "invoker_iam_disabled") != "true" || text(t, service, "ingress") != "INGRESS_TRAFFIC_ALL" {
		t.Error("a browser does not reach it")
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

// The bucket tells of the events that the program knows, and they go to where it takes them.
func TestEventTypes(t *testing.T) {
	m := load(t)
	var got []string
	for _, v := range m.values["workflow_events"].AsValueMap() {
		got = append(got, v.AsString())
	}
	slices.Sort(got)
	if want := []string{web.TypeArchived, web.TypeDeleted, web.TypeFinalized}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for _, kind := range got {
		r := httptest.NewRequest(http.MethodPost, "/events", nil)
		r.Header.Set("ce-type", kind)
		if e, err := web.ParseEvent(r, []byte(`{"bucket": "b", "name": "n"}`)); err != nil || e.Name != "n" {
			t.Errorf("%s: %v %v", kind, e, err)
		}
	}
	notification := m.resource(t, "google_storage_notification", "uploads")
	told := m.texts(t, notification.Attributes["event_types"].Expr, nil)
	if len(told) != len(got) || text(t, notification, "payload_format") != "NONE" {
		t.Errorf("the bucket tells of %q", told)
	}
	for _, kind := range told {
		body := fmt.Sprintf(`{"message": {"messageId": "1", "attributes": {"eventType": %q, "bucketId": "b", "objectId": "n", "objectGeneration": "7", "payloadFormat": "NONE"}}}`, kind)
		e, err := web.ParseEvent(httptest.NewRequest(http.MethodPost, "/events", nil), []byte(body))
		if err != nil || e.Name != "n" || e.Generation != "7" || e.Deleted != (kind != "OBJECT_FINALIZE") {
			t.Errorf("%s: %+v %v", kind, e, err)
		}
	}

	// Each delivery is answered once the upload is served.
	subscription := m.resource(t, "google_pubsub_subscription", "uploads")
	if wait := source(t, subscription, "ack_deadline_seconds"); wait != "600" {
		t.Errorf("an answer is waited for for %s seconds", wait)
	}
	caller := source(t, m.resource(t, "google_cloud_run_v2_service_iam_member", "caller_calls_converter"), "member")
	for _, to := range slices.Concat(inside(subscription, "push_config"), inside(m.resource(t, "google_cloud_scheduler_job", "reconcile"), "http_target")) {
		uri := "push_endpoint"
		if to.Attributes[uri] == nil {
			uri = "uri"
		}
		uri = strings.Trim(source(t, to, uri), `"`)
		_, path, ok := strings.Cut(uri, ".uri}")
		token := inside(to, "oidc_token")[0]
		if !ok || source(t, token, "audience") != strings.TrimSuffix(strings.TrimPrefix(uri, "${"), "}"+path) {
			t.Errorf("%s: the token is for something else", uri)
		}
		if account := source(t, token, "service_account_email"); strings.TrimSuffix(account, ".email") != strings.TrimSuffix(caller, ".member") {
			t.Errorf("%s: %s is not let in", uri, account)
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

// run runs the program with its arguments, which have to be good, without doing anything.
func run(t *testing.T, args []string) {
	t.Helper()
	own, command := args, []string(nil)
	if i := slices.Index(args, "--"); i >= 0 {
		own, command = args[:i], args[i:]
	}
	var out bytes.Buffer
	p := cli.Program{Name: "dynasette", Formats: all.Formats(), Places: gcp.Places(), Stdin: &out, Stdout: &out, Stderr: &out}
	if code := p.Run(t.Context(), slices.Concat(own, []string{"--help"}, command)); code != 0 {
		t.Errorf("%q: exit %d: %s", args, code, out.String())
	}
}

var modes = []string{"follow", "revision"}

// What the containers are started with is a command line that the program takes.
func TestArguments(t *testing.T) {
	m := load(t)
	for _, mode := range modes {
		for _, c := range m.converters(t) {
			run(t, m.texts(t, c.Attributes["args"].Expr, map[string]string{"datasette_mode": mode}))
		}
	}
}

// The converter moves Datasette in the way that Datasette is moved.
func TestModes(t *testing.T) {
	m := load(t)
	datasette := inside(m.resource(t, "google_cloud_run_v2_service", "datasette"), "template", "containers")[0]
	start := readFiles(t, "datasette/start.sh")["datasette/start.sh"]
	dockerfile := readFiles(t, "Dockerfile")["Dockerfile"]
	for _, mode := range modes {
		given := map[string]string{"datasette_mode": mode, "name": "n", "region": "r", "project": "p"}
		command := m.texts(t, datasette.Attributes["command"].Expr, given)
		args := m.texts(t, datasette.Attributes["args"].Expr, given)
		restart := m.eval(t, m.locals["restart"].Expr, given).AsString()
		config := service.Config{Uploads: "gs://u", Serving: "gs://s", Restart: restart}
		if err := config.Check(); err != nil {
			t.Errorf("%s: %v", mode, err)
		}
		if len(command) != 1 || !strings.Contains(dockerfile, " "+path.Base(command[0])+" /app/") && !strings.Contains(dockerfile, "/"+path.Base(command[0])+" /app/") {
			t.Errorf("%s: %q is not in the image", mode, command)
		}
		if mode == "revision" {
			if len(args) != 0 || restart != "run:projects/p/locations/r/services/google_cloud_run_v2_service.datasette.name" {
				t.Errorf("%q, %s", args, restart)
			}
			continue
		}
		run(t, args)
		flags := map[string]string{}
		i := slices.Index(args, "--")
		for n := 2; n+1 < i; n += 2 {
			flags[args[n]] = args[n+1]
		}
		number := "data.google_project.this.number"
		if url := "https://n-datasette-" + number + ".r.run.app"; flags["--audience"] != url || restart != "follow:"+url {
			t.Errorf("tokens are for %s, the converter asks %s", flags["--audience"], restart)
		}
		account := source(t, m.resource(t, "google_cloud_run_v2_service", "converter").Blocks[0].Body, "service_account")
		if flags["--invokers"] != account {
			t.Errorf("%s may ask, %s does", flags["--invokers"], account)
		}
		mount := inside(datasette, "volume_mounts")[0]
		if flags["--mount"] != text(t, mount, "mount_path") {
			t.Errorf("the bucket is not at %s", flags["--mount"])
		}
		if port := inside(datasette, "ports")[0]; flags["--port"] != source(t, port, "container_port") {
			t.Errorf("requests do not come to %s", flags["--port"])
		}
		follow := service.Follow{Serving: "gs://s", Mount: flags["--mount"], Audience: flags["--audience"], Invokers: []string{flags["--invokers"]}}
		if err := follow.Check(); err != nil {
			t.Error(err)
		}
		// Both ways, Datasette is the same.
		line := strings.NewReplacer("{location}", `"$folder"`, "{host}", "0.0.0.0", "{port}", `"${PORT:-8080}"`, "{id}", `"$release"`).Replace(strings.Join(args[i+1:], " "))
		if !strings.Contains(start, "\nexec "+line+"\n") {
			t.Errorf("start.sh does not end with %s", line)
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
	for _, found := range named(`--args=(\S+)`) {
		run(t, strings.Split(strings.Trim(found[1], "`"), ","))
	}
	for _, found := range named(`run jobs execute dynasette-(\w+)`) {
		m.resource(t, "google_cloud_run_v2_job", found[1])
	}
	for _, found := range named(`-target=(\w+)\.(\w+)`) {
		m.resource(t, found[1], found[2])
	}
	build := m.resource(t, "google_service_account", "build")
	if id := strings.Replace(strings.Trim(source(t, build, "account_id"), `"`), "${var.name}", "dynasette", 1); !strings.Contains(string(readme), "/"+id+"@") {
		t.Errorf("the images are not built by %s", id)
	}
}
