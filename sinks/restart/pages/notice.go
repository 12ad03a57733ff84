package pages

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
)

// notice finds out what visitors of the database that is asked for should know. A page with other notices is another
// page, so a cache has to ask for it.
func (q *request) notice() {
	if q.s.Notices == nil {
		return
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(q.r.URL.Path, "/"), "/")
	d, err := q.release.database(tildeDecode(name))
	if err != nil {
		return
	}
	if q.notices = q.s.Notices(d.name); len(q.notices) == 0 {
		return
	}
	said, err := json.Marshal(q.notices)
	if err != nil {
		panic(err) // texts can be encoded
	}
	sum := sha256.Sum256(said)
	q.etag = strings.TrimSuffix(q.etag, `"`) + "-" + hex.EncodeToString(sum[:6]) + `"`
}
