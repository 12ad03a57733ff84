package gcstest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	raw "google.golang.org/api/storage/v1"
)

// Types of events, as Pub/Sub notifications name them.
const (
	Finalize       = "OBJECT_FINALIZE"
	Delete         = "OBJECT_DELETE"
	Archive        = "OBJECT_ARCHIVE"
	MetadataUpdate = "OBJECT_METADATA_UPDATE"
)

// An Event is a change of an object. An overwrite is two: the old generation is deleted, or
// archived, and the new one finalized.
type Event struct {
	Type          string
	Object        *raw.Object // as it is after the change
	Time          time.Time
	Overwrote     int64 // generation that a finalized object has replaced; 0 if none
	OverwrittenBy int64 // generation that has replaced a deleted or archived object; 0 if none
}

// id is the same whenever the event is delivered again.
func (e Event) id() string {
	return fmt.Sprintf("%d-%d-%s", e.Object.Generation, e.Object.Metageneration, strings.ToLower(e.Type))
}

// CloudEvent returns a request that delivers the event as Eventarc does: a CloudEvent in
// binary mode, without what has replaced what.
func (e Event) CloudEvent(ctx context.Context, target string) (*http.Request, error) {
	kinds := map[string]string{Finalize: "finalized", Delete: "deleted", Archive: "archived", MetadataUpdate: "metadataUpdated"}
	body, err := json.Marshal(e.Object)
	if err != nil {
		return nil, fmt.Errorf("gcstest: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("gcstest: %w", err)
	}
	for name, value := range map[string]string{
		"Content-Type":   "application/json",
		"ce-specversion": "1.0",
		"ce-id":          e.id(),
		"ce-type":        "google.cloud.storage.object.v1." + kinds[e.Type],
		"ce-source":      "//storage.googleapis.com/projects/_/buckets/" + e.Object.Bucket,
		"ce-subject":     "objects/" + printable(e.Object.Name),
		"ce-time":        stamp(e.Time),
		"ce-bucket":      e.Object.Bucket,
	} {
		req.Header.Set(name, value)
	}
	return req, nil
}

// printable escapes what can't be in a header.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, name)
}

// Push returns a request that delivers the event as a push subscription of Pub/Sub does,
// for a notification of the bucket with the payload format JSON_API_V1.
func (e Event) Push(ctx context.Context, target string) (*http.Request, error) {
	data, err := json.Marshal(e.Object)
	if err != nil {
		return nil, fmt.Errorf("gcstest: %w", err)
	}
	attributes := map[string]string{
		"notificationConfig": "projects/_/buckets/" + url.PathEscape(e.Object.Bucket) + "/notificationConfigs/1",
		"eventType":          e.Type,
		"payloadFormat":      "JSON_API_V1",
		"bucketId":           e.Object.Bucket,
		"objectId":           e.Object.Name,
		"objectGeneration":   strconv.FormatInt(e.Object.Generation, 10),
		"eventTime":          stamp(e.Time),
	}
	if e.Overwrote != 0 {
		attributes["overwroteGeneration"] = strconv.FormatInt(e.Overwrote, 10)
	}
	if e.OverwrittenBy != 0 {
		attributes["overwrittenByGeneration"] = strconv.FormatInt(e.OverwrittenBy, 10)
	}
	body, err := json.Marshal(map[string]any{
		"message":      map[string]any{"attributes": attributes, "data": data, "messageId": e.id(), "publishTime": stamp(e.Time)},
		"subscription": "projects/p/subscriptions/s",
	})
	if err != nil {
		return nil, fmt.Errorf("gcstest: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("gcstest: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	return req, nil
}
