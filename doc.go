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
//	databases/KEY-ATTEMPT.db   one database, written once under a name that is never used again
//	sources/KEY.json           the record of one upload, or of several that are one database: what it is,
//	                           which database is current, which one a guard holds back, who is trying to
//	                           make one, what failed and why
//	releases/ID.json           a Manifest: which databases belong together, what they are called,
//	                           what is left out and why
//	releases/ID/               its documents for Datasette: metadata.json, inspect-data.json,
//	                           datasette.yaml; files.txt, which has a line for each database: what
//	                           it is called, and the object that it is; and settings.json, or, where
//	                           there are no settings, datapackage.json, which describes all tables
//	current.json               which release is served, and which one is being tried
//	lease.json                 who makes releases at the moment: advice, to spare work
//	base/                      what the operator says: metadata, settings (see below)
//
// KEY is the upload's name, escaped; that of several is their database's, with a slash. Nothing is copied: a change costs what changed. Whoever
// needs all of a release in one folder makes one of links (sinks/restart/links).
//
// # The protocol
//
// What should be served is a function of the Source's listing. An event is only a hint to
// look at one upload, so events may be late, doubled, lost or out of order; Reconcile looks
// at all of them. Every step rests on a precondition of the Store, so that a process may be
// stopped or die in any of them: the old release is served or the new one, never a mixture,
// nothing that is served is ever collected, and the next look mends the rest.
//
// A look at an upload (upload.go) reads its record, then the upload; writes into the record
// which database it is about to make; opens the upload, pinned; writes the database, under
// that name; and makes it current in the record, if nobody has replaced that meanwhile.
//
// A release (release.go) is made from a survey that begins with the pointer and then lists
// the records (survey.go). Its documents and its manifest are written, the pointer says that it is
// being tried, the server is moved, and the pointer says that it is served; then what nobody needs
// any more is deleted (collect.go). Whoever writes the pointer has read it before all that the new one
// rests on, so of two that make releases at a time one begins again.
//
// An event is acknowledged when its database is in the release that is served, or when it
// is recorded why it never will be. An upload that can't be converted leaves the database of its last
// good generation in place. So does one that a guard holds back: its database is made and named in the
// record beside the current one, until somebody accepts it (guard.go, accept.go). And so does one whose database the server refuses: such a release
// is halved until the one to blame is found, and that one is left out (isolate.go). An upload over which a
// process died is converted alone, in a process of its own where there can be one, and given up after
// three deaths (trying.go, child.go).
//
// # What the operator says
//
// An uploader can't place configuration: an upload named metadata.json is data. The operator
// puts documents into base/ of the Store, all of them optional. metadata.json (or .yaml) is
// merged into what is known about the data, its own values first; in title, description and
// description_html, "{updated}" stands for the time of the data. settings.json has settings
// for Datasette 0.65 and 1.0; datasette.yaml (or .json) is configuration for 1.0, and its settings
// are for both. Databases are named by slug or by upload. What they name that is not there is
// left out of the release and is in Manifest.BaseFindings (fit.go). In place of a document that can't
// be used, the last good one is, which is in the manifest of the release that is served, and
// Release and Failures say why.
package dynasette
