package gcstest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/googleapis/google-cloudevents-go/cloud/storagedata"
	"google.golang.org/protobuf/encoding/protojson"

	cloudevents "github.com/cloudevents/sdk-go/v2"

	"github.com/dynasette/dynasette/internal/gcstest"
)

// What is delivered is understood by the libraries that functions are written with.
func TestDeliver(t *testing.T) {
	events := make(chan gcstest.Event, 10)
	s := server(t, &gcstest.Server{Notify: func(e gcstest.Event) { events <- e }})
	b := client(t, s).Bucket("bucket")
	const name = "dir/ä x.csv"
	first, second := put(t, b.Object(name), "1"), put(t, b.Object(name), "2")
	_, deleted, finalized := <-events, <-events, <-events

	var got []*http.Request
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/push" {
			var push struct {
				Message struct {
					Attributes map[string]string
					Data       []byte
				}
			}
			if err := json.NewDecoder(r.Body).Decode(&push); err != nil {
				t.Error(err)
			}
			a := push.Message.Attributes
			if a["eventType"] != gcstest.Delete || a["objectId"] != name || a["objectGeneration"] != fmt.Sprint(first.Generation) || a["overwrittenByGeneration"] != fmt.Sprint(second.Generation) || a["bucketId"] != "bucket" {
				t.Errorf("attributes %v", a)
			}
			return
		}
		e, err := cloudevents.NewEventFromHTTPRequest(r)
		if err != nil {
			t.Error(err)
			return
		}
		var data storagedata.StorageObjectData
		if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(e.Data(), &data); err != nil {
			t.Error(err)
		}
		if e.Type() != "google.cloud.storage.object.v1.finalized" || e.Subject() != "objects/"+name || data.Name != name || data.Generation != second.Generation || data.Bucket != "bucket" || data.Size != 1 {
			t.Errorf("event %v, data %v", e, &data)
		}
		got = append(got, r)
	}))
	defer h.Close()
	cloud, err := finalized.CloudEvent(t.Context(), h.URL+"/events")
	if err != nil {
		t.Fatal(err)
	}
	push, err := deleted.Push(t.Context(), h.URL+"/push")
	if err != nil {
		t.Fatal(err)
	}
	for _, req := range []*http.Request{cloud, push} {
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	if len(got) != 1 {
		t.Errorf("%d CloudEvents", len(got))
	}
}
