// Package dynasette turns uploaded files into SQLite databases, publishes them as one
// consistent release, and moves a Datasette service on to it.
//
// A Pipeline connects four things: a Source, where uploads are; a Store, where databases and
// releases go; a converter.Registry, which reads documents; and a Restarter, which makes a
// server see a release. This is the whole of a program that keeps a folder published:
//
//	store, err := sinkdir.Open(".dynasette")
//	…
//	p := &dynasette.Pipeline{
//		Source:    &sourcedir.Source{Root: "."},
//		Store:     store,
//		Formats:   all.Formats(),
//		Restarter: restarter,
//	}
//	defer p.Wait()
//	p.Resume(ctx)    // serve what was served before
//	p.Reconcile(ctx) // whatever has happened since
//	for name := range changed {
//		go p.Process(ctx, dynasette.Event{Name: name})
//	}
//
// # What is in a Store
//
//	databases/SLUG.db          the database of one upload; its metadata says which, and of which generation
//	databases/SLUG.BUILD.json  what is known about it: tables, types, rows, rejects
//	releases/ID/               a folder for Datasette, never changed: every database, metadata.json,
//	                           inspect-data.json, settings.json and datasette.yaml
//	releases/ID.json           its Manifest, written when the folder is complete
//	current.json               which release is served, moved when the server serves it
//	errors/NAME.json           why an upload could not be converted: a Failure
//	lease.json                 who makes releases at the moment
//	base/                      what the operator says: metadata, settings (see below)
//
// # The protocol
//
// What should be served is a function of the Source's listing. An event is only a hint to
// look at one upload, so events may be late, doubled, lost or out of order; Reconcile looks
// at all of them. A database is only ever replaced by one of a newer generation, and what
// has been done is looked at again. Releases are made by one process at a time, which waits
// for a burst of uploads to end, copies the databases, looks at what it has made as Datasette
// would, has the server move to it, and moves the pointer. Every step rests on a precondition
// of the Store, so that a process may be stopped or die in any of them: the old release is
// served or the new one, never a mixture, and the next look mends the rest.
//
// An event is acknowledged when its database is in the release that is served, or when it
// is recorded why it never will be. An upload that can't be converted leaves the database
// of its last good generation in place.
//
// # What the operator says
//
// An uploader can't place configuration: an upload named metadata.json is data. The operator
// puts documents into base/ of the Store, all of them optional. metadata.json (or .yaml) is
// merged into what is known about the data, its own values first; in title, description and
// description_html, "{updated}" stands for the time of the data. settings.json has settings
// for Datasette 0.65 and 1.0; datasette.yaml (or .json) is configuration for 1.0 only.
package dynasette
