package gcp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dynasette/dynasette"
	"github.com/dynasette/dynasette/adapters/web"
	"github.com/dynasette/dynasette/converter/all"
	sinkdir "github.com/dynasette/dynasette/sinks/dir"
	sourcedir "github.com/dynasette/dynasette/sources/dir"
)

// matches reports whether an entry of the log passes a filter of comparisons with AND
// between, and lists of texts with OR between.
func matches(t *testing.T, filter string, entry map[string]any) bool {
	t.Helper()
	for comparison := range strings.SplitSeq(filter, " AND ") {
		path, want, ok := strings.Cut(comparison, "=")
		if !ok {
			t.Fatalf("%s is no comparison", comparison)
		}
		var v any = entry
		for name := range strings.SplitSeq(path, ".") {
			v = v.(map[string]any)[name]
		}
		texts := strings.Split(strings.Trim(want, "()"), " OR ")
		if !slices.ContainsFunc(texts, func(s string) bool { return v == strings.Trim(s, `"`) }) {
			return false
		}
	}
	return true
}

// refusing refuses releases with a database of that name.
type refusing string

func (r refusing) Restart(_ context.Context, rel dynasette.Release) error {
	for _, d := range rel.Manifest.Databases {
		if d.Slug == string(r) {
			return errors.New("it has no such module")
		}
	}
	return nil
}

// Whoever is to be told of what can't be served is told: the filter finds what the converter
// logs then, and nothing else of what it logs.
func TestAlertOnRefused(t *testing.T) {
	folder := t.TempDir()
	store, err := sinkdir.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	logger := web.NewLog(&log, slog.LevelDebug)
	p := &dynasette.Pipeline{Source: &sourcedir.Source{Root: folder}, Store: store, Formats: all.Formats(), Restarter: refusing("odd"), Log: logger}
	s := &web.Server{Pipeline: p, Log: logger}
	upload := func(name, text string) {
		write(t, filepath.Join(folder, name), text)
		body := fmt.Sprintf(`{"message": {"attributes": {"eventType": "OBJECT_FINALIZE", "bucketId": "b", "objectId": %q}, "messageId": "1"}}`, name)
		s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/events", strings.NewReader(body)))
		p.Wait()
	}
	upload("good.csv", "a\n1\n")
	upload("empty.csv", "")
	upload("odd.csv", "a\n1\n")
	upload("good.csv", "a\n2\n")

	m := load(t)
	given := map[string]string{"name": "n"}
	conditions := inside(m.resource(t, "google_monitoring_alert_policy", "refused"), "conditions", "condition_matched_log")
	filter := m.eval(t, conditions[0].Attributes["filter"].Expr, given).AsString()
	told := map[string]bool{}
	for line := range strings.Lines(log.String()) {
		var payload map[string]any
		if err := json.Unmarshal([]byte(line), &payload); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		entry := map[string]any{
			"severity": payload["severity"], "jsonPayload": payload,
			"resource": map[string]any{"type": "cloud_run_revision", "labels": map[string]any{"service_name": "google_cloud_run_v2_service.converter.name"}},
		}
		if matches(t, filter, entry) {
			name, _ := payload["upload"].(string)
			told[name] = true
		} else if payload["severity"] == "ERROR" {
			t.Errorf("nobody is told of %s", line)
		}
	}
	if !told["empty.csv"] || !told["odd.csv"] || len(told) != 2 {
		t.Errorf("told of %v in\n%s", told, log.String())
	}
	if labels := m.eval(t, conditions[0].Attributes["label_extractors"].Expr, given); labels.AsValueMap()["upload"].AsString() != "EXTRACT(jsonPayload.upload)" {
		t.Error("it is not said which upload it is")
	}
}

// Everything that the pipeline logs as an error is told.
func TestAlertsOnAllErrors(t *testing.T) {
	names, err := filepath.Glob("../../*.go")
	if err != nil {
		t.Fatal(err)
	}
	var logged []string
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) < 2 {
				return true
			}
			if method, ok := call.Fun.(*ast.SelectorExpr); ok && method.Sel.Name == "ErrorContext" {
				if text, ok := call.Args[1].(*ast.BasicLit); ok {
					s, _ := strconv.Unquote(text.Value)
					logged = append(logged, s)
				}
			}
			return true
		})
	}
	m := load(t)
	told := m.texts(t, m.locals["failures"].Expr, nil)
	slices.Sort(logged)
	slices.Sort(told)
	if !slices.Equal(slices.Compact(logged), told) {
		t.Errorf("logged is %q, told is %q", logged, told)
	}
}

// What waits is told of after ten minutes, and what was given up, of the right subscriptions.
func TestAlertOnLate(t *testing.T) {
	m := load(t)
	var metrics []string
	for _, c := range inside(m.resource(t, "google_monitoring_alert_policy", "late"), "conditions", "condition_threshold") {
		filter := m.eval(t, c.Attributes["filter"].Expr, nil).AsString()
		metrics = append(metrics, fmt.Sprintf("%s > %s", filter, source(t, c, "threshold_value")))
	}
	const form = `metric.type="pubsub.googleapis.com/subscription/%s" AND resource.type="pubsub_subscription" AND resource.labels.subscription_id="google_pubsub_subscription.%s.name" > %d`
	want := []string{
		fmt.Sprintf(form, "oldest_unacked_message_age", "uploads.0", 600),
		fmt.Sprintf(form, "num_undelivered_messages", "undelivered", 0),
	}
	if !slices.Equal(metrics, want) {
		t.Errorf("%q, want %q", metrics, want)
	}
}
