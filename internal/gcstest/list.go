package gcstest

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	raw "google.golang.org/api/storage/v1"
)

const maxResults = 1000

// list answers with a page of objects, and of prefixes up to the delimiter.
func (s *Server) list(bucketName string, q *query) (any, error) {
	prefix, delimiter := q.get("prefix"), q.get("delimiter")
	from, to := q.get("startOffset"), q.get("endOffset")
	versions, trailing := q.get("versions") == "true", q.get("includeTrailingDelimiter") == "true"
	limit := q.number("maxResults")
	token, err := base64.URLEncoding.DecodeString(q.get("pageToken"))
	if err != nil {
		return nil, invalid("Invalid value for pageToken")
	}
	for _, name := range []string{"matchGlob", "softDeleted", "includeFoldersAsPrefixes"} {
		if v := q.values.Get(name); v == "" || v == "false" {
			q.get(name) // the client always sends them
		}
	}
	if err := q.done(); err != nil {
		return nil, err
	}
	if limit <= 0 || limit > maxResults {
		limit = maxResults
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := s.bucket(bucketName)
	if err != nil {
		return nil, err
	}
	page := &raw.Objects{Kind: "storage#objects"}
	full := func(name string) bool {
		if int64(len(page.Items)+len(page.Prefixes)) < limit {
			return false
		}
		page.NextPageToken = base64.URLEncoding.EncodeToString([]byte(name))
		return true
	}
	last := string(token) // the name or prefix that the page before ended with
	done := ""
	for _, name := range b.names() {
		if !strings.HasPrefix(name, prefix) || name < from || to != "" && name >= to {
			continue
		}
		rest := name[len(prefix):]
		if i := strings.Index(rest, delimiter); delimiter != "" && i >= 0 {
			p := name[:len(prefix)+i+len(delimiter)]
			if p > last && (len(page.Prefixes) == 0 || page.Prefixes[len(page.Prefixes)-1] != p) {
				if full(done) {
					break
				}
				page.Prefixes = append(page.Prefixes, p)
				done = p
			}
			if !trailing || p != name {
				continue
			}
		} else if name <= last {
			continue
		}
		all := b.objects[name]
		if !versions {
			if all = nil; b.live(name) != nil {
				all = []*object{b.live(name)}
			}
		}
		if len(all) == 0 {
			continue
		}
		if full(done) {
			break
		}
		for _, o := range all {
			page.Items = append(page.Items, o.copy())
		}
		done = name
	}
	return selected(page, q.values.Get("fields"))
}

// selected drops what the request did not ask for, so that nobody relies on it.
func selected(page *raw.Objects, fields string) (any, error) {
	_, list, ok := strings.Cut(fields, "items(")
	if !ok {
		return page, nil
	}
	list, _, _ = strings.Cut(list, ")")
	wanted := map[string]bool{}
	for f := range strings.SplitSeq(list, ",") {
		wanted[strings.TrimSpace(f)] = true
	}
	data, err := json.Marshal(page)
	if err != nil {
		return nil, err
	}
	var result map[string]any
	if err := json.Unmarshal(data, &result); err != nil {
		return nil, err
	}
	items, _ := result["items"].([]any)
	for _, item := range items {
		o := item.(map[string]any)
		for key := range o {
			if !wanted[key] {
				delete(o, key)
			}
		}
	}
	return result, nil
}
