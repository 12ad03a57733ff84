package web

import (
	"cmp"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"path"
	"runtime"
	"strconv"

	"github.com/dynasette/dynasette/converter"
	"github.com/dynasette/dynasette/sinks/dir"
)

// convert returns what answers with the database of the file in the body. The file's name,
// which helps to tell its format, is the query's "name" or the Content-Disposition's; "format"
// names the format outright. How much was found is in the header Dynasette-Findings, and what,
// in the database's table of sources.
//
// A file and its database lie in Scratch, which on Cloud Run is memory: so there are two
// requests for each processor at most, one that is converted and one that still comes.
func (s *Server) convert() http.Handler {
	n := runtime.GOMAXPROCS(0)
	coming, converting := make(chan struct{}, 2*n), make(chan struct{}, n)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case coming <- struct{}{}:
			defer func() { <-coming }()
			s.convertBody(w, r, converting)
		default:
			tooMany(w)
		}
	})
}

func (s *Server) convertBody(w http.ResponseWriter, r *http.Request, converting chan struct{}) {
	name := r.URL.Query().Get("name")
	if _, params, err := mime.ParseMediaType(r.Header.Get("Content-Disposition")); name == "" && err == nil {
		name = params["filename"]
	}
	if name == "" {
		name = "upload"
	}
	scratch, err := os.MkdirTemp(s.Scratch, "dynasette-convert-")
	if err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	defer os.RemoveAll(scratch)
	summary, file, err := s.convertTo(w, r, name, scratch, converting)
	if err != nil {
		status := bodyStatus(err, http.StatusInternalServerError)
		if converter.Permanent(err) {
			status = http.StatusUnprocessableEntity
		}
		s.log().WarnContext(r.Context(), "conversion failed", "upload", name, "error", err)
		fail(w, status, err)
		return
	}
	db, err := os.Open(file)
	if err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	defer db.Close()
	h := w.Header()
	h.Set("Content-Type", "application/vnd.sqlite3")
	h.Set("Content-Length", strconv.FormatInt(summary.Bytes, 10))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": (&converter.Input{Name: name}).Stem() + ".db"}))
	h.Set("Dynasette-Rows", strconv.FormatInt(summary.Rows(), 10))
	h.Set("Dynasette-Rejects", strconv.FormatInt(summary.Rejects, 10))
	found := summary.Counts()
	h.Set("Dynasette-Findings", fmt.Sprintf("rejected=%d, losses=%d, doubts=%d, notes=%d", found.Rejected, found.Losses, found.Doubts, found.Notes))
	io.Copy(w, db) // an error is the client's, who is gone
}

// convertTo spools the body to the folder scratch and converts it there.
func (s *Server) convertTo(w http.ResponseWriter, r *http.Request, name, scratch string, converting chan struct{}) (converter.Summary, string, error) {
	spool, err := os.Create(path.Join(scratch, "upload"))
	if err != nil {
		return converter.Summary{}, "", err
	}
	defer spool.Close()
	size, err := io.Copy(spool, s.body(w, r, cmp.Or(s.MaxUpload, 1<<30)))
	if err != nil {
		return converter.Summary{}, "", fmt.Errorf("the upload: %w", err)
	}
	select {
	case converting <- struct{}{}:
		defer func() { <-converting }()
	case <-r.Context().Done():
		return converter.Summary{}, "", r.Context().Err()
	}
	in := &converter.Input{Name: name, MediaType: r.Header.Get("Content-Type"), Size: size, ReaderAt: spool}
	formats := s.Pipeline.Formats
	if asked := r.URL.Query().Get("format"); asked != "" {
		if _, _, ok := formats.Lookup(asked); !ok {
			return converter.Summary{}, "", fmt.Errorf("format %q: %w", asked, converter.ErrUnknownFormat)
		}
		formats = formats.Only(asked)
	}
	format, c, err := formats.Detect(in)
	if err != nil {
		return converter.Summary{}, "", err
	}
	file := path.Join(scratch, "converted.db")
	dst, err := dir.CreateFile(file, dir.FileOptions{})
	if err != nil {
		return converter.Summary{}, "", err
	}
	defer dst.Close()
	opts := s.Options
	opts.Formats = formats
	summary, err := converter.ConvertAll(r.Context(), []converter.Job{{Input: in, Format: format, Converter: c}},
		&converter.Bounded{To: dst, Most: cmp.Or(s.MaxDatabase, 8<<30)}, opts)
	return summary, file, err
}
