package web

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
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
	// errElsewhere: the object is none of the uploads.
	errElsewhere = errors.New("not where uploads are")
	// errNoEvent: the request is no delivery of any kind that is known.
	errNoEvent = errors.New("the request is no CloudEvent, no Pub/Sub push and no background event")
)

// object is Cloud Storage's description of an object, as far as it matters. Its numbers
// are strings, and there are more fields than these.
type object struct {
	Kind       string      `json:"kind"`
	Bucket     string      `json:"bucket"`
	Name       string      `json:"name"`
	Generation json.Number `json:"generation"`
}

// A delivered is one event of a delivery, or why there is nothing to do about it.
type delivered struct {
	Event
	Err error
}

// parseEvents reads a delivery: what ParseEvent reads, or a batch of CloudEvents. The error
// is that it is none.
func parseEvents(r *http.Request, body []byte) ([]delivered, error) {
	if mediaType(r) != "application/cloudevents-batch+json" {
		e, err := ParseEvent(r, body)
		if errors.Is(err, errNoEvent) {
			return nil, err
		}
		return []delivered{{e, err}}, nil
	}
	var batch []envelope
	if err := json.Unmarshal(body, &batch); err != nil {
		return nil, fmt.Errorf("a batch of events: %w", err)
	}
	all := make([]delivered, len(batch))
	for i := range batch {
		all[i].Event, all[i].Err = batch[i].cloudEvent()
	}
	return all, nil
}

// reasonOf says in a word why there is nothing to do about an event.
func reasonOf(err error) string {
	switch {
	case errors.Is(err, errOther):
		return "other-type"
	case errors.Is(err, errElsewhere):
		return "elsewhere"
	}
	return "unreadable"
}

func mediaType(r *http.Request) string {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return media
}

// ParseEvent reads the delivery of a storage event: a CloudEvent in binary or structured
// mode, a Pub/Sub push of a bucket notification, wrapped or not, or the body of a
// first-generation background function. Bucket, name and generation are those of the data,
// since a CloudEvent's subject is not unambiguous.
func ParseEvent(r *http.Request, body []byte) (Event, error) {
	if kind := r.Header.Get("ce-type"); kind != "" {
		return parseData(kind, r.Header.Get("ce-id"), body)
	}
	if e, err := unwrapped(r.Header, body); !errors.Is(err, errNoEvent) {
		return e, err
	}
	var e envelope
	if err := json.Unmarshal(body, &e); err != nil {
		return Event{}, errNoEvent
	}
	switch {
	case mediaType(r) == "application/cloudevents+json" || e.SpecVersion != "" && e.Type != "":
		return e.cloudEvent()
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

// unwrapped reads a Pub/Sub push without its wrapper
// (https://cloud.google.com/pubsub/docs/payload-unwrapping): the body is the object, and the
// attributes are headers, if the subscription writes them. Without them it isn't known what
// has happened to the object, which is reason enough to look at it.
func unwrapped(h http.Header, body []byte) (Event, error) {
	var o object
	if json.Unmarshal(body, &o) != nil || o.Kind != "storage#object" {
		o = object{Bucket: h.Get("bucketId"), Name: h.Get("objectId"), Generation: json.Number(h.Get("objectGeneration"))}
	}
	kind, id := h.Get("eventType"), h.Get("x-goog-pubsub-message-id")
	switch {
	case kind != "":
		return newEvent(kind, id, o)
	case o.Kind == "":
		return Event{}, errNoEvent
	}
	o.Generation = ""
	return newEvent("OBJECT_FINALIZE", id, o)
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

// cloudEvent reads a CloudEvent in structured mode.
func (e *envelope) cloudEvent() (Event, error) {
	data := []byte(e.Data)
	if e.DataBase64 != "" {
		var err error
		if data, err = base64.StdEncoding.DecodeString(e.DataBase64); err != nil {
			return Event{}, fmt.Errorf("the data of event %s: %w", e.ID, err)
		}
	}
	return parseData(e.Type, e.ID, data)
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
	return newEvent(a["eventType"], m.MessageID, object{Bucket: a["bucketId"], Name: a["objectId"], Generation: json.Number(a["objectGeneration"])})
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

// within returns the name below the prefix, and whether the object lies there.
func within(prefix, name string) (string, bool) {
	if prefix == "" {
		return name, true
	}
	return strings.CutPrefix(name, strings.TrimSuffix(prefix, "/")+"/")
}
