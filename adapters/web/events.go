package web

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/dynasette/dynasette"
)

// An Event is a notification about an object of a bucket.
type Event struct {
	Bucket string
	dynasette.Event
	ID string // of the delivery, for logs; deliveries may be doubled under different ids
}

// Types of events, as Eventarc and second-generation functions name them.
const (
	TypeFinalized = "google.cloud.storage.object.v1.finalized"
	TypeDeleted   = "google.cloud.storage.object.v1.deleted"
	TypeArchived  = "google.cloud.storage.object.v1.archived"
)

// kinds says what each type of event means: whether the object was deleted. Types that
// are not listed are about something else, such as metadata.
var kinds = map[string]bool{
	TypeFinalized: false, TypeDeleted: true, TypeArchived: true,
	"google.storage.object.finalize": false, "google.storage.object.delete": true, "google.storage.object.archive": true,
	"OBJECT_FINALIZE": false, "OBJECT_DELETE": true, "OBJECT_ARCHIVE": true,
}

// Errors of ParseEvent.
var (
	// errOther: the event is none of ours, though it is sound.
	errOther = errors.New("not about an object that came or went")
	// errNoEvent: the request is no delivery of any kind that is known.
	errNoEvent = errors.New("the request is no CloudEvent, no Pub/Sub push and no background event")
)

// object is Cloud Storage's description of an object, as far as it matters. Its numbers
// are strings, and there are more fields than these.
type object struct {
	Bucket     string      `json:"bucket"`
	Name       string      `json:"name"`
	Generation json.Number `json:"generation"`
}

// ParseEvent reads the delivery of a storage event: a CloudEvent in binary or structured
// mode, a Pub/Sub push of a bucket notification, or the body of a first-generation
// background function. Bucket, name and generation are those of the data, since a
// CloudEvent's subject is not unambiguous.
func ParseEvent(r *http.Request, body []byte) (Event, error) {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind := r.Header.Get("ce-type"); kind != "" {
		return parseData(kind, r.Header.Get("ce-id"), body)
	}
	var e envelope
	if err := json.Unmarshal(body, &e); err != nil {
		return Event{}, errNoEvent
	}
	switch {
	case media == "application/cloudevents+json" || e.SpecVersion != "" && e.Type != "":
		data := []byte(e.Data)
		if e.DataBase64 != "" {
			var err error
			if data, err = base64.StdEncoding.DecodeString(e.DataBase64); err != nil {
				return Event{}, fmt.Errorf("the data of event %s: %w", e.ID, err)
			}
		}
		return parseData(e.Type, e.ID, data)
	case e.Message != nil:
		return e.Message.event()
	case e.Context.EventType != "" || e.EventType != "":
		kind, id := e.Context.EventType, e.Context.EventID
		if kind == "" {
			kind, id = e.EventType, e.EventID
		}
		return parseData(kind, id, e.Data)
	}
	return Event{}, errNoEvent
}

// envelope is what is around an event: of a structured CloudEvent, of a Pub/Sub push, or
// of a background event, in its older or newer form.
type envelope struct {
	SpecVersion string          `json:"specversion"`
	Type        string          `json:"type"`
	ID          string          `json:"id"`
	Data        json.RawMessage `json:"data"`
	DataBase64  string          `json:"data_base64"`

	Message *message `json:"message"`

	Context struct {
		EventID   string `json:"eventId"`
		EventType string `json:"eventType"`
	} `json:"context"`
	EventID   string `json:"eventId"`
	EventType string `json:"eventType"`
}

// message is a Pub/Sub message of a bucket notification. With payload format NONE it has
// no data, so the attributes must do.
type message struct {
	Attributes map[string]string `json:"attributes"`
	Data       string            `json:"data"`
	MessageID  string            `json:"messageId"`
}

func (m *message) event() (Event, error) {
	a := m.Attributes
	if a["eventType"] == "" {
		return Event{}, fmt.Errorf("message %s has no attribute eventType: it is no notification of a bucket", m.MessageID)
	}
	return newEvent(a["eventType"], m.MessageID, object{a["bucketId"], a["objectId"], json.Number(a["objectGeneration"])})
}

// parseData reads an event of that type. A push of a Pub/Sub message may itself come as a
// CloudEvent.
func parseData(kind, id string, data []byte) (Event, error) {
	if kind == "google.cloud.pubsub.topic.v1.messagePublished" {
		var e envelope
		if err := json.Unmarshal(data, &e); err != nil || e.Message == nil {
			return Event{}, fmt.Errorf("event %s has no Pub/Sub message", id)
		}
		return e.Message.event()
	}
	if _, ok := kinds[kind]; !ok {
		return Event{}, fmt.Errorf("event %s of type %s: %w", id, kind, errOther)
	}
	var o object
	if err := json.Unmarshal(data, &o); err != nil {
		return Event{}, fmt.Errorf("the data of event %s: %w", id, err)
	}
	return newEvent(kind, id, o)
}

func newEvent(kind, id string, o object) (Event, error) {
	deleted, ok := kinds[kind]
	if !ok {
		return Event{}, fmt.Errorf("event %s of type %s: %w", id, kind, errOther)
	}
	if o.Bucket == "" || o.Name == "" {
		return Event{}, fmt.Errorf("event %s names no object", id)
	}
	return Event{Bucket: o.Bucket, ID: id, Event: dynasette.Event{Name: o.Name, Generation: o.Generation.String(), Deleted: deleted}}, nil
}

// readBody reads a request's body of at most limit bytes. If it can't, it answers so.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) (body []byte, ok bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if err != nil {
		fail(w, bodyStatus(err, http.StatusBadRequest), fmt.Errorf("the body: %w", err))
	}
	return body, err == nil
}

// bodyStatus is the status for an error that comes of reading a body, or otherwise of a
// request: what is too large is told apart.
func bodyStatus(err error, otherwise int) int {
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return http.StatusRequestEntityTooLarge
	}
	return otherwise
}

// within returns the name below the prefix, and whether the object lies there.
func within(prefix, name string) (string, bool) {
	if prefix == "" {
		return name, true
	}
	return strings.CutPrefix(name, strings.TrimSuffix(prefix, "/")+"/")
}
