package web

import (
	"encoding/base64"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dynasette/dynasette"
)

const data = `{"kind":"storage#object","bucket":"up","name":"dir/x y.csv","generation":"1700000000000001","metageneration":"1","size":"12","future":{"a":1}}`

func TestParseEvent(t *testing.T) {
	want := func(deleted bool) Event {
		return Event{Bucket: "up", Event: dynasette.Event{Name: "dir/x y.csv", Generation: "1700000000000001", Deleted: deleted}}
	}
	encoded := base64.StdEncoding.EncodeToString([]byte(data))
	for _, test := range []struct {
		name    string
		headers map[string]string
		body    string
		want    Event
		err     error // nil, a sentinel, or errAny
	}{
		{"binary", map[string]string{"ce-type": TypeFinalized, "ce-id": "1", "ce-subject": "objects/other"}, data, want(false), nil},
		{"binary, deleted", map[string]string{"ce-type": TypeDeleted}, data, want(true), nil},
		{"binary, archived", map[string]string{"ce-type": TypeArchived}, data, want(true), nil},
		{"binary, metadata", map[string]string{"ce-type": "google.cloud.storage.object.v1.metadataUpdated"}, data, Event{}, errOther},
		{"binary, of another service", map[string]string{"ce-type": "google.cloud.audit.log.v1.written"}, `{}`, Event{}, errOther},
		{"binary, wrong shape", map[string]string{"ce-type": TypeFinalized}, `{"protoPayload":{}}`, Event{}, errAny},
		{"binary, cut off", map[string]string{"ce-type": TypeFinalized}, data[:40], Event{}, errAny},
		{"structured", map[string]string{"Content-Type": "application/cloudevents+json; charset=utf-8"}, `{"specversion":"1.0","type":"` + TypeFinalized + `","id":"1","data":` + data + `}`, want(false), nil},
		{"structured, base64", map[string]string{"Content-Type": "application/cloudevents+json"}, `{"specversion":"1.0","type":"` + TypeDeleted + `","id":"1","data_base64":"` + encoded + `"}`, want(true), nil},
		{"push", nil, `{"message":{"attributes":{"bucketId":"up","objectId":"dir/x y.csv","objectGeneration":"1700000000000001","eventType":"OBJECT_FINALIZE","payloadFormat":"JSON_API_V1"},"data":"` + encoded + `","messageId":"7"},"subscription":"s"}`, want(false), nil},
		{"push without data", nil, `{"message":{"attributes":{"bucketId":"up","objectId":"dir/x y.csv","objectGeneration":"1700000000000001","eventType":"OBJECT_DELETE","payloadFormat":"NONE"},"messageId":"7"}}`, want(true), nil},
		{"push of something else", nil, `{"message":{"data":"aGk=","messageId":"7"}}`, Event{}, errAny},
		{"push as CloudEvent", map[string]string{"ce-type": "google.cloud.pubsub.topic.v1.messagePublished"}, `{"message":{"attributes":{"bucketId":"up","objectId":"dir/x y.csv","objectGeneration":"1700000000000001","eventType":"OBJECT_FINALIZE"},"messageId":"7"}}`, want(false), nil},
		{"background", nil, `{"context":{"eventId":"1","eventType":"google.storage.object.finalize","resource":{}},"data":` + data + `}`, want(false), nil},
		{"background, older", nil, `{"eventId":"1","eventType":"google.storage.object.delete","data":` + data + `}`, want(true), nil},
		{"number for generation", map[string]string{"ce-type": TypeFinalized}, strings.Replace(data, `"1700000000000001"`, "1700000000000001", 1), want(false), nil},
		{"unwrapped push, with attributes", map[string]string{"eventType": "OBJECT_DELETE", "bucketId": "up", "objectId": "other"}, data, want(true), nil},
		{"unwrapped push without data", map[string]string{"eventType": "OBJECT_FINALIZE", "bucketId": "up", "objectId": "dir/x y.csv", "objectGeneration": "1700000000000001"}, ``, want(false), nil},
		{"unwrapped push without attributes", nil, data, Event{Bucket: "up", Event: dynasette.Event{Name: "dir/x y.csv"}}, nil},
		{"unwrapped push of metadata", map[string]string{"eventType": "OBJECT_METADATA_UPDATE"}, data, Event{}, errOther},
		{"unwrapped push of no object", map[string]string{"eventType": "OBJECT_DELETE"}, `{}`, Event{}, errAny},
		{"nothing", nil, ``, Event{}, errNoEvent},
		{"no event", nil, `{"hello":"world"}`, Event{}, errNoEvent},
		{"not JSON", nil, `hello`, Event{}, errNoEvent},
		{"a list", nil, `[1]`, Event{}, errNoEvent},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", "/events", nil)
			for k, v := range test.headers {
				r.Header.Set(k, v)
			}
			got, err := ParseEvent(r, []byte(test.body))
			got.ID = ""
			if test.err == nil && err != nil || test.err != nil && err == nil || test.err != errAny && !errors.Is(err, test.err) {
				t.Fatalf("error %v, want %v", err, test.err)
			}
			if got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if err == nil && (got.Bucket == "" || got.Name == "") {
				t.Error("an event without object")
			}
		})
	}
}

// However an event came, and whatever its kind is called, it is about a generation that is there
// now, or about one that is not any more: deleted, replaced, or only kept.
func TestKinds(t *testing.T) {
	for kind := range kinds {
		for _, body := range []string{
			`{"specversion":"1.0","type":"` + kind + `","id":"1","data":` + data + `}`,
			`{"message":{"attributes":{"bucketId":"up","objectId":"x.csv","objectGeneration":"1","eventType":"` + kind + `"},"messageId":"7"}}`,
			`{"context":{"eventId":"1","eventType":"` + kind + `"},"data":` + data + `}`,
		} {
			e, err := ParseEvent(httptest.NewRequest("POST", "/events", nil), []byte(body))
			if gone := !strings.Contains(strings.ToLower(kind), "finalize"); err != nil || e.Deleted != gone || e.Generation == "" {
				t.Errorf("%s: %+v, %v", body, e, err)
			}
		}
	}
	if len(kinds) != 9 {
		t.Errorf("%d kinds", len(kinds))
	}
}

var errAny = errors.New("any error")

func FuzzParseEvent(f *testing.F) {
	f.Add("", `{"message":{"attributes":{"eventType":"OBJECT_FINALIZE"}}}`)
	f.Add(TypeFinalized, data)
	f.Fuzz(func(t *testing.T, kind, body string) {
		r := httptest.NewRequest("POST", "/events", nil)
		r.Header.Set("ce-type", kind)
		if e, err := ParseEvent(r, []byte(body)); err == nil && (e.Bucket == "" || e.Name == "") {
			t.Errorf("%q %q: an event without object: %+v", kind, body, e)
		}
	})
}
