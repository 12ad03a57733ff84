package gcstest

import (
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
